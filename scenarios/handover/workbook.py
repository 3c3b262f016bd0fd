"""The handover for people: peaks, changes, and units by product and week on one sheet each."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from optimizer.reports.workbook.book import Book, Cell, Column, Formula, Page, Style
from optimizer.reports.workbook.sop import PEAKS
from optimizer.reports.workbook.words import Words
from scenarios.handover.handover import Handover, Line
from workspace.text import Text

FIRST = (
    Column(Text("Product"), Style.TEXT, 16),
    Column(Text("Name of the product"), Style.TEXT, 26),
)
DETAIL = (
    *FIRST,
    Column(Text("Week"), Style.DAY, 12),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Units, P90"), Style.UNITS),
    Column(Text("What promotions add"), Style.UNITS),
    Column(Text("Available"), Style.UNITS),
    Column(Text("Risk of running short"), Style.SHARE),
    Column(Text("Peak"), Style.TEXT, 26),
    Column(Text("Agreed units"), Style.UNITS),
    Column(Text("Change of units"), Style.UNITS),
    Column(Text("Production has to know by"), Style.DAY, 14),
    Column(Text("Too late by now (1)"), Style.COUNT),
)
UNITS, AGREED = 3, 9


def write_handover(found: Handover, path: Path, words: Words) -> None:
    """Write the workbook; the same handover, the same bytes."""
    scratch = path.with_name(".pages")
    scratch.mkdir()
    try:
        book = Book(path, scratch, words, found.currency)
        _write_detail(book.page(Text("Peaks")), found, found.peaks, Text("No week is a peak."))
        _write_changes(book.page(Text("Changes")), found)
        for title, column in (
            (Text("Units by week"), "units"),
            (Text("P90 by week"), "units_p90"),
            (Text("What promotions add by week"), "promotion_units"),
        ):
            _write_matrix(book.page(title), found, column)
        book.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write_changes(page: Page, found: Handover) -> None:
    if found.since is None:
        none = Text("No version of {plan} was approved before: there is nothing to compare with.",
                    plan=found.asked)  # fmt: skip
        _write_detail(page, found, (), none)
        return
    _write_detail(page, found, found.changes, Text("Every week is as it was agreed."))


def _write_detail(page: Page, found: Handover, lines: Sequence[Line], none: Text) -> None:
    page.head(0, DETAIL)
    page.sheet.freeze_panes(1, 3)
    if not lines:
        page.say(1, 0, none, page.book.note)
        return
    for row, line in enumerate(lines, start=1):
        known_by = "" if line.row is None else line.row["know_by"]
        change: Cell = None
        if line.change is not None:
            text = f"{page.cell(row, UNITS)}-{page.cell(row, AGREED)}"
            change = Formula(text, line.change)
        page.line(
            row,
            DETAIL,
            (
                *(line.product, found.names[line.product], line.week),
                *(line.number("units"), line.number("units_p90"), line.number("promotion_units")),
                *(line.number("available"), line.number("short_risk")),
                page.book.words(PEAKS[line.peak]) if line.peak else None,
                *(line.agreed_units, change),
                date.fromisoformat(known_by) if known_by else None,
                None if line.frozen is None else int(line.frozen),
            ),
        )
    page.sheet.autofilter(0, 0, len(lines), len(DETAIL) - 1)


def _write_matrix(page: Page, found: Handover, column: str) -> None:
    """A row for each product, a column for each week that the plan has."""
    mine = [line for line in found.lines if line.row is not None]
    weeks = sorted({line.week for line in mine})
    products = sorted({line.product for line in mine})
    page.head(0, FIRST)
    page.sheet.freeze_panes(1, len(FIRST))
    for place, week in enumerate(weeks, start=len(FIRST)):
        page.sheet.set_column(place, place, 11)
        page.write(0, place, week, Style.DAY, True)
    cells = {(line.product, line.week): line.number(column) for line in mine}
    for row, product in enumerate(products, start=1):
        page.line(row, FIRST, (product, found.names[product]))
        for place, week in enumerate(weeks, start=len(FIRST)):
            page.write(row, place, cells.get((product, week)), Style.UNITS)
    if column == "units_p90":
        return  # the total of P90s is no P90 of the total
    page.write(len(products) + 1, 0, page.book.words(Text("Total")), Style.TEXT, True)
    for place, week in enumerate(weeks, start=len(FIRST)):
        total = sum(cells.get((product, week)) or 0.0 for product in products)
        area = page.area(place, 1, len(products))
        page.write(len(products) + 1, place, Formula(f"SUM({area})", total), Style.UNITS, True)
