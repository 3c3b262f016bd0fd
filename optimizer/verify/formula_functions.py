"""What signs and functions of a spreadsheet make of the numbers of many formulas at once.

A value is an array (formulas, rows, columns), with 1 formula where all have the same, or a list of
texts, one for each formula or one for all. Empty cells are NaN, and count as 0 where one reckons
with them. Whatever a spreadsheet would call an error raises NotRead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.spreadsheet import NotRead

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Floats | list[str]

EPOCH = np.datetime64("1899-12-30")  # day 0 of a spreadsheet
COMPARE: dict[str, Callable[[Floats, Floats], Bools]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
CONDITION = re.compile(r"(<=|>=|<>|=|<|>)(-?[0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True)
class Function:
    """A function of a spreadsheet and how many arguments it takes."""

    work: Callable[[list[Values]], Floats]
    least: int
    most: int

    def takes(self, count: int) -> bool:
        """Whether so many arguments are right."""
        return self.least <= count <= self.most


def number(value: float) -> Floats:
    """A number that all formulas have."""
    return np.full((1, 1, 1), value)


def numbers(value: Values) -> Floats:
    """Numbers to reckon with: an empty cell is 0."""
    if isinstance(value, list):
        raise NotRead(value[0])
    return np.nan_to_num(value)


def single(value: Values) -> Floats:
    """One number of each formula, (formulas, 1, 1)."""
    if isinstance(value, list) or value.shape[1:] != (1, 1):
        raise NotRead("a block where one number belongs")
    return np.nan_to_num(value)


def truth(value: Values) -> Bools:
    """Whether the one number of each formula is not 0: (formulas,)."""
    return np.asarray(single(value)[:, 0, 0] != 0)


def negated(value: Values) -> Floats:
    """The other way round."""
    return -numbers(value)


def joined(left: Values, right: Values) -> list[str]:
    """Texts one after the other; numbers as a spreadsheet shows them in full."""
    before, after = _words(left), _words(right)
    count = max(len(before), len(after))
    before, after = (part * count if len(part) == 1 else part for part in (before, after))
    return [a + b for a, b in zip(before, after, strict=True)]


def _words(value: Values) -> list[str]:
    if isinstance(value, list):
        return value
    return [f"{one:.15g}" for one in single(value)[:, 0, 0].tolist()]


def reckoned(sign: str, left: Values, right: Values) -> Floats:
    """One operation; comparisons come to 1 or 0."""
    a, b = numbers(left), numbers(right)
    if a.shape[1:] != b.shape[1:] and (1, 1) not in (a.shape[1:], b.shape[1:]):
        raise NotRead("blocks of two sizes")
    if sign == "+":
        return np.asarray(a + b)
    if sign == "-":
        return np.asarray(a - b)
    if sign == "*":
        return np.asarray(a * b)
    if sign == "/":
        if (b == 0).any():
            raise NotRead("a division by 0")
        return np.asarray(a / b)
    return COMPARE[sign](a, b).astype(np.float64)


def _total(values: Floats) -> Floats:
    return np.asarray(values.sum(axis=(1, 2), keepdims=True))


def _sum(arguments: list[Values]) -> Floats:
    return reduce(np.add, (_total(numbers(value)) for value in arguments))


def _sumproduct(arguments: list[Values]) -> Floats:
    whole: Values = arguments[0]
    for argument in arguments[1:]:
        whole = reckoned("*", whole, argument)
    return _total(numbers(whole))


def _sumifs(arguments: list[Values]) -> Floats:
    summed = arguments[0]
    if isinstance(summed, list) or len(arguments) % 2 == 0:
        raise NotRead("SUMIFS")
    keep: Bools = np.ones((1, *summed.shape[1:]), dtype=bool)
    for cells, wanted in zip(arguments[1::2], arguments[2::2], strict=True):
        if isinstance(cells, list) or cells.shape[1:] != summed.shape[1:]:
            raise NotRead("SUMIFS over blocks of two sizes")
        sign, limit = _condition(wanted)
        keep = keep & COMPARE[sign](cells, limit)
    return _total(np.where(keep, np.nan_to_num(summed), 0.0))


def _condition(wanted: Values) -> tuple[str, Floats]:
    """A sign that all formulas share, and the number of each."""
    if not isinstance(wanted, list):
        return "=", single(wanted)
    found = [CONDITION.fullmatch(text) for text in wanted]
    parts = [match.groups() for match in found if match is not None]
    if len(parts) < len(wanted) or len({sign for sign, _ in parts}) != 1:
        raise NotRead(wanted[0])
    return parts[0][0], np.array([float(limit) for _, limit in parts]).reshape(-1, 1, 1)


def _round(arguments: list[Values]) -> Floats:
    """Halves away from zero, where a hair below a half counts as one."""
    value, digits = single(arguments[0]), np.trunc(single(arguments[1]))
    if (np.abs(digits) > 15).any():
        raise NotRead("ROUND")
    scale = 10.0**digits
    scaled = np.abs(value) * scale
    near = np.floor(scaled + 0.5 + 1e-9 * np.maximum(1.0, scaled * 1e-6))
    return np.where(near != 0, np.copysign(near / scale, value), 0.0)


def _index(arguments: list[Values]) -> Floats:
    cells, place = arguments[0], single(arguments[1])[:, 0, 0]
    if isinstance(cells, list):
        raise NotRead("INDEX")
    flat = np.nan_to_num(cells.reshape(len(cells), -1))
    if ((place < 1) | (place > flat.shape[1]) | (place != np.floor(place))).any():
        raise NotRead("INDEX")
    at = place.astype(np.int64) - 1
    which = np.arange(len(flat)) if len(flat) > 1 else np.zeros(len(at), dtype=np.int64)
    return np.asarray(flat[which, at]).reshape(-1, 1, 1)


def _modulo(arguments: list[Values]) -> Floats:
    value, by = single(arguments[0]), single(arguments[1])
    if (by == 0).any():
        raise NotRead("a division by 0")
    return np.asarray(value - by * np.floor(value / by))


def _days(value: Values) -> NDArray[np.datetime64]:
    """The days that spreadsheets mean by numbers."""
    serial = single(value)
    if ((serial < 1) | (serial >= 2_000_000)).any():
        raise NotRead("a day")
    return np.asarray(EPOCH + np.floor(serial).astype(np.int64).astype("timedelta64[D]"))


def _year(arguments: list[Values]) -> Floats:
    return np.asarray(_days(arguments[0]).astype("datetime64[Y]").astype(np.int64) + 1970.0)


def _month(arguments: list[Values]) -> Floats:
    return np.asarray(_days(arguments[0]).astype("datetime64[M]").astype(np.int64) % 12 + 1.0)


def _date(arguments: list[Values]) -> Floats:
    year, month, day = (np.trunc(single(value)) for value in arguments)
    if ((year < 1900) | (year > 9999) | (month < 1) | (month > 12)).any():
        raise NotRead("DATE")
    if ((day < 1) | (day > 31)).any():
        raise NotRead("DATE")
    months = ((year - 1970) * 12 + month - 1).astype(np.int64).astype("datetime64[M]")
    found = months.astype("datetime64[D]") + (day - 1).astype(np.int64).astype("timedelta64[D]")
    if (found.astype("datetime64[M]") != months).any():
        raise NotRead("DATE")
    return np.asarray((found - EPOCH).astype(np.int64), dtype=np.float64)


def _each(work: Callable[[Sequence[Floats]], Floats]) -> Callable[[list[Values]], Floats]:
    """A function of single numbers."""
    return lambda arguments: np.asarray(work([single(value) for value in arguments]))


MANY = 255
FUNCTIONS: dict[str, Function] = {
    "SUM": Function(_sum, 1, MANY),
    "SUMIFS": Function(_sumifs, 3, MANY),
    "SUMPRODUCT": Function(_sumproduct, 1, MANY),
    "ROUND": Function(_round, 2, 2),
    "AND": Function(_each(lambda a: reduce(np.logical_and, a) + 0.0), 1, MANY),
    "MIN": Function(_each(lambda a: reduce(np.minimum, a)), 1, MANY),
    "MAX": Function(_each(lambda a: reduce(np.maximum, a)), 1, MANY),
    "INT": Function(_each(lambda a: np.floor(a[0])), 1, 1),
    "ABS": Function(_each(lambda a: np.abs(a[0])), 1, 1),
    "MOD": Function(_modulo, 2, 2),
    "INDEX": Function(_index, 2, 2),
    "DATE": Function(_date, 3, 3),
    "YEAR": Function(_year, 1, 1),
    "MONTH": Function(_month, 1, 1),
}
