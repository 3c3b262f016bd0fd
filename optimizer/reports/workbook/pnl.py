"""The pages of profit and loss: by account and brand, and what that adds up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.problem import Ints
from optimizer.reports.pnl import LINES
from optimizer.reports.workbook import products as p
from optimizer.reports.workbook.book import Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.products import Products
from optimizer.reports.workbook.rebates import Rebates
from workspace.text import Text

DETAIL = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Brand"), Style.TEXT, 16),
    Column(Text("Line"), Style.TEXT, 22),
    Column(Text("No promotion"), Style.MONEY, 16),
    Column(Text("Plan"), Style.MONEY, 16),
    Column(Text("Change"), Style.MONEY, 16),
    Column(Text("Line no."), Style.KEY, 6),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Brand no."), Style.KEY, 6),
    Column(Text("Account and brand no."), Style.KEY, 6),
)
WORDS = {
    "gross_sales": Text("Gross sales at invoice price"),
    "variable_spend": Text("– Variable spend"),
    "fees": Text("– Fees"),
    "rebates": Text("– Rebates"),
    "net_sales": Text("Net sales"),
    "cogs": Text("– Cost of goods"),
    "profit": Text("Our profit"),
    "retailer_profit": Text("Retailer's profit"),
}
NONE, PLAN, CHANGE, LINE_NO, ACCOUNT_NO, BRAND_NO = range(4, 10)
N = len(LINES)


@dataclass(frozen=True)
class Pnl:
    """Where the lines stand; `cents` (pairs, 8 lines, no promotion or plan): what they come to."""

    detail: Page
    summary: Page
    cents: Ints

    def every(self, column: int) -> str:
        """A column of the detail."""
        return self.detail.area(column, 1, len(self.cents) * N)

    def total(self, line: str, column: int) -> str:
        """A line of the total: 1 no promotion, 2 plan, 3 change."""
        return self.summary.cell(3 + LINES.index(line), column)


def pnl_cents(figures: Figures, shares: dict[bool, dict[tuple[str, str], int]]) -> Ints:
    """Every amount: (pairs, 8, 2)."""
    found = np.zeros((len(figures.pairs), N, 2), dtype=np.int64)
    for number, pair in enumerate(figures.pairs):
        mine = figures.pair == number + 1
        for promoted in (False, True):
            end = "" if promoted else "_no_promotion"
            gross, profit, retailer = (
                int(figures.cents(f"{name}{end}")[mine].sum())
                for name in ("gross_sales", "profit", "retailer_profit")
            )
            variable = int(figures.cents("variable_spend")[mine].sum()) if promoted else 0
            fees = int(figures.cents("fees")[mine].sum()) if promoted else 0
            due = shares[promoted][pair]
            net, left = gross - variable - fees - due, profit - due
            found[number, :, int(promoted)] = (
                *(gross, variable, fees, due, net, net - left, left, retailer + due),
            )
    return found


def write_detail(pnl: Pnl, figures: Figures, products: Products, rebates: Rebates) -> None:
    """Eight rows for each account and brand, as in pnl.csv."""
    page = pnl.detail
    page.head(0, DETAIL)
    page.sheet.freeze_panes(1, 4)
    names = figures.names("accounts", "account")
    for number, pair in enumerate(figures.pairs):
        first = 1 + number * N
        span = figures.span(pair[0])
        keys = (
            figures.accounts.index(pair[0]) + 1,
            figures.brands.index(pair[1]) + 1,
            number + 1,
        )
        here = [_line(pnl, products, rebates, pair, span, first, i) for i in range(N)]
        for i, line in enumerate(LINES):
            row = first + i
            none, some = pnl.cents[number, i].tolist()
            change = f"{page.cell(row, PLAN)}-{page.cell(row, NONE)}"
            label = page.book.words(WORDS[line])
            page.line(
                row,
                DETAIL,
                (
                    *(pair[0], names[pair[0]], pair[1], label),
                    *(amount(here[i][0], none), amount(here[i][1], some)),
                    *(amount(change, some - none), i + 1, *keys),
                ),
            )
    page.sheet.autofilter(0, 0, len(figures.pairs) * N, len(DETAIL) - 1)
    page.call("tw_pnl", 1, len(figures.pairs) * N, len(DETAIL))


def _line(
    pnl: Pnl,
    products: Products,
    rebates: Rebates,
    pair: tuple[str, str],
    span: tuple[int, int],
    first: int,
    line: int,
) -> tuple[str, str]:
    """The formulas of a line: without promotion, with the plan."""
    number = pnl.detail.cell(first, 10)

    def summed(column: int) -> str:
        return f"SUMIFS({products.of(column, span)},{products.of(p.PAIR_NO, span)},{number})"

    def here(name: str, column: int) -> str:
        return pnl.detail.cell(first + LINES.index(name), column)

    none, plan = ("-".join(here(name, column) for name in LINES[:4]) for column in (NONE, PLAN))
    return {
        "gross_sales": (summed(p.GROSS_NONE), summed(p.GROSS)),
        "variable_spend": ("0", f"{summed(p.OFF)}+{summed(p.SCAN)}+{summed(p.BILL)}"),
        "fees": ("0", summed(p.FEES)),
        "rebates": (rebates.share(pair, False), rebates.share(pair, True)),
        "net_sales": (none, plan),
        "cogs": (f"{summed(p.GROSS_NONE)}-{summed(p.PROFIT_NONE)}", summed(p.COGS)),
        "profit": tuple(f"{here('net_sales', c)}-{here('cogs', c)}" for c in (NONE, PLAN)),
        "retailer_profit": (
            f"{summed(p.RETAILER_NONE)}+{here('rebates', NONE)}",
            f"{summed(p.RETAILER)}+{here('rebates', PLAN)}",
        ),
    }[LINES[line]]  # type: ignore[return-value]


TOTAL = (
    Column(Text("Line"), Style.TEXT, 30),
    Column(Text("No promotion"), Style.MONEY, 16),
    Column(Text("Plan"), Style.MONEY, 16),
    Column(Text("Change"), Style.MONEY, 16),
    Column(Text("% of gross sales"), Style.SHARE, 12),
)
BY = (
    Column(Text("Code"), Style.TEXT),
    *(Column(WORDS[line], Style.MONEY, 16) for line in LINES),
    Column(Text("Change of our profit"), Style.MONEY, 16),
    Column(Text("Change of the retailer's profit"), Style.MONEY, 16),
    Column(Text("Trade spend, % of gross sales"), Style.SHARE, 12),
)


def write_summary(pnl: Pnl, figures: Figures) -> None:
    """The statement as a whole, then a row for each account and each brand."""
    page = pnl.summary
    page.say(0, 0, Text("Profit and loss"), page.book.title)
    for place in range(len(BY)):
        page.sheet.set_column(place, place, 30 if place == 0 else 16)
    page.head(2, TOTAL, widths=False)
    totals = pnl.cents.sum(axis=0).tolist()
    for i, line in enumerate(LINES):
        row = 3 + i
        key = f"{pnl.every(LINE_NO)},{i + 1}"
        none, some = totals[i]
        share = some / totals[0][1] if totals[0][1] else 0.0
        page.line(
            row,
            TOTAL,
            (
                page.book.words(WORDS[line]),
                amount(f"SUMIFS({pnl.every(NONE)},{key})", none),
                amount(f"SUMIFS({pnl.every(PLAN)},{key})", some),
                amount(f"{page.cell(row, 2)}-{page.cell(row, 1)}", some - none),
                Formula(f"IF({page.cell(3, 2)}=0,0,{page.cell(row, 2)}/{page.cell(3, 2)})", share),
            ),
            total=line in ("net_sales", "profit"),
        )
    row = 3 + N + 1
    pairs = figures.pairs
    for title, column, known, which in (
        (Text("By account, with the plan"), ACCOUNT_NO, figures.accounts, 0),
        (Text("By brand, with the plan"), BRAND_NO, figures.brands, 1),
    ):
        page.say(row, 0, title, page.book.title)
        page.head(row + 1, BY, widths=False)
        for number, name in enumerate(known, start=1):
            mine = [i for i, pair in enumerate(pairs) if pair[which] == name]
            _write_part(pnl, row + 1 + number, name, f"{pnl.every(column)},{number}", mine)
        row += len(known) + 3


def _write_part(pnl: Pnl, row: int, name: str, key: str, mine: list[int]) -> None:
    """One account or brand."""
    page, cents = pnl.summary, pnl.cents[mine].sum(axis=0)
    lines = [
        amount(f"SUMIFS({pnl.every(PLAN)},{pnl.every(LINE_NO)},{i + 1},{key})", int(cents[i, 1]))
        for i in range(N)
    ]
    changes = []
    for line in ("profit", "retailer_profit"):
        i = LINES.index(line)
        text = f"SUMIFS({pnl.every(CHANGE)},{pnl.every(LINE_NO)},{i + 1},{key})"
        changes.append(amount(text, int(cents[i, 1] - cents[i, 0])))
    spend, gross = int(cents[1:4, 1].sum()), int(cents[0, 1])
    parts = "+".join(page.cell(row, column) for column in (2, 3, 4))
    rate = Formula(
        f"IF({page.cell(row, 1)}=0,0,({parts})/{page.cell(row, 1)})",
        spend / gross if gross else 0.0,
    )
    page.line(row, BY, (name, *lines, *changes, rate))
