"""How numbers and tables are written: the same plan, the same bytes, on every machine."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from optimizer.problem import Floats, Ints

DECIMALS = 6  # of everything but money


def money(cents: int) -> str:
    """Whole cents with two decimals: 1234 is 12.34."""
    sign, size = ("-" if cents < 0 else ""), abs(int(cents))
    return f"{sign}{size // 100}.{size % 100:02d}"


def number(value: float | None) -> str:
    """At most six decimals, no trailing zeros, never an exponent; blank where there is none."""
    if value is None or not isfinite(value):
        return ""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def moneys(cents: Ints) -> list[str]:
    """A column of money."""
    return [money(amount) for amount in cents.tolist()]


def numbers(values: Floats | Ints) -> list[str]:
    """A column of numbers, NaN blank."""
    return [number(value) for value in np.asarray(values, dtype=np.float64).tolist()]


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV: UTF-8, comma, LF. Codes stay as they are, whatever a spreadsheet makes of them.

    Lines are written as they come, so that a table of a million rows takes no memory.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
