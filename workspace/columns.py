"""Columns given their meaning: codes, numbers and weeks as arrays, cell by cell or a fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workspace.cells import Cells
from workspace.nearest import nearest, one_of, quoted
from workspace.schema import Column, Kind
from workspace.text import Text
from workspace.weeks import FIRST_YEAR, LAST_YEAR, Weeks, day_of, monday, mondays

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LONGEST_CODE = 200

# report(cells, found, expected): found(i) and expected(i) describe the i-th of those cells.
Describe = Callable[[int], Text | str]
Report = Callable[[NDArray[np.int64], Describe, Describe], None]


@dataclass(frozen=True)
class Coded:
    """A column of words as indices into its sorted labels; -1 where blank or unusable."""

    labels: tuple[str, ...]
    index: NDArray[np.int32]  # (n,)

    def __len__(self) -> int:
        return len(self.index)

    def at(self, i: int) -> str:
        """The word of one row, "" where there is none."""
        label = int(self.index[i])
        return self.labels[label] if label >= 0 else ""

    def among(self, words: Collection[str]) -> Bools:
        """Which rows hold one of `words`: shape (n,)."""
        wanted = np.array([*(label in words for label in self.labels), False], dtype=np.bool_)
        found: Bools = wanted[self.index]
        return found

    def words(self) -> NDArray[np.object_]:
        """The words themselves, "" where there is none: shape (n,)."""
        table = np.array([*self.labels, ""], dtype=np.object_)
        found: NDArray[np.object_] = table[self.index]
        return found


Values = Coded | Floats | Weeks


def parse(cells: Cells, column: Column, decimal: str, report: Report) -> Values:
    """The values of a column: Coded for words, float64 for numbers, datetime64[D] for weeks.

    Blank cells, and cells that were reported as faults, are -1, NaN or NaT.
    """
    _report_strange(cells, column, report)
    if column.kind in (Kind.CODE, Kind.TEXT, Kind.CHOICE):
        return _words(cells, column, decimal, report)
    if column.kind in (Kind.WEEK, Kind.DAY):
        return _dates(cells, column.kind, report)
    return _in_range(cells, column, _numbers(cells, column, decimal, report), report)


def _positions(mask: pa.Array) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.flatnonzero(
        mask.fill_null(False).to_numpy(zero_copy_only=False)
    ).astype(np.int64)
    return found


def _report_strange(cells: Cells, column: Column, report: Report) -> None:
    where = np.array(sorted(cells.strange), dtype=np.int64)
    if where.size:
        expected = Text("a value of {column}", column=column.name)
        report(where, lambda i: cells.strange[int(where[i])], lambda i: expected)


# --- words ---------------------------------------------------------------------------------


def _words(cells: Cells, column: Column, decimal: str, report: Report) -> Coded:
    text = _as_text(cells, column, decimal, report)
    coded = pc.dictionary_encode(text)
    words: list[str] = coded.dictionary.to_pylist()
    refused = {i: expected for i, word in enumerate(words) if (expected := _unusable(word, column))}
    index = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    if refused:
        where = np.flatnonzero(np.isin(index, list(refused))).astype(np.int64)
        bad = index[where]
        report(where, lambda i: quoted(words[bad[i]]), lambda i: refused[int(bad[i])])
    order = sorted((word, i) for i, word in enumerate(words) if i not in refused)
    rank = np.full(len(words) + 1, -1, dtype=np.int32)  # the last one: blank stays -1
    for place, (_, i) in enumerate(order):
        rank[i] = place
    return Coded(tuple(word for word, _ in order), rank[index])


def _as_text(cells: Cells, column: Column, decimal: str, report: Report) -> pa.Array:
    """Text of all cells: whole numbers as their digits, days (of free text) as ISO dates."""
    text = cells.text
    free = column.kind is Kind.TEXT
    if cells.number is not None:
        text = pc.coalesce(text, _digits(cells.number, decimal if free else None))
    if cells.day is not None and free:
        text = pc.coalesce(text, pc.strftime(cells.day, format="%Y-%m-%d"))
    given = cells.text.is_null().to_numpy(zero_copy_only=False) & ~cells.blank
    given[list(cells.strange)] = False
    where = np.flatnonzero(given & text.is_null().to_numpy(zero_copy_only=False))
    if where.size:
        expected = Text("text: format these cells as text")
        report(where, lambda i: quoted(cells.shown(int(where[i]))), lambda i: expected)
    return text


def _digits(numbers: pa.Array, decimal: str | None) -> pa.Array:
    """Numbers as text; those that are not whole only where a decimal mark is given."""
    if pa.types.is_integer(numbers.type):
        return numbers.cast(pa.string())
    found: list[str | None] = []
    for value in numbers.to_pylist():
        if value is None or value != value or value in (np.inf, -np.inf):
            found.append(None)
        elif value == int(value) and abs(value) < 2**53:
            found.append(str(int(value)))
        else:
            found.append(None if decimal is None else repr(value).replace(".", decimal))
    return pa.array(found, type=pa.string())


def _unusable(word: str, column: Column) -> Text | None:
    """What is expected instead of a word that a column cannot have; None where it can."""
    if column.kind is Kind.CHOICE:
        if word in column.choices:
            return None
        match = nearest(word, column.choices)
        choices = one_of(column.choices)
        if match is None:
            return choices
        return Text("{choices}; perhaps {nearest}", choices=choices, nearest=quoted(match))
    if len(word) > LONGEST_CODE and column.kind is Kind.CODE:
        return Text("at most {count} characters", count=LONGEST_CODE)
    plain = word if column.kind is Kind.CODE else re.sub(r"[\s\u200b-\u200f]", " ", word)
    return None if plain.isprintable() else Text("printable characters")


# --- numbers -------------------------------------------------------------------------------

_PLAIN = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_MARKED = re.compile(r"[+-]?[0-9][0-9.,' \u00a0\u202f]*(?:[eE][+-]?[0-9]+)?")
_TWO_WAYS = re.compile(r"[+-]?[0-9]{1,3}[.,][0-9]{3}")
_ENDLESS = re.compile(r"[+-]?(?:nan|inf|infinity|[0-9.,]+[eE][+-]?[0-9]+)", re.IGNORECASE)


def _numbers(cells: Cells, column: Column, decimal: str, report: Report) -> Floats:
    """The numbers of all cells as float64; NaN where there is none or it was reported."""
    text = cells.text
    if column.kind is Kind.FLAG:
        text = _flags(text)
    values = _number_of(text, decimal)
    if cells.number is not None:
        values = pc.coalesce(values, cells.number.cast(pa.float64(), safe=False))
    found: Floats = values.to_numpy(zero_copy_only=False).astype(np.float64) + 0.0
    endless = _positions(pc.invert(pc.is_finite(values)))
    wrong = _positions(pc.and_(text.is_valid(), values.is_null()))
    if endless.size or wrong.size:
        where = np.concatenate([endless, wrong])
        found[where] = np.nan
        report(
            where,
            lambda i: _wrong_number(cells.shown(int(where[i]))),
            lambda i: _right_number(cells.shown(int(where[i])), column, decimal),
        )
    if cells.day is not None:
        days = _positions(cells.day.is_valid())
        if days.size:
            report(
                days,
                lambda i: Text("the date {day}", day=cells.shown(int(days[i]))),
                lambda i: Text("a number"),
            )
    return found


def _flags(text: pa.Array) -> pa.Array:
    """Spreadsheets write flags as words."""
    lower = pc.utf8_lower(text)
    zero = pc.if_else(pc.equal(lower, "false"), "0", text)
    return pc.if_else(pc.equal(lower, "true"), "1", zero)


def _number_of(text: pa.Array, decimal: str) -> pa.Array:
    """Text as float64, null where it is no plain number with the declared decimal mark."""
    if text.null_count == len(text):
        return pa.nulls(len(text), pa.float64())
    plain = text
    if decimal == ",":
        # A point is never part of a number here: it is made to fail.
        plain = pc.replace_substring(plain, ".", "?")
        plain = pc.replace_substring(plain, ",", ".")
    try:
        found = plain.cast(pa.float64())
        if pc.all(pc.is_finite(found)).as_py() is not False:
            return found
    except pa.ArrowInvalid:
        pass
    # Something is wrong, or merely unusual (+1): sort out which.
    legal = pc.match_substring_regex(plain, _PLAIN)
    kept = pc.if_else(legal, pc.utf8_ltrim(plain, "+"), pa.scalar(None, pa.string()))
    return kept.cast(pa.float64())


def _wrong_number(shown: str) -> Text | str:
    if _TWO_WAYS.fullmatch(shown):
        return Text("{number}, which reads two ways", number=quoted(shown))
    return quoted(shown)


def _right_number(shown: str, column: Column, decimal: str) -> Text:
    if column.kind is Kind.FLAG:
        return Text("0 or 1")
    if _ENDLESS.fullmatch(shown):
        return Text("a finite number")
    if _MARKED.fullmatch(shown):
        return Text("a number with the decimal mark '{decimal}' and no other mark", decimal=decimal)
    return Text("a number")


def _in_range(cells: Cells, column: Column, values: Floats, report: Report) -> Floats:
    """The values with those outside the column's range reported and blanked."""
    wrong = np.zeros(len(values), dtype=np.bool_)
    if column.low is not None:
        wrong |= (values <= column.low) if column.above else (values < column.low)
    if column.high is not None:
        wrong |= (values >= column.high) if column.below else (values > column.high)
    if column.whole or column.kind in (Kind.WHOLE, Kind.FLAG):
        with np.errstate(invalid="ignore"):
            wrong |= ~np.isnan(values) & (values != np.rint(values))
    if not wrong.any():
        return values
    where = np.flatnonzero(wrong).astype(np.int64)
    expected = wanted(column)
    report(where, lambda i: quoted(cells.shown(int(where[i]))), lambda i: expected)
    return np.where(wrong, np.nan, values)


def wanted(column: Column) -> Text:
    """The range of a column of numbers, in words."""
    if column.kind is Kind.FLAG:
        return Text("0 or 1")
    whole = column.whole or column.kind is Kind.WHOLE
    what = Text("a whole number") if whole else Text("a number")
    if column.low is None:
        return what
    low = (
        Text("more than {low:g}", low=column.low)
        if column.above
        else Text("at least {low:g}", low=column.low)
    )
    if column.high is None:
        return Text("{what}, {low}", what=what, low=low)
    high = (
        Text("less than {high:g}", high=column.high)
        if column.below
        else Text("at most {high:g}", high=column.high)
    )
    return Text("{what}, {low} and {high}", what=what, low=low, high=high)


# --- weeks ---------------------------------------------------------------------------------


def _dates(cells: Cells, kind: Kind, report: Report) -> Weeks:
    """The Mondays, or the days, of all cells as datetime64[D]; NaT for none and for reported."""
    coded = pc.dictionary_encode(cells.text)
    words: list[str] = coded.dictionary.to_pylist()
    found = np.full(len(words) + 1, np.datetime64("NaT"), dtype="datetime64[D]")
    reasons: dict[int, Text] = {}
    for i, word in enumerate(words):
        try:
            found[i] = monday(word) if kind is Kind.WEEK else day_of(word)
        except ValueError as error:
            reasons[i] = _wanted_date(kind, error.args[0])
    index = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    weeks: Weeks = found[index]
    if reasons:
        where = np.flatnonzero(np.isin(index, list(reasons))).astype(np.int64)
        report(
            where,
            lambda i: quoted(words[index[where[i]]]),
            lambda i: reasons[int(index[where[i]])],
        )
    if cells.day is not None:
        _add_days(cells, cells.day, kind, weeks, report)
    if cells.number is not None:
        where = _positions(cells.number.is_valid())
        if where.size:
            expected = Text("a week: a date, or YYYY-Www") if kind is Kind.WEEK else Text("a date")
            report(
                where,
                lambda i: Text("the number {number}", number=cells.shown(int(where[i]))),
                lambda i: expected,
            )
    return weeks


def _wanted_date(kind: Kind, reason: object) -> Text:
    if kind is Kind.WEEK:
        return Text("a week: YYYY-MM-DD or YYYY-Www ({reason})", reason=reason)
    return Text("a date: YYYY-MM-DD ({reason})", reason=reason)


def _add_days(cells: Cells, day: pa.Array, kind: Kind, weeks: Weeks, report: Report) -> None:
    """Put the days of cells that hold days, or their Mondays, into `weeks`."""
    days = day.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    given = day.is_valid().to_numpy(zero_copy_only=False)
    dates = days.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    sane = (years >= FIRST_YEAR) & (years <= LAST_YEAR)
    kept = dates[given & sane]
    weeks[given & sane] = mondays(kept) if kind is Kind.WEEK else kept
    where = np.flatnonzero(given & ~sane).astype(np.int64)
    if where.size:
        expected = Text("a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR)
        report(where, lambda i: quoted(cells.shown(int(where[i]))), lambda i: expected)
