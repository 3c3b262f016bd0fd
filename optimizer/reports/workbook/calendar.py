"""The page of events: the calendar as people agree on it, with the dates retailers know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Event"), Style.TEXT, 9),
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("Tactic"), Style.TEXT, 16),
    Column(Text("First week"), Style.DAY, 12),
    Column(Text("Weeks"), Style.COUNT, 7),
    Column(Text("First day for the retailer"), Style.DAY, 13),
    Column(Text("Last day for the retailer"), Style.DAY, 13),
    Column(Text("Discount"), Style.SHARE, 9),
    Column(Text("Feature"), Style.SHARE, 9),
    Column(Text("Display"), Style.SHARE, 9),
    Column(Text("Regular shelf price, incl. VAT"), Style.PRICE, 12),
    Column(Text("Shelf price, incl. VAT"), Style.PRICE, 12),
    Column(Text("Baseline units"), Style.UNITS),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Incremental units"), Style.UNITS),
    Column(Text("Spend"), Style.MONEY, 14),
    Column(Text("Incremental profit"), Style.MONEY, 14),
    Column(Text("Retailer's incremental profit"), Style.MONEY, 14),
    Column(Text("Return on spend"), Style.SHARE, 10),
    Column(Text("Incremental profit, 1 in 10 below"), Style.MONEY, 14),
    Column(Text("Incremental profit, 1 in 10 above"), Style.MONEY, 14),
    Column(Text("Reason"), Style.TEXT, 60),
)
LAST_DAY, SPEND, PROFIT, RETAILER = 9, 18, 19, 20
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Events:
    """Where the events stand; the totals are in row `total`."""

    page: Page
    count: int

    @property
    def total(self) -> int:
        """The row of the totals."""
        return self.count + 1


def write_calendar(events: Events, weeks: Weeks, figures: Figures) -> None:
    """One row for each event, as in calendar.csv; spend from the weekly rows."""
    page = events.page
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 1)
    accounts, names = figures.names("accounts", "account"), figures.names("products", "product")
    table = figures.plan.workspace.accounts
    starts = dict(zip(table["account"], table["promo_week_start"], strict=True))
    place = {
        pair: block for block, pair in enumerate(zip(figures.account, figures.product, strict=True))
    }
    sums = dict.fromkeys((SPEND, PROFIT, RETAILER), 0)
    rows = figures.table("calendar")
    for row, line in enumerate(rows, start=1):
        first, length = date.fromisoformat(line["start_week"]), int(line["weeks"])
        shown = first + timedelta(days=DAYS.index(starts[line["account"]]))
        block = place[line["account"], line["product"]]
        cents = {
            column: round(float(line[name]) * 100)
            for column, name in (
                (SPEND, "spend"),
                (PROFIT, "incremental_profit"),
                (RETAILER, "retailer_incremental_profit"),
            )
        }
        for column, value in cents.items():
            sums[column] += value
        start = figures.weeks.index(first)
        page.line(
            row,
            COLUMNS,
            (
                *(line["event"], line["account"], accounts[line["account"]], line["product"]),
                *(names[line["product"]], line["tactic"], first, length),
                *(shown, shown + timedelta(days=7 * length - 1)),
                *(_number(line[name]) for name in ("depth", "feature", "display")),
                *(_number(line[name]) for name in ("base_price", "shelf_price")),
                *(_number(line[name]) for name in ("baseline_units", "units", "incremental_units")),
                amount(
                    "+".join(
                        f"SUM({weeks.part(c, block, start, length)})" for c in (w.VARIABLE, w.FEES)
                    ),
                    cents[SPEND],
                ),
                *(cents[PROFIT] / 100.0, cents[RETAILER] / 100.0),
                _roi(page, row, cents[SPEND], cents[PROFIT]),
                _number(line["incremental_profit_p10"]),
                _number(line["incremental_profit_p90"]),
                line["reason"],
            ),
        )
    _write_total(events, sums)
    page.sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    page.call("tw_calendar", 1, len(rows), len(COLUMNS))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _roi(page: Page, row: int, spend: int, profit: int) -> Formula:
    text = f"IF({page.cell(row, SPEND)}=0,0,{page.cell(row, PROFIT)}/{page.cell(row, SPEND)})"
    return Formula(text, profit / spend if spend else 0.0)


def _write_total(events: Events, sums: dict[int, int]) -> None:
    page, row = events.page, events.total
    cells: list[Cell] = [None] * len(COLUMNS)
    cells[0] = page.book.words(Text("Total"))
    for column, value in sums.items():
        area = page.area(column, 1, max(1, events.count))
        cells[column] = amount(f"SUM({area})" if events.count else "0", value)
    cells[21] = _roi(page, row, sums[SPEND], sums[PROFIT])
    page.line(row, COLUMNS, cells, total=True)
