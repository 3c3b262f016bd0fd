"""The page for production and logistics: volumes by product and week, peaks, and by when to know.

The rows are those of sop.csv; sums over accounts are formulas that lead to the weekly rows.
"""

from __future__ import annotations

from datetime import date

from optimizer.reports.sop import HIGH, SHORT, TIGHT
from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.supply import sum_of
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Product"), Style.TEXT, 16),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("Week"), Style.DAY, 12),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Units, P50"), Style.UNITS),
    Column(Text("Units, P90"), Style.UNITS),
    Column(Text("Baseline units"), Style.UNITS),
    Column(Text("What promotions add"), Style.UNITS),
    Column(Text("Units on deal"), Style.UNITS),
    Column(Text("Accounts on deal"), Style.COUNT),
    Column(Text("Bought ahead by retailers"), Style.UNITS),
    Column(Text("Available"), Style.UNITS),
    Column(Text("Left over"), Style.UNITS),
    Column(Text("Risk of running short"), Style.SHARE),
    Column(Text("Peak"), Style.TEXT, 26),
    Column(Text("Lead time, weeks"), Style.NUMBER),
    Column(Text("Production has to know by"), Style.DAY, 14),
    Column(Text("Too late at the plan's start (1)"), Style.COUNT),
    Column(Text("After the horizon (1)"), Style.COUNT, 9),
)
PEAKS = {
    SHORT: Text("more than there is"),
    TIGHT: Text("may be more than there is"),
    HIGH: Text("far above an ordinary week"),
}
UNITS, BASELINE, AVAILABLE = 3, 6, 11
NUMBERS = ("promoted_units", "accounts", "bought_ahead", "available")


def write_sop(page: Page, weeks: Weeks, figures: Figures) -> None:
    """One row for each product and week of horizon and tail, as in sop.csv."""
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 3)
    names = figures.names("products", "product")
    rows = figures.table("sop")
    for row, line in enumerate(rows, start=1):
        page.line(row, COLUMNS, _cells(page, row, line, weeks, figures, names[line["product"]]))
    page.sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    page.call("tw_sop", 1, len(rows), len(COLUMNS))


def _cells(
    page: Page, row: int, line: dict[str, str], weeks: Weeks, figures: Figures, name: str
) -> list[Cell]:
    product, day = line["product"], date.fromisoformat(line["week"])
    week = (row - 1) % weeks.width
    mine = figures.of_product[product]
    here = page.cell(row, 2)
    units, baseline = (
        Formula(
            sum_of(weeks, figures, column, product, week, here), float(values[mine, week].sum())
        )
        for column, values in ((w.UNITS, figures.units), (w.BASELINE, figures.baseline))
    )
    added = float(units.value) - float(baseline.value)
    there = _number(line["available"])
    left = None
    if there is not None:
        text = f"{page.cell(row, AVAILABLE)}-{page.cell(row, UNITS)}"
        left = Formula(text, there - float(units.value))
    peak = line["peak"]
    return [
        *(product, name, day, units, _number(line["units_p50"]), _number(line["units_p90"])),
        *(baseline, Formula(f"{page.cell(row, UNITS)}-{page.cell(row, BASELINE)}", added)),
        *(_number(line[column]) for column in NUMBERS),
        *(left, _number(line["short_risk"])),
        page.book.words(PEAKS[peak]) if peak else None,
        _number(line["lead_time_weeks"]),
        date.fromisoformat(line["know_by"]) if line["know_by"] else None,
        *(_number(line["late"]), _number(line["tail"])),
    ]


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
