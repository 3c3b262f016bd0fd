"""The page of prices: from the invoice down to net-net and margin, per unit sold."""

from __future__ import annotations

from optimizer.reports.workbook import products as p
from optimizer.reports.workbook.book import Column, Formula, Page, Style
from optimizer.reports.workbook.figures import BILL_BACK, OFF_INVOICE, SCAN_BACK, Figures
from optimizer.reports.workbook.products import Products, rebates_by_product
from workspace.text import Text

COLUMNS = (
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("Units"), Style.UNITS),
    Column(Text("Invoice price"), Style.PRICE, 12),
    Column(Text("– Deals on the invoice (off-invoice)"), Style.PRICE, 14),
    Column(Text("Net on the invoice"), Style.PRICE, 12),
    Column(Text("– Scan-back"), Style.PRICE, 12),
    Column(Text("– Bill-back"), Style.PRICE, 12),
    Column(Text("– Fees"), Style.PRICE, 12),
    Column(Text("Net"), Style.PRICE, 12),
    Column(Text("– Rebates"), Style.PRICE, 12),
    Column(Text("Net-net"), Style.PRICE, 12),
    Column(Text("– Cost of goods"), Style.PRICE, 12),
    Column(Text("Margin"), Style.PRICE, 12),
    Column(Text("Net-net, % of invoice price"), Style.SHARE, 12),
)
UNITS, INVOICE, OFF, ON_INVOICE, SCAN, BILL, FEES, NET, REBATES, NET_NET, COGS, MARGIN = range(
    4, 16
)


def write_waterfall(
    page: Page, products: Products, figures: Figures, shares: dict[tuple[str, str], int]
) -> None:
    """One row for each block. Amounts per unit sold, tail included, excl. VAT."""
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 4)
    accounts, names = figures.names("accounts", "account"), figures.names("products", "product")
    rebates = rebates_by_product(figures, shares).tolist()
    gross, fees, profit = (
        figures.cents(name).sum(axis=1).tolist() for name in ("gross_sales", "fees", "profit")
    )
    off, scan, bill = (
        figures.funded(kind).sum(axis=1).tolist() for kind in (OFF_INVOICE, SCAN_BACK, BILL_BACK)
    )
    for block in range(figures.blocks):
        units = float(figures.units[block].sum())
        spent = off[block] + scan[block] + bill[block] + fees[block]
        parts = {
            INVOICE: (p.GROSS, gross[block]),
            OFF: (p.OFF, off[block]),
            SCAN: (p.SCAN, scan[block]),
            BILL: (p.BILL, bill[block]),
            FEES: (p.FEES, fees[block]),
            REBATES: (p.REBATES, rebates[block]),
            COGS: (p.COGS, gross[block] - spent - profit[block]),
        }
        cells = _per_unit(page, products, block, units, parts)
        account, product = figures.account[block], figures.product[block]
        page.line(
            block + 1,
            COLUMNS,
            (account, accounts[account], product, names[product], *cells),
        )
    page.sheet.autofilter(0, 0, figures.blocks, len(COLUMNS) - 1)
    page.call("tw_waterfall", 1, figures.blocks, len(COLUMNS))


def _per_unit(
    page: Page, products: Products, block: int, units: float, parts: dict[int, tuple[int, int]]
) -> list[Formula]:
    """The formulas of a block from UNITS on."""
    row = block + 1

    def here(column: int) -> str:
        return page.cell(row, column)

    value: dict[int, float] = {UNITS: units}
    text = {UNITS: products.cell(p.UNITS, block)}
    for column, (source, cents) in parts.items():
        text[column] = f"IF({here(UNITS)}=0,0,{products.cell(source, block)}/{here(UNITS)})"
        value[column] = cents / 100.0 / units if units else 0.0
    for column, start, less in (
        (ON_INVOICE, INVOICE, (OFF,)),
        (NET, ON_INVOICE, (SCAN, BILL, FEES)),
        (NET_NET, NET, (REBATES,)),
        (MARGIN, NET_NET, (COGS,)),
    ):
        text[column] = "-".join(here(c) for c in (start, *less))
        value[column] = value[start] - sum(value[c] for c in less)
    found = [Formula(text[c], value[c]) for c in range(UNITS, MARGIN + 1)]
    share = value[NET_NET] / value[INVOICE] if value[INVOICE] else 0.0
    rate = f"IF({here(INVOICE)}=0,0,{here(NET_NET)}/{here(INVOICE)})"
    return [*found, Formula(rate, share)]
