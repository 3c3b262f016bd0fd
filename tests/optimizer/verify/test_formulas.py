"""The evaluator against sums worked out by hand, and everything it must refuse."""

import numpy as np
import pytest

import optimizer.verify.formulas
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
        "A0",
        "B1:A2",
        "A4:A1",
        "A99999999",
        "A1\0",
        "LOG10(A1)",
        "ROUND(A1)",
        "MOD(A1,0)",
        "A1:A2+A1:A3",
        "DATE(2026,2,30)",
        "DATE(2026,13,1)",
        "DATE(2026,1,0)",
        "YEAR(0)",
        "INDEX(A1:A4,1.5)",
        'SUMIFS(A1:A4,A1:A4,"=1.2.3")',
        'IF(1,"text",0)+1',
        "",
    ],
)
def test_refused(formula: str) -> None:
    with pytest.raises(NotRead):
        value(formula)


def test_formulas_of_one_shape_come_to_what_each_comes_to_alone() -> None:
    """Rows, heights of blocks and branches differ; one of them divides by an empty cell."""
    formulas = [
        *(f"IF(A{i}>2,SUM(B1:B{i}),A{i}/2)" for i in range(1, 5)),
        *(f"10/B{i}" for i in range(1, 5)),
        *(f"SUMIFS(A1:A4,B1:B4,B{i})" for i in range(1, 4)),
        *(f'SUMIFS(A1:A4,A1:A4,">"&A{i})' for i in range(1, 5)),
        *(f"INDEX(B1:B4,A{i})+A5" for i in range(1, 4)),
    ]
    found = Evaluator(BOOK).values(formulas, "It's")
    expected = [0.5, 1.0, 60.0, 60.0, 1.0, 0.5, 1 / 3, None, 1.0, 2.0, 3.0, 9.0, 7.0, 4.0, 0.0]
    assert [i for i, value in enumerate(expected) if value is None] == [7]
    assert set(found.refused) == {7, 15, 16, 17}  # the last three refer to a row that is not there
    known = [value if value is not None else np.nan for value in expected]
    np.testing.assert_allclose(found.values[:15], known, rtol=1e-12)
    assert np.isnan(found.values[15:]).all()


def test_many_formulas_over_large_blocks_are_worked_out_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    numbers = rng.uniform(-5, 5, (300, 3))
    book = Workbook({"P": Grid(numbers, {}, {})}, {})
    formulas = [f"SUM($A${i}:$B${i + 99})-ROUND(C{i},2)" for i in range(1, 201)]
    sums = [numbers[i : i + 100, :2].sum() - round(numbers[i, 2], 2) for i in range(200)]
    for most in (1 << 20, 1000, 1):
        monkeypatch.setattr(optimizer.verify.formulas, "MOST_CELLS", most)
        found = Evaluator(book).values(formulas, "P")
        assert not found.refused
        np.testing.assert_allclose(found.values, sums, atol=1e-9)


def test_what_is_quoted_is_no_row_of_a_shape() -> None:
    """Pages and texts that look like places; the exponent of a number is none either."""
    book = Workbook({"A1": Grid(np.array([[3.0], [4.0]]), {}, {}),
                     "A2": Grid(np.array([[30.0], [40.0]]), {}, {})}, {})  # fmt: skip
    formulas = ["'A1'!A2", "'A2'!A1", "'A2'!A2", "1E2+A1", 'SUMIFS(A1:A2,A1:A2,"<4")']
    found = Evaluator(book).values(formulas, "A1")
    assert not found.refused
    assert found.values.tolist() == [4.0, 30.0, 40.0, 103.0, 3.0]
