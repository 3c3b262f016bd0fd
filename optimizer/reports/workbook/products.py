"""The page of account x product: sums of the weekly rows, ours and the retailer's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.problem import Ints
from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import BILL_BACK, OFF_INVOICE, SCAN_BACK, Figures, away
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("Brand"), Style.TEXT, 14),
    Column(Text("Baseline units"), Style.UNITS),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Gross sales, no promotion"), Style.MONEY, 14),
    Column(Text("Our profit, no promotion"), Style.MONEY, 14),
    Column(Text("Gross sales at invoice price"), Style.MONEY, 14),
    Column(Text("Deals on the invoice (off-invoice)"), Style.MONEY, 14),
    Column(Text("Scan-back"), Style.MONEY, 14),
    Column(Text("Bill-back"), Style.MONEY, 14),
    Column(Text("Fees"), Style.MONEY, 14),
    Column(Text("Rebates"), Style.MONEY, 14),
    Column(Text("Net sales"), Style.MONEY, 14),
    Column(Text("Cost of goods"), Style.MONEY, 14),
    Column(Text("Our profit"), Style.MONEY, 14),
    Column(Text("Retailer's profit before rebates"), Style.MONEY, 14),
    Column(Text("Retailer's profit, no promotion"), Style.MONEY, 14),
    Column(Text("Net sales of the horizon before rebates"), Style.MONEY, 14),
    Column(Text("The same, no promotion"), Style.MONEY, 14),
    Column(Text("Units of the horizon"), Style.UNITS),
    Column(Text("The same, no promotion"), Style.UNITS),
    Column(Text("Share of the rebate by"), Style.MONEY, 14),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Account and brand no."), Style.KEY, 6),
)
BASELINE, UNITS, GROSS_NONE, PROFIT_NONE, GROSS, OFF, SCAN, BILL, FEES, REBATES = range(5, 15)
NET, COGS, PROFIT, RETAILER, RETAILER_NONE = range(15, 20)
NET_IN, NET_IN_NONE, UNITS_IN, UNITS_IN_NONE, SIZE, ACCOUNT_NO, PAIR_NO = range(20, 27)
SUMMED = (*range(BASELINE, SIZE + 1),)


@dataclass(frozen=True)
class Products:
    """Where the rows stand, and what they come to."""

    page: Page
    blocks: int

    def of(self, column: int, span: tuple[int, int]) -> str:
        """A column over the blocks of an account."""
        return self.page.area(column, span[0] + 1, span[1] + 1)

    def every(self, column: int) -> str:
        """A column over all blocks."""
        return self.of(column, (0, self.blocks - 1))

    def total(self, column: int) -> str:
        """The sum of a column."""
        return self.page.cell(self.blocks + 1, column)

    def cell(self, column: int, block: int) -> str:
        """A cell of a block."""
        return self.page.cell(block + 1, column)


def rebates_by_product(figures: Figures, shares: dict[tuple[str, str], int]) -> Ints:
    """Each account and brand's rebate (cents) divided among its products by net sales: (B,)."""
    sizes = np.maximum(0, figures.net[:, : figures.horizon].sum(axis=1)).tolist()
    found = np.zeros(figures.blocks, dtype=np.int64)
    for number, pair in enumerate(figures.pairs, start=1):
        mine = np.flatnonzero(figures.pair == number).tolist()
        total, due, before = sum(sizes[b] for b in mine), shares[pair], 0
        if not total:
            found[mine[0]] = due
            continue
        for block in mine:
            after = before + sizes[block]
            found[block] = away(due * after, total) - away(due * before, total)
            before = after
    return found


def write_products(
    products: Products,
    weeks: Weeks,
    figures: Figures,
    shares: dict[tuple[str, str], int],
    share_cell: dict[tuple[str, str], str],
) -> None:
    """A row for each block. `shares`: rebate by account and brand in cents; `share_cell`: where."""
    page = products.page
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 4)
    given = rebates_by_product(figures, shares)
    accounts, names = figures.names("accounts", "account"), figures.names("products", "product")
    numbers = figures.numbers(figures.account, figures.accounts).tolist()
    seen: set[int] = set()
    sums: dict[int, float] = dict.fromkeys(SUMMED, 0.0)
    for block in range(figures.blocks):
        account, product = figures.account[block], figures.product[block]
        pair = int(figures.pair[block])
        due = _rebate(products, figures, block, share_cell[account, figures.brand[block]],
                      pair not in seen, int(given[block]))  # fmt: skip
        seen.add(pair)
        cells = _sums(products, weeks, figures, block, due)
        for column, cell in zip(SUMMED, cells, strict=True):
            sums[column] += float(cell.value)
        page.line(
            block + 1,
            COLUMNS,
            (
                *(account, accounts[account], product, names[product], figures.brand[block]),
                *cells,
                *(numbers[block], pair),
            ),
        )
    last = figures.blocks + 1
    page.write(last, 0, page.book.words(Text("Total")), Style.TEXT, True)
    for column in SUMMED:
        value = round(sums[column], 6 if COLUMNS[column].style is Style.UNITS else 2)
        page.write(
            last,
            column,
            Formula(f"SUM({products.every(column)})", value),
            COLUMNS[column].style,
            True,
        )
    page.call("tw_products", 1, figures.blocks, len(COLUMNS))


def _sums(
    products: Products, weeks: Weeks, figures: Figures, block: int, rebate: Formula
) -> list[Formula]:
    """The formulas of a block, in the order of the columns."""
    horizon = slice(0, figures.horizon)

    def all_weeks(column: int, name: str) -> Formula:
        return amount(f"SUM({weeks.of(column, block)})", int(figures.cents(name)[block].sum()))

    def funded(kind: int) -> Formula:
        text = f"SUMIFS({weeks.of(w.VARIABLE, block)},{weeks.of(w.FUNDING, block)},{kind})"
        return amount(text, int(figures.funded(kind)[block].sum()))

    def cell(column: int) -> str:
        return products.cell(column, block)

    def units(column: int, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Formula:
        return Formula(f"SUM({weeks.of(column, block)})", float(values.sum()))

    gross, variable, fees, profit = (
        int(figures.cents(name)[block].sum())
        for name in ("gross_sales", "variable_spend", "fees", "profit")
    )
    before = gross - variable - fees
    due = round(float(rebate.value) * 100)
    spent = f"{cell(GROSS)}-{cell(OFF)}-{cell(SCAN)}-{cell(BILL)}-{cell(FEES)}"
    net_in, plain = (
        int(figures.net[block, horizon].sum()),
        figures.cents("gross_sales_no_promotion"),
    )
    inside = "-".join(f"SUM({weeks.inside(c, block)})" for c in (w.GROSS, w.VARIABLE, w.FEES))
    return [
        units(w.BASELINE, figures.baseline[block]),
        units(w.UNITS, figures.units[block]),
        all_weeks(w.GROSS_NONE, "gross_sales_no_promotion"),
        all_weeks(w.PROFIT_NONE, "profit_no_promotion"),
        all_weeks(w.GROSS, "gross_sales"),
        *(funded(kind) for kind in (OFF_INVOICE, SCAN_BACK, BILL_BACK)),
        all_weeks(w.FEES, "fees"),
        rebate,
        amount(f"{spent}-{cell(REBATES)}", before - due),
        amount(f"{spent}-SUM({weeks.of(w.PROFIT, block)})", before - profit),
        amount(f"{cell(NET)}-{cell(COGS)}", profit - due),
        all_weeks(w.RETAILER, "retailer_profit"),
        all_weeks(w.RETAILER_NONE, "retailer_profit_no_promotion"),
        amount(inside, net_in),
        amount(f"SUM({weeks.inside(w.GROSS_NONE, block)})", int(plain[block, horizon].sum())),
        Formula(f"SUM({weeks.inside(w.UNITS, block)})", float(figures.units[block, horizon].sum())),
        Formula(
            f"SUM({weeks.inside(w.BASELINE, block)})",
            float(figures.baseline[block, horizon].sum()),
        ),
        amount(f"MAX(0,{cell(NET_IN)})", max(0, net_in)),
    ]


def _rebate(
    products: Products, figures: Figures, block: int, share: str, first: bool, cents: int
) -> Formula:
    """A product's part of its brand's rebate: the rise of the rounded running share."""
    start, end = figures.span(figures.account[block])
    pair = products.cell(PAIR_NO, block)

    def running(last: int) -> str:
        sizes, pairs = products.of(SIZE, (start, last)), products.of(PAIR_NO, (start, last))
        return f"SUMIFS({sizes},{pairs},{pair})"

    total, mine = running(end), products.cell(SIZE, block)
    after, before = running(block), f"({running(block)}-{mine})"
    rise = f"ROUND({share}*{after}/{total},2)-ROUND({share}*{before}/{total},2)"
    return amount(f"IF({total}=0,{share if first else 0},{rise})", cents)
