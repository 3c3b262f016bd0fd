"""A workbook being written: pages, cells of a few kinds, references between them.

Text is always written as text, whatever it begins with, so that no name can become a formula; cells
that a spreadsheet might take for one when somebody edits them carry its quote mark as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from optimizer.reports.workbook.cell_text import (
    blank_cell,
    formula_cell,
    number_cell,
    number_cells,
    text_cell,
)
from optimizer.reports.workbook.package import Rows, write_package
from optimizer.reports.workbook.words import Words
from workspace.text import Text

LONGEST = 32_767  # characters in a cell
LONGEST_NAME = 31  # characters in a page's name
ORIGIN = date(1899, 12, 30)  # day 0 of a spreadsheet's dates


class Style(StrEnum):
    """How a cell looks."""

    TEXT = "text"
    MONEY = "money"
    PRICE = "price"  # per unit, four decimals
    UNITS = "units"
    SHARE = "share"
    NUMBER = "number"
    COUNT = "count"
    DAY = "day"
    MONTH = "month"
    KEY = "key"  # a number that formulas look for
    INPUT = "input"  # meant to be changed


@dataclass(frozen=True)
class Formula:
    """A formula and what it comes to: currency, units or text, as a spreadsheet would show it."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    label: Text
    style: Style
    width: float = 12.0


Cell = str | int | float | date | Formula | None


def amount(text: str, cents: int) -> Formula:
    """A formula that comes to whole cents."""
    return Formula(text, cents / 100.0)


class Book:
    """One workbook. Close it to write it; the same cells give the same bytes."""

    def __init__(self, path: Path, scratch: Path, words: Words, currency: str) -> None:
        """`scratch`: a folder for the rows of pages until the workbook is closed."""
        self.words = words
        self._path, self._scratch = path, scratch
        self._frame = BytesIO()
        self._book = xlsxwriter.Workbook(self._frame, {"in_memory": True})
        self._book.set_properties({"created": datetime(2000, 1, 1), "title": "Tradewind"})
        self._book.set_calc_mode("auto")
        self._pages: list[Page] = []
        self._looks: dict[tuple[tuple[str, Any], ...], tuple[int, Any]] = {}
        masks = {
            Style.TEXT: "General",
            Style.MONEY: words.money(currency),
            Style.PRICE: words.price(currency),
            Style.UNITS: "#,##0",
            Style.SHARE: "0.0%",
            Style.NUMBER: "#,##0.00",
            Style.COUNT: "0",
            Style.DAY: words.day,
            Style.MONTH: words.month,
            Style.KEY: "0",
            Style.INPUT: "0",
        }
        self._styles = {(s, t): self._styled(s, m, t) for s, m in masks.items() for t in (0, 1)}
        self.quoted = self._look({"valign": "top", "quote_prefix": True})
        self.head = self._look(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "bottom": 1,
                "bg_color": "#E4ECF2",
            }
        )
        self.title = self._look({"bold": True, "font_size": 14})
        self.note = self._look({"font_color": "#555555", "italic": True})

    def _styled(self, style: Style, mask: str, total: int) -> str:
        look: dict[str, Any] = {"num_format": mask, "valign": "top"}
        if total:
            look |= {"bold": True, "top": 1}
        if style is Style.KEY:
            look["font_color"] = "#999999"
        if style is Style.INPUT:
            look |= {"font_color": "#0000C0", "bg_color": "#FFF7D6"}
        return self._look(look)

    def _look(self, properties: dict[str, Any]) -> str:
        """The attribute of cells that look like this; looks that are the same have one number."""
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = (1 + len(self._looks), self._book.add_format(properties))
        return f' s="{self._looks[key][0]}"'

    def page(self, name: Text) -> Page:
        """A new page at the end; its name is cut and made unique as spreadsheets demand."""
        written = "".join(c for c in self.words(name) if c not in "[]:*?/\\'")[:LONGEST_NAME]
        if any(written == page.name for page in self._pages):
            raise ValueError(f"two pages called {written}")
        sheet = self._book.add_worksheet(written)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        number = len(self._pages) + 1
        self._pages.append(Page(self, sheet, written, self._scratch / f"{number}.rows"))
        return self._pages[-1]

    def look(self, style: Style, total: bool) -> str:
        """How a cell looks, as an attribute."""
        return self._styles[style, int(total)]

    def name(self, name: str, area: str) -> None:
        """Call an area by a name that does not depend on the language."""
        self._book.define_name(name, f"={area}")

    def close(self) -> None:
        """Write the file."""
        for number, look in self._looks.values():
            self._pages[0].sheet.write_blank(0, number - 1, None, look)
        self._book.close()
        rows = [page.close() for page in self._pages]
        write_package(self._frame.getvalue(), len(self._looks), rows, self._path)


class Page:
    """One page. Rows have to be written in order; rows and columns are counted from 0.

    `sheet` is for what is not in cells: widths, filters, what stays in sight.
    """

    def __init__(self, book: Book, sheet: Any, name: str, rows: Path) -> None:
        self.book = book
        self.sheet = sheet
        self.name = name
        self._prefix = f"'{name}'!"
        self._path = rows
        self._file = rows.open("w", encoding="utf-8", newline="")
        self._row, self._tall, self._widest = 0, "", 0
        self._cells: dict[int, str] = {}

    def cell(self, row: int, column: int) -> str:
        """A reference to a cell of this page from any page."""
        return f"{self._prefix}${_letters(column)}${row + 1}"

    def area(self, column: int, first: int, last: int) -> str:
        """A reference to rows first to last of a column."""
        letters = _letters(column)
        return f"{self._prefix}${letters}${first + 1}:${letters}${last + 1}"

    def across(self, row: int, first: int, last: int) -> str:
        """A reference to columns first to last of a row."""
        return f"{self._prefix}${_letters(first)}${row + 1}:${_letters(last)}${row + 1}"

    def call(self, name: str, first: int, last: int, columns: int) -> None:
        """Name the rows first to last of the first `columns` columns; nothing where none are."""
        if last >= first:
            end = _letters(columns - 1)
            self.book.name(name, f"{self._prefix}$A${first + 1}:${end}${last + 1}")

    def write(
        self, row: int, column: int, value: Cell, style: Style = Style.TEXT, total: bool = False
    ) -> None:
        """One cell; None leaves it empty."""
        if row != self._row:
            self._next(row)
        if value is not None:
            cell = self._cell(value, self.book.look(style, total))
            if cell:
                self._cells[column] = cell
        elif total:
            self._cells[column] = blank_cell(self.book.look(style, total))

    def _cell(self, value: float | str | date | Formula, look: str) -> str:
        """A cell without its place; nothing for an empty text."""
        if isinstance(value, (float, int)):
            return number_cell(value, look)
        if isinstance(value, Formula):
            return formula_cell(value.text, value.value, look)
        if isinstance(value, date):
            return number_cell((value - ORIGIN).days, look)
        if not value:
            return ""
        look = self.book.quoted if value[0] in "=+-@\t\r\n" else look
        return text_cell(value[:LONGEST], look)

    def say(self, row: int, column: int, text: Text, look: str = "") -> None:
        """A sentence."""
        if row != self._row:
            self._next(row)
        self._cells[column] = text_cell(self.book.words(text)[:LONGEST], look)

    def head(self, row: int, columns: Sequence[Column], widths: bool = True) -> None:
        """A table's head; sets the widths of its columns too."""
        if row != self._row:
            self._next(row)
        self._tall = ' ht="45" customHeight="1"'
        for place, column in enumerate(columns):
            if widths:
                options = {"level": 1} if column.style is Style.KEY else {}
                self.sheet.set_column(place, place, column.width, None, options)
            self.say(row, place, column.label, self.book.head)

    def line(
        self, row: int, columns: Sequence[Column], cells: Iterable[Cell], total: bool = False
    ) -> None:
        """A row of a table."""
        for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
            self.write(row, place, value, column.style, total)

    def rows(self, first: int, columns: Sequence[Column], values: Sequence[Sequence[Cell]]) -> None:
        """As `line` for each row from `first` on, from `values` by column: in half the time.

        No row may be without any value.
        """
        self._next(first + len(values[0]) - 1)
        numbers = [str(first + 1 + i) for i in range(len(values[0]))]
        cells = [
            self._column(_letters(place), numbers, mine, self.book.look(column.style, False))
            for place, (column, mine) in enumerate(zip(columns, values, strict=True))
        ]
        self._widest = max(self._widest, len(columns) - 1)
        for number, row in zip(numbers, zip(*cells, strict=True), strict=True):
            self._file.write(f'<row r="{number}">{"".join(row)}</row>')

    def _column(
        self, letters: str, numbers: list[str], values: Sequence[Cell], look: str
    ) -> list[str]:
        """The cells of a column in the rows of these numbers; nothing where there is no value."""
        place = f'<c r="{letters}'
        amounts = [value for value in values if isinstance(value, (float, int))]
        if len(amounts) == len(values):
            cells = number_cells(amounts, look)
        else:
            cells = ["" if value is None else self._cell(value, look) for value in values]
        return [
            f"{place}{number}{cell}" if cell else ""
            for number, cell in zip(numbers, cells, strict=True)
        ]

    def close(self) -> Rows:
        """The rows as they were written."""
        last = self._row
        self._next(last + 1)
        self._file.close()
        return Rows(self._path, f"A1:{_letters(self._widest)}{last + 1}")

    def _next(self, row: int) -> None:
        """Write the row that is done, and begin another."""
        if row < self._row:
            raise ValueError(f"row {row} of {self.name} after row {self._row}")
        if self._cells:
            number, places = self._row + 1, sorted(self._cells)
            self._widest = max(self._widest, places[-1])
            cells = "".join(
                [f'<c r="{_letters(place)}{number}{self._cells[place]}' for place in places]
            )
            self._file.write(f'<row r="{number}"{self._tall}>{cells}</row>')
        self._row, self._tall = row, ""
        self._cells.clear()


@cache
def _letters(column: int) -> str:
    return str(xl_col_to_name(column))
