"""The page of the retailers' profit and loss: front margin, back margin, what the plan changes."""

from __future__ import annotations

from optimizer.reports.workbook import products as p
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.products import Products
from optimizer.reports.workbook.rebates import Rebates
from workspace.text import Text

COLUMNS = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Handling cost per unit"), Style.PRICE, 12),
    Column(Text("Sales, excl. VAT"), Style.MONEY, 16),
    Column(Text("– Purchases at invoice price"), Style.MONEY, 16),
    Column(Text("– Handling"), Style.MONEY, 16),
    Column(Text("Front margin"), Style.MONEY, 16),
    Column(Text("Trade spend received"), Style.MONEY, 16),
    Column(Text("Rebates received"), Style.MONEY, 16),
    Column(Text("Retailer's profit"), Style.MONEY, 16),
    Column(Text("Retailer's profit, no promotion"), Style.MONEY, 16),
    Column(Text("Change"), Style.MONEY, 16),
    Column(Text("Profit, % of sales excl. VAT"), Style.SHARE, 12),
)
COST, SALES, BOUGHT, HANDLING, FRONT, SPEND, REBATES, PROFIT, BEFORE, CHANGE = range(2, 12)


def write_retailers(page: Page, products: Products, rebates: Rebates, figures: Figures) -> None:
    """One row for each account, the weeks after the horizon included."""
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 2)
    names = figures.names("accounts", "account")
    table = figures.plan.workspace.accounts
    handling = dict(zip(table["account"], table["handling_cost"], strict=True))
    totals = dict.fromkeys(range(SALES, CHANGE + 1), 0)
    for row, account in enumerate(figures.accounts, start=1):
        cents, texts = _account(
            page, row, products, rebates, figures, account, float(handling[account])
        )
        for column, value in cents.items():
            totals[column] += value
        cells: list[Cell] = [account, names[account], float(handling[account])]
        cells += [amount(texts[column], cents[column]) for column in range(SALES, CHANGE + 1)]
        page.line(row, COLUMNS, (*cells, _rate(page, row, cents)))
    last = len(figures.accounts) + 1
    line: list[Cell] = [page.book.words(Text("Total")), None, None]
    line += [amount(f"SUM({page.area(c, 1, last - 1)})", value) for c, value in totals.items()]
    page.line(last, COLUMNS, (*line, _rate(page, last, totals)), total=True)
    page.call("tw_retailers", 1, last - 1, len(COLUMNS))


def _rate(page: Page, row: int, cents: dict[int, int]) -> Formula:
    text = f"IF({page.cell(row, SALES)}=0,0,{page.cell(row, PROFIT)}/{page.cell(row, SALES)})"
    return Formula(text, cents[PROFIT] / cents[SALES] if cents[SALES] else 0.0)


def _account(
    page: Page,
    row: int,
    products: Products,
    rebates: Rebates,
    figures: Figures,
    account: str,
    cost: float,
) -> tuple[dict[int, int], dict[int, str]]:
    """An account's amounts in cents, and their formulas, by column."""
    first, last = span = figures.span(account)
    part = slice(first, last + 1)

    def total(name: str) -> int:
        return int(figures.cents(name)[part].sum())

    def summed(*columns: int) -> str:
        return "+".join(f"SUM({products.of(column, span)})" for column in columns)

    def here(column: int) -> str:
        return page.cell(row, column)

    spend = total("variable_spend") + total("fees")
    given, before = figures.rebate(account, True), figures.rebate(account, False)
    front = total("retailer_profit") - spend
    units = float(figures.units[part].sum())
    handled = int(units * cost * 100.0 + 0.5 + 1e-7)
    cents = {
        SALES: front + total("gross_sales") + handled,
        BOUGHT: total("gross_sales"),
        HANDLING: handled,
        FRONT: front,
        SPEND: spend,
        REBATES: given,
        PROFIT: front + spend + given,
        BEFORE: total("retailer_profit_no_promotion") + before,
        CHANGE: front + spend + given - total("retailer_profit_no_promotion") - before,
    }
    texts = {
        SALES: f"{here(FRONT)}+{here(BOUGHT)}+{here(HANDLING)}",
        BOUGHT: summed(p.GROSS),
        HANDLING: f"ROUND(SUM({products.of(p.UNITS, span)})*{here(COST)},2)",
        FRONT: f"{summed(p.RETAILER)}-{here(SPEND)}",
        SPEND: summed(p.OFF, p.SCAN, p.BILL, p.FEES),
        REBATES: rebates.due(account, True),
        PROFIT: f"{here(FRONT)}+{here(SPEND)}+{here(REBATES)}",
        BEFORE: f"{summed(p.RETAILER_NONE)}+{rebates.due(account, False)}",
        CHANGE: f"{here(PROFIT)}-{here(BEFORE)}",
    }
    return cents, texts
