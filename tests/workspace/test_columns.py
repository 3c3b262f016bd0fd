from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workspace import Text
from workspace.cells import Cells, text_cells
from workspace.columns import Coded, parse, wanted
from workspace.schema import Column, Kind, choice, code

NUMBER = Column("x", Kind.NUMBER)


class Heard:
    """Collects what a column reports: cell -> (found, expected)."""

    def __init__(self) -> None:
        self.said: dict[int, tuple[str, str]] = {}

    def __call__(self, cells: NDArray[np.int64], found: object, expected: object) -> None:
        assert callable(found)
        assert callable(expected)
        for i, cell in enumerate(cells):
            self.said[int(cell)] = (str(found(i)), str(expected(i)))


def numbers(
    texts: list[str], decimal: str = ".", column: Column = NUMBER
) -> tuple[list[float], Heard]:
    heard = Heard()
    values = parse(text_cells(pa.array(texts, pa.string())), column, decimal, heard)
    assert not isinstance(values, Coded)
    return list(values), heard


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_is_read_exactly_with_either_mark(values: list[float]) -> None:
    for decimal in ".,":
        found, heard = numbers([repr(v).replace(".", decimal) for v in values], decimal)
        assert found == values
        assert heard.said == {}


@given(st.text(alphabet="0123456789.,+-eE ' \u00a0", max_size=8), st.sampled_from(".,"))
def test_only_plain_numbers_are_numbers(text: str, decimal: str) -> None:
    """The oracle is float() on the text with the mark exchanged, other marks forbidden."""
    found, heard = numbers([text, "1"], decimal)
    assert found[1] == 1.0
    plain = text.strip()
    other = "," if decimal == "." else "."
    try:
        expected = math.nan if other in plain else float(plain.replace(",", "."))
    except ValueError:
        expected = math.nan
    if math.isinf(expected):
        expected = math.nan
    if plain == "":
        assert heard.said == {}
        assert math.isnan(found[0])
    elif math.isnan(expected):
        assert list(heard.said) == [0]
        assert math.isnan(found[0])
    else:
        assert found[0] == expected
        assert heard.said == {}


@pytest.mark.parametrize(
    ("text", "decimal", "found", "expected"),
    [
        ("1,234", ".", "'1,234', which reads two ways", "the decimal mark '.' and no other"),
        ("1.234", ",", "'1.234', which reads two ways", "the decimal mark ',' and no other"),
        ("1,5", ".", "'1,5'", "the decimal mark '.'"),
        ("1.234,5", ",", "'1.234,5'", "the decimal mark ',' and no other"),
        ("1 234", ".", "'1 234'", "no other mark"),
        ("nan", ".", "'nan'", "a finite number"),
        ("-Infinity", ".", "'-Infinity'", "a finite number"),
        ("1e999", ".", "'1e999'", "a finite number"),
        ("abc", ".", "'abc'", "a number"),
        ("x" * 100, ".", "...'", "a number"),
        ("\x1b[2J", ".", "'\N{REPLACEMENT CHARACTER}[2J'", "a number"),
    ],
)
def test_what_is_wrong_with_a_number(text: str, decimal: str, found: str, expected: str) -> None:
    _, heard = numbers(["1", text], decimal)
    assert found in heard.said[1][0]
    assert expected in heard.said[1][1]


def test_ranges() -> None:
    share = Column("s", Kind.NUMBER, low=0, high=1, above=True, below=True)
    values, heard = numbers(["0", "0.5", "1", "", "-0.0"], column=share)
    assert values[1] == 0.5
    assert np.isnan(values[0])
    assert set(heard.said) == {0, 2, 4}
    assert heard.said[2] == ("'1'", "a number, more than 0 and less than 1")
    whole = Column("w", Kind.WHOLE, low=1)
    values, heard = numbers(["1", "1.5", "2.0", "0"], column=whole)
    assert values[2] == 2.0
    assert heard.said[1] == ("'1.5'", "a whole number, at least 1")
    assert set(heard.said) == {1, 3}
    values, heard = numbers(
        ["0", "TRUE", "false", "1.0", "2", "yes"], column=Column("f", Kind.FLAG, low=0, high=1)
    )
    assert values[:4] == [0.0, 1.0, 0.0, 1.0]
    assert heard.said == {4: ("'2'", "0 or 1"), 5: ("'yes'", "0 or 1")}
    assert str(wanted(NUMBER)) == "a number"


def test_minus_zero_is_zero() -> None:
    values, _ = numbers(["-0", "0"])
    assert [math.copysign(1, v) for v in values] == [1, 1]


def words(cells: Cells, column: Column, decimal: str = ".") -> tuple[list[str], Heard]:
    heard = Heard()
    values = parse(cells, column, decimal, heard)
    assert isinstance(values, Coded)
    assert list(values.labels) == sorted(set(values.labels))
    assert len(values) == len(cells.text)
    assert [values.at(i) for i in range(len(values))] == list(values.words())
    return list(values.words()), heard


@given(st.lists(st.text(max_size=5)))
def test_codes_stay_text(texts: list[str]) -> None:
    found, heard = words(text_cells(pa.array(texts, pa.string())), code("c"))
    # Arrow and Python disagree on whether a few control characters are blanks.
    for i, text in enumerate(texts):
        assert found[i] == text.strip() or i in heard.said or not text.strip().isprintable()


def test_numbers_in_columns_of_codes() -> None:
    cells = Cells(
        pa.array(["0012", None, None, None, None], pa.string()),
        pa.array([None, 12.0, 1.5, np.nan, 1e300], pa.float64()),
        pa.array([None] * 5, pa.date32()),
    )
    found, heard = words(cells, code("c"))
    assert found == ["0012", "12", "", "", ""]
    assert heard.said[2] == ("'1.5'", "text: format these cells as text")
    assert set(heard.said) == {2, 3, 4}
    found, heard = words(cells, Column("t", Kind.TEXT, default=""), ",")
    assert found[1:3] == ["12", "1,5"]
    big = Cells(pa.nulls(1, pa.string()), pa.array([2**62 + 1], pa.int64()))
    assert words(big, code("c"))[0] == [str(2**62 + 1)]


def test_days_and_strange_cells() -> None:
    day = np.datetime64("2025-01-08").item()
    cells = Cells(
        pa.nulls(2, pa.string()), None, pa.array([day, None], pa.date32()), {1: Text("odd")}
    )
    assert list(cells.blank) == [False, False]
    assert cells.shown(0) == "2025-01-08"
    assert cells.shown(1) == "odd"
    found, heard = words(cells, code("c"))
    assert found == ["", ""]
    assert heard.said == {
        0: ("'2025-01-08'", "text: format these cells as text"),
        1: ("odd", "a value of c"),
    }
    assert words(cells, Column("t", Kind.TEXT, default=""))[0][0] == "2025-01-08"
    heard = Heard()
    parse(cells, NUMBER, ".", heard)
    assert heard.said[0] == ("the date 2025-01-08", "a number")


def test_choices_suggest_the_nearest() -> None:
    cells = text_cells(pa.array(["floor", "flor", "zzz", "Floor"], pa.string()))
    found, heard = words(cells, choice("kind", "ceiling", "floor"))
    assert found == ["floor", "", "", ""]
    assert heard.said[1] == ("'flor'", "one of ceiling, floor; perhaps 'floor'")
    assert heard.said[2] == ("'zzz'", "one of ceiling, floor")
    assert 3 in heard.said


def test_weeks() -> None:
    column = Column("week", Kind.WEEK)
    cells = Cells(
        pa.array(["2025-W02", "2025-01-08", "2025-W54", None, None, None], pa.string()),
        pa.array([None, None, None, 45665.0, None, None], pa.float64()),
        pa.array(
            [None] * 4 + [np.datetime64("2025-01-12").item(), np.datetime64("3025-01-01").item()],
            pa.date32(),
        ),
    )
    heard = Heard()
    found = parse(cells, column, ".", heard)
    assert not isinstance(found, Coded)
    assert [str(w) for w in found] == ["2025-01-06"] * 2 + ["NaT", "NaT", "2025-01-06", "NaT"]
    assert heard.said[2][0] == "'2025-W54'"
    assert "2025 has 52 weeks" in heard.said[2][1]
    assert heard.said[3][0] == "the number 45665.0"
    assert set(heard.said) == {2, 3, 5}


def test_membership() -> None:
    coded = Coded(("a", "b"), np.array([0, -1, 1], dtype=np.int32))
    assert list(coded.among({"b"})) == [False, False, True]
    assert list(coded.among(set())) == [False] * 3
