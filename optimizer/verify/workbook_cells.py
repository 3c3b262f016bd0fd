"""Cells of a workbook against what they must say, and a way to report them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.verify.reading import Sheet
from optimizer.verify.spreadsheet import Area, Grid, Workbook
from workspace.faults import Findings
from workspace.text import Text

Floats = NDArray[np.float64]

FILE = "plan.xlsx"
EPOCH = date(1899, 12, 30)
EXACT, SUMMED = 1e-9, 1e-5  # relative to 1 and the number: what is written, sums of it


TEXTS = ("account", "product", "tactic", "event", "budget", "rule", "selection")


class Reader:
    """The areas of a workbook, and a way to report what is wrong in them."""

    def __init__(self, book: Workbook, findings: Findings) -> None:
        self.book = book
        self.findings = findings

    def area(self, name: str, rows: int) -> Area | None:
        """An area that has to have so many rows; None where there are none to have."""
        area = self.book.areas.get(name)
        there = area.rows if area is not None else 0
        if there != rows:
            told = Text("{count} rows", count=rows)
            self.findings.fault(FILE, None, name, Text("{count} rows", count=there), told)
            return None
        return area

    def grid(self, area: Area) -> Grid:
        """The page of an area."""
        return self.book.pages[area.page]

    def numbers(self, area: Area, column: int, expected: Floats, tolerance: float = EXACT) -> None:
        """A column of an area against numbers (NaN: an empty cell); accounts for its constants."""
        grid = self.grid(area)
        place = area.column + column
        rows = slice(area.row, area.last_row + 1)
        width = grid.number.shape[1]
        found = grid.number[rows, place] if place < width else np.full(area.rows, np.nan)
        same = np.abs(found - expected) <= tolerance * np.maximum(1.0, np.abs(expected))
        same |= np.isnan(found) & np.isnan(expected)
        for i in np.flatnonzero(~same)[:20].tolist():
            self.wrong(area.page, area.row + i, place, shown(found[i]), shown(expected[i]))
        if place < width:
            grid.told[rows, place] = True

    def texts(self, area: Area, column: int, expected: list[str]) -> None:
        """A column of an area against texts, "" for an empty cell."""
        grid = self.grid(area)
        for i, text in enumerate(expected):
            found = grid.text.get((area.row + i, area.column + column), "")
            if found != text[:32_767]:
                self.wrong(area.page, area.row + i, area.column + column, repr(found), repr(text))

    def wrong(
        self, page: str, row: int, column: int, found: str | Text, expected: str | Text
    ) -> None:
        """Report a cell."""
        self.findings.fault(FILE, row + 1, f"{page}!{letters(column)}", found, expected)


def column_of(reader: Reader, area: Area, column: int, sheet: Sheet, name: str) -> None:
    """A column against that of a table: text, dates, or numbers."""
    cells = sheet.text(name)
    if name in ("week", "start_week"):
        reader.numbers(area, column, np.array([day_of(cell) for cell in cells]))
    elif name in TEXTS or name == "brand":
        reader.texts(area, column, cells)
    else:
        live = name in ("units", "baseline_units") and sheet.file == "supply.csv"
        values = np.array([float(cell) if cell else np.nan for cell in cells])
        reader.numbers(area, column, values, SUMMED if live else EXACT)


def day_of(text: str) -> float:
    """An ISO date as a spreadsheet counts days."""
    return float((date.fromisoformat(text) - EPOCH).days)


def numbered(codes: pd.Series) -> Floats:
    """The place from 1 of each code among the sorted codes."""
    place = {code: i + 1.0 for i, code in enumerate(sorted(set(codes)))}
    return np.array([place[code] for code in codes], dtype=np.float64)


def counted(count: int) -> Floats:
    """1, 2, .. up to a count."""
    return np.arange(1, count + 1, dtype=np.float64)


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    found = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        found = chr(65 + left) + found
    return found


def shown(value: float) -> str | Text:
    """A number as a finding shows it."""
    return Text("a blank") if np.isnan(value) else f"{value:.9g}"
