"""The page of recommended regular prices, where a plan decides on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from optimizer.reports.workbook.book import Cell, Column, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from workspace.text import Text

COLUMNS = (
    Column(Text("Change"), Style.TEXT, 9),
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("First week"), Style.DAY, 12),
    Column(Text("Weeks"), Style.COUNT, 7),
    Column(Text("Regular shelf price before, incl. VAT"), Style.PRICE, 12),
    Column(Text("Recommended regular price, incl. VAT"), Style.PRICE, 12),
    Column(Text("Incremental units"), Style.UNITS),
    Column(Text("Incremental profit"), Style.MONEY, 14),
    Column(Text("Retailer's incremental profit"), Style.MONEY, 14),
    Column(Text("Incremental profit, 1 in 10 below"), Style.MONEY, 14),
    Column(Text("Incremental profit, 1 in 10 above"), Style.MONEY, 14),
    Column(Text("Reason"), Style.TEXT, 60),
)
PROFIT, RETAILER = 10, 11
LAW = Text(
    "Regular prices are recommendations. Whoever sells to shoppers is free to set another price,"
    " and nothing may depend on whether it is followed."
)


@dataclass(frozen=True)
class Changes:
    """Where the changes of prices stand; the totals are in row `total`."""

    page: Page
    count: int

    @property
    def total(self) -> int:
        """The row of the totals."""
        return self.count + 1


def write_prices(changes: Changes, figures: Figures) -> None:
    """One row for each change, as in prices.csv."""
    page = changes.page
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 1)
    accounts, names = figures.names("accounts", "account"), figures.names("products", "product")
    sums = {PROFIT: 0, RETAILER: 0}
    rows = figures.table("prices")
    for row, line in enumerate(rows, start=1):
        profit, retailer = (
            round(float(line[name]) * 100)
            for name in ("incremental_profit", "retailer_incremental_profit")
        )
        sums[PROFIT] += profit
        sums[RETAILER] += retailer
        page.line(
            row,
            COLUMNS,
            (
                *(line["change"], line["account"], accounts[line["account"]], line["product"]),
                *(names[line["product"]], date.fromisoformat(line["week"]), int(line["weeks"])),
                *(float(line[name]) for name in ("previous_price", "base_price")),
                *(float(line["incremental_units"]), profit / 100.0, retailer / 100.0),
                *(_number(line[f"incremental_profit_p{level}"]) for level in (10, 90)),
                line["reason"],
            ),
        )
    cells: list[Cell] = [None] * len(COLUMNS)
    cells[0] = page.book.words(Text("Total"))
    for column, value in sums.items():
        area = page.area(column, 1, max(1, changes.count))
        cells[column] = amount(f"SUM({area})" if changes.count else "0", value)
    page.line(changes.total, COLUMNS, cells, total=True)
    page.say(changes.total + 2, 0, LAW, page.book.note)
    page.call("tw_prices", 1, len(rows), len(COLUMNS))


def _number(text: str) -> float | None:
    return float(text) if text else None
