"""A workbook being written: pages, cells of a few kinds, references between them.

Text is always written as text, whatever it begins with, so that no name can become a formula; cells
that a spreadsheet might take for one when somebody edits them carry its quote mark as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from optimizer.reports.workbook.words import Words
from workspace.text import Text

LONGEST = 32_767  # characters in a cell
LONGEST_NAME = 31  # characters in a page's name
SAFE = "\u200b"  # before text that the file format would take for markup
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
        self.words = words
        self._book = xlsxwriter.Workbook(
            str(path),
            {"constant_memory": True, "tmpdir": str(scratch), "strings_to_urls": False},
        )
        self._book.set_properties({"created": datetime(2000, 1, 1), "title": "Tradewind"})
        self._book.set_calc_mode("auto")
        self._names: set[str] = set()
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
        self._formats = {(s, t): self._format(s, m, t) for s, m in masks.items() for t in (0, 1)}
        base = {"valign": "top"}
        self.quoted = self._book.add_format(base | {"quote_prefix": True})
        self.head = self._book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "bottom": 1,
                "bg_color": "#E4ECF2",
            }
        )
        self.title = self._book.add_format({"bold": True, "font_size": 14})
        self.note = self._book.add_format({"font_color": "#555555", "italic": True})

    def _format(self, style: Style, mask: str, total: int) -> Any:
        look: dict[str, Any] = {"num_format": mask, "valign": "top"}
        if total:
            look |= {"bold": True, "top": 1}
        if style is Style.KEY:
            look["font_color"] = "#999999"
        if style is Style.INPUT:
            look |= {"font_color": "#0000C0", "bg_color": "#FFF7D6"}
        return self._book.add_format(look)

    def page(self, name: Text) -> Page:
        """A new page at the end; its name is cut and made unique as spreadsheets demand."""
        written = "".join(c for c in self.words(name) if c not in "[]:*?/\\'")[:LONGEST_NAME]
        if written in self._names:
            raise ValueError(f"two pages called {written}")
        self._names.add(written)
        sheet = self._book.add_worksheet(written)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return Page(self, sheet, written)

    def look(self, style: Style, total: bool) -> Any:
        """The format of a cell."""
        return self._formats[style, int(total)]

    def name(self, name: str, area: str) -> None:
        """Call an area by a name that does not depend on the language."""
        self._book.define_name(name, f"={area}")

    def close(self) -> None:
        """Write the file."""
        self._book.close()


class Page:
    """One page. Rows have to be written in order; rows and columns are counted from 0."""

    def __init__(self, book: Book, sheet: Any, name: str) -> None:
        self.book = book
        self.sheet = sheet
        self.name = name
        self._prefix = f"'{name}'!"

    def cell(self, row: int, column: int) -> str:
        """A reference to a cell of this page from any page."""
        return f"{self._prefix}${xl_col_to_name(column)}${row + 1}"

    def area(self, column: int, first: int, last: int) -> str:
        """A reference to rows first to last of a column."""
        letters = xl_col_to_name(column)
        return f"{self._prefix}${letters}${first + 1}:${letters}${last + 1}"

    def across(self, row: int, first: int, last: int) -> str:
        """A reference to columns first to last of a row."""
        start, end = xl_col_to_name(first), xl_col_to_name(last)
        return f"{self._prefix}${start}${row + 1}:${end}${row + 1}"

    def call(self, name: str, first: int, last: int, columns: int) -> None:
        """Name the rows first to last of the first `columns` columns; nothing where none are."""
        if last >= first:
            end = xl_col_to_name(columns - 1)
            self.book.name(name, f"{self._prefix}$A${first + 1}:${end}${last + 1}")

    def write(
        self, row: int, column: int, value: Cell, style: Style = Style.TEXT, total: bool = False
    ) -> None:
        """One cell; None leaves it empty."""
        look = self.book.look(style, total)
        if value is None:
            if total:
                self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, Formula):
            self.sheet.write_formula(row, column, f"={value.text}", look, value.value)
        elif isinstance(value, str):
            self._text(row, column, value, look)
        elif isinstance(value, date):
            self.sheet.write_number(row, column, (value - ORIGIN).days, look)
        else:
            self.sheet.write_number(row, column, value, look)

    def _text(self, row: int, column: int, value: str, look: Any) -> None:
        if not value:
            return
        if value.startswith("<r>") and value.endswith("</r>"):
            value = SAFE + value
        if value[0] in "=+-@\t\r\n":
            look = self.book.quoted
        self.sheet.write_string(row, column, value[:LONGEST], look)

    def say(self, row: int, column: int, text: Text, look: Any = None) -> None:
        """A sentence."""
        self.sheet.write_string(row, column, self.book.words(text), look)

    def head(self, row: int, columns: Sequence[Column], widths: bool = True) -> None:
        """A table's head; sets the widths of its columns too."""
        self.sheet.set_row(row, 45)
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
