"""The page of checks: every total twice, by two ways, and the difference."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.reports.pnl import LINES
from optimizer.reports.workbook import calendar, prices, products, retailers
from optimizer.reports.workbook import rebates as r
from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.calendar import Events
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.months import FIRST, LATER, Months
from optimizer.reports.workbook.pnl import Pnl
from optimizer.reports.workbook.prices import Changes
from optimizer.reports.workbook.products import Products
from optimizer.reports.workbook.rebates import Rebates
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Check"), Style.TEXT, 60),
    Column(Text("One way"), Style.MONEY, 18),
    Column(Text("The other way"), Style.MONEY, 18),
    Column(Text("Difference"), Style.MONEY, 14),
    Column(Text("Ties (1)"), Style.COUNT, 8),
)


@dataclass(frozen=True)
class Pages:
    """Everything that is checked."""

    figures: Figures
    weeks: Weeks
    products: Products
    events: Events
    changes: Changes | None  # of regular prices, where they are planned
    pnl: Pnl
    rebates: Rebates
    retailers: Page
    months: Months
    penalties: str  # the cell of all penalties
    maximised: str  # the cell of what is left of the profit


def write_checks(page: Page, pages: Pages) -> int:
    """One row for each check; returns the row of the last one."""
    page.head(0, COLUMNS)
    rows = list(_checks(pages))
    for row, (label, one, other, cents) in enumerate(rows, start=1):
        left: Cell = amount(one, cents) if isinstance(one, str) else one
        gap = f"ROUND({page.cell(row, 1)}-{page.cell(row, 2)},2)"
        page.line(
            row,
            COLUMNS,
            (
                page.book.words(label),
                left,
                amount(other, cents),
                Formula(gap, 0.0),
                Formula(f"IF({page.cell(row, 3)}=0,1,0)", 1.0),
            ),
        )
    page.call("tw_checks", 1, len(rows), len(COLUMNS))
    return len(rows)


def _checks(pages: Pages) -> list[tuple[Text, str | float, str, int]]:
    """What is checked, one way (a formula, or a number of plan.json), the other, and the cents."""
    figures, outcome, pnl = pages.figures, pages.figures.plan.outcome, pages.pnl
    spend = outcome.spend_cents
    due = int(outcome.rebates.plan.sum())
    change = outcome.objective_cents
    moved = outcome.rebates.change_cents
    theirs = outcome.retailer_change_cents
    p, weeks, events = pages.products, pages.weeks, pages.events
    funded = "+".join(p.total(c) for c in (products.OFF, products.SCAN, products.BILL))
    rebated = f"{pnl.total('rebates', 3)}"
    last = len(figures.accounts) + 1
    shown = pages.months.count + LATER
    owed = pages.months.accrued.cell(pages.months.total_row, FIRST - 1)
    paid = pages.months.paid.across(pages.months.total_row, FIRST, FIRST + shown)
    totals = figures.record["totals"]
    assert isinstance(totals, dict)
    plan = {line: int(pnl.cents[:, i, 1].sum()) for i, line in enumerate(LINES)}
    return [
        (Text("Objective of plan.json = change of our profit in the P&L"),
         float(totals["incremental_profit"]), pnl.total("profit", 3), change),
        (Text("Incremental profit of the calendar less rebates' change = the same")
         if pages.changes is None else
         Text("Incremental profit of calendar and prices less rebates' change = the same"),
         f"{_caused(pages, calendar.PROFIT, prices.PROFIT)}-{rebated}",
         pnl.total("profit", 3), change),
        (Text("Spend of plan.json = spend of the calendar"), float(totals["spend"]),
         events.page.cell(events.total, calendar.SPEND), spend),
        (Text("Spend of the calendar = spend of the weeks"),
         events.page.cell(events.total, calendar.SPEND),
         f"SUM({weeks.every(w.VARIABLE)})+SUM({weeks.every(w.FEES)})", spend),
        (Text("Variable spend by way of funding = variable spend of the weeks"),
         funded, f"SUM({weeks.every(w.VARIABLE)})", int(outcome.variable_spend.sum())),
        (Text("Gross sales of plan.json = gross sales in the P&L"), float(totals["gross_sales"]),
         pnl.total("gross_sales", 2), plan["gross_sales"]),
        (Text("Profit of the weeks less rebates = our profit in the P&L"),
         f"SUM({weeks.every(w.PROFIT)})-{pnl.total('rebates', 2)}",
         pnl.total("profit", 2), plan["profit"]),
        (Text("Profit by product = our profit in the P&L"), p.total(products.PROFIT),
         pnl.total("profit", 2), plan["profit"]),
        (Text("Net sales by product = net sales in the P&L"), p.total(products.NET),
         pnl.total("net_sales", 2), plan["net_sales"]),
        (Text("Rebates by account = rebates by brand"),
         f"SUM({pages.rebates.all_due(r.DUE)})", f"SUM({pages.rebates.all_shares(r.SHARE)})", due),
        (Text("Change of the retailers' profit = the same in the P&L"),
         pages.retailers.cell(last, retailers.CHANGE),
         pnl.total("retailer_profit", 3), theirs + moved),
        (Text("Retailers' incremental profit of the calendar and rebates' change = the same")
         if pages.changes is None else
         Text("Retailers' incremental profit of calendar, prices and rebates' change = the same"),
         f"{_caused(pages, calendar.RETAILER, prices.RETAILER)}+{rebated}",
         pnl.total("retailer_profit", 3), theirs + moved),
        (Text("Accrued in all months = spend and rebates"), owed,
         f"{events.page.cell(events.total, calendar.SPEND)}+{pnl.total('rebates', 2)}",
         spend + due),
        (Text("Paid in all months and later = accrued"), f"SUM({paid})", owed, spend + due),
        (Text("Penalties of plan.json = penalties of the rules"), float(totals["penalties"]),
         pages.penalties, figures.plan.penalty_cents),
        (Text("Incremental profit of the calendar less rebates' change less penalties"
              " = profit less penalties")
         if pages.changes is None else
         Text("Incremental profit of calendar and prices less rebates' change less penalties"
              " = profit less penalties"),
         f"{_caused(pages, calendar.PROFIT, prices.PROFIT)}-{rebated}-{pages.penalties}",
         pages.maximised, change - figures.plan.penalty_cents),
    ]  # fmt: skip


def _caused(pages: Pages, of_events: int, of_changes: int) -> str:
    """What the events and the changes of prices come to, a column of each."""
    events, changes = pages.events, pages.changes
    total = events.page.cell(events.total, of_events)
    return total if changes is None else f"{total}+{changes.page.cell(changes.total, of_changes)}"
