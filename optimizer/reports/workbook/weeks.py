"""The page of weekly rows: what all totals are made of."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.reports.workbook.book import Book, Column, Page, Style
from optimizer.reports.workbook.figures import Figures
from workspace.text import Text

COLUMNS = (
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("Week"), Style.DAY, 12),
    Column(Text("Tactic"), Style.TEXT, 14),
    Column(Text("Regular shelf price, incl. VAT"), Style.PRICE),
    Column(Text("Shelf price, incl. VAT"), Style.PRICE),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Baseline units"), Style.UNITS),
    Column(Text("Gross sales at invoice price"), Style.MONEY, 14),
    Column(Text("Variable spend"), Style.MONEY),
    Column(Text("Fees"), Style.MONEY),
    Column(Text("Our profit before rebates"), Style.MONEY, 14),
    Column(Text("Retailer's profit before rebates"), Style.MONEY, 14),
    Column(Text("Our profit, no promotion"), Style.MONEY, 14),
    Column(Text("Retailer's profit, no promotion"), Style.MONEY, 14),
    Column(Text("After the horizon (1)"), Style.COUNT, 9),
    Column(Text("Gross sales, no promotion"), Style.MONEY, 14),
    Column(Text("Funding no."), Style.KEY, 6),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Brand no."), Style.KEY, 6),
    Column(Text("Product no."), Style.KEY, 6),
)
READ = ("base_price", "shelf_price", "units", "baseline_units")  # as weekly.csv has them
WEEK, UNITS, BASELINE, GROSS, VARIABLE, FEES, PROFIT, RETAILER = 2, 6, 7, 8, 9, 10, 11, 12
PROFIT_NONE, RETAILER_NONE, GROSS_NONE = 13, 14, 16
FUNDING, ACCOUNT_NO, BRAND_NO, PRODUCT_NO = 17, 18, 19, 20


@dataclass(frozen=True)
class Weeks:
    """Where the weekly rows stand."""

    page: Page
    width: int  # W
    horizon: int
    blocks: int

    def first(self, block: int) -> int:
        """The row of a block's first week."""
        return 1 + block * self.width

    def of(self, column: int, block: int, last_block: int | None = None) -> str:
        """A column over all weeks of a block, or of all blocks up to another."""
        end = self.first((block if last_block is None else last_block) + 1) - 1
        return self.page.area(column, self.first(block), end)

    def inside(self, column: int, block: int) -> str:
        """A column over the weeks of the horizon of a block."""
        return self.page.area(column, self.first(block), self.first(block) + self.horizon - 1)

    def part(self, column: int, block: int, start: int, weeks: int) -> str:
        """A column over some weeks of a block."""
        first = self.first(block) + start
        return self.page.area(column, first, first + weeks - 1)

    def every(self, column: int) -> str:
        """A column over everything."""
        return self.of(column, 0, self.blocks - 1)


def weeks_of(page: Page, figures: Figures) -> Weeks:
    """Where the weekly rows will stand."""
    return Weeks(page, len(figures.weeks), figures.horizon, figures.blocks)


def write_weeks(book: Book, weeks: Weeks, figures: Figures) -> None:
    """One row for each block and week, sorted by account, product, week, as in weekly.csv."""
    page = weeks.page
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 3)
    amounts = [
        (figures.cents(name) / 100.0).tolist()
        for name in (
            *("gross_sales", "variable_spend", "fees", "profit", "retailer_profit"),
            *("profit_no_promotion", "retailer_profit_no_promotion", "gross_sales_no_promotion"),
        )
    ]
    accounts = figures.numbers(figures.account, figures.accounts).tolist()
    brands = figures.numbers(figures.brand, figures.brands).tolist()
    products = figures.numbers(figures.product, figures.products).tolist()
    funding = figures.funding.tolist()
    table = figures.table("weekly")
    for block in range(weeks.blocks):
        lines = table[block * weeks.width : (block + 1) * weeks.width]
        read = {name: [float(line[name]) for line in lines] for name in READ}
        sums = [amount[block] for amount in amounts]
        codes = [[line[name] for line in lines] for name in ("account", "product", "tactic")]
        page.rows(
            weeks.first(block),
            COLUMNS,
            (
                *(codes[0], codes[1], figures.weeks, codes[2]),
                *(read[name] for name in READ),
                *sums[:7],
                *([int(line["tail"]) for line in lines], sums[7], funding[block]),
                *([number[block]] * weeks.width for number in (accounts, brands, products)),
            ),
        )
    page.sheet.autofilter(0, 0, len(table), len(COLUMNS) - 1)
    page.call("tw_weeks", 1, len(table), len(COLUMNS))
