"""The evaluator against sums worked out by hand, and everything it must refuse."""

import numpy as np
import pytest

from optimizer.verify.formulas import Evaluator
from optimizer.verify.spreadsheet import Grid, NotRead, Workbook

# A page: A1:A4 = 1 2 3 4, B1:B4 = 10 20 30 and nothing, C1 text.
NUMBERS = np.array([[1.0, 10.0, np.nan], [2.0, 20.0, np.nan], [3.0, 30.0, np.nan], [4, np.nan, 0]])
BOOK = Workbook({"It's": Grid(NUMBERS, {(0, 2): "x"}, {})}, {})


def value(formula: str) -> float:
    return Evaluator(BOOK).value(formula, "It's")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1+2*3-4/2", 5.0),
        ("-(1+2)*2", -6.0),
        ("$A$1+'It''s'!$B$2", 21.0),
        ("SUM(A1:A4)", 10.0),
        ("SUM(B1:B4,A1,5)", 66.0),
        ("SUMIFS(A1:A4,B1:B4,20)", 2.0),
        ('SUMIFS(A1:A4,A1:A4,">="&A2,A1:A4,"<4")', 5.0),
        ("SUMPRODUCT((A1:A4>A2)*1)", 2.0),
        ("SUMPRODUCT((A1:A4=3)*B1:B4)", 30.0),
        ("IF(A1=1,7,1/0)", 7.0),
        ("IF(AND(A1=1,A2<2),7,8)", 8.0),
        ("ROUND(2.345,2)", 2.35),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(-2.5,0)", -3.0),
        ("INDEX(A1:A4,3)", 3.0),
        ("MIN(A1,A2)+MAX(0,-5)+INT(2.9)+ABS(-1)", 4.0),
        ("MOD(1000.5,1)", 0.5),
        ("B4+1", 1.0),
        ("DATE(2026,3,1)", 46082.0),
        ("DATE(YEAR(46111),MONTH(46111),1)", 46082.0),
        ("YEAR(46387)*100+MONTH(46387)", 202612.0),
    ],
)
def test_by_hand(formula: str, expected: float) -> None:
    assert value(formula) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "formula",
    [
        "WEBSERVICE(A1)",
        "cmd|' /C calc'!A0",
        "[1]Other!A1",
        "'Missing'!A1",
        "A1:A9",
        "A99",
        "SUM(A1",
        "1+",
        "INDEX(A1:A4,9)",
        "1/0",
        "A1:A4",
        '"text"',
        "SUMIFS(A1:A4,B1:B3,1)",
        "A1 A2",
        "",
    ],
)
def test_refused(formula: str) -> None:
    with pytest.raises(NotRead):
        value(formula)
