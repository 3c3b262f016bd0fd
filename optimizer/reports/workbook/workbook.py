"""Write `plan.xlsx` into a plan's folder from the plan and the tables that lie there."""

from __future__ import annotations

import shutil
from pathlib import Path

from optimizer.plan import Plan
from optimizer.reports.workbook.accruals import accruals_of, write_accruals
from optimizer.reports.workbook.book import Book, Page
from optimizer.reports.workbook.budgets import write_budgets
from optimizer.reports.workbook.calendar import Events, write_calendar
from optimizer.reports.workbook.checks import Pages, write_checks
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.months import months_of, write_accrued, write_paid
from optimizer.reports.workbook.paydays import write_payments
from optimizer.reports.workbook.pnl import Pnl, pnl_cents, write_detail, write_summary
from optimizer.reports.workbook.prices import Changes, write_prices
from optimizer.reports.workbook.products import Products, write_products
from optimizer.reports.workbook.rebates import Rebates, brand_shares, write_rebates
from optimizer.reports.workbook.retailers import write_retailers
from optimizer.reports.workbook.sop import write_sop
from optimizer.reports.workbook.summary import MAXIMISED, write_summary_page
from optimizer.reports.workbook.supply import write_rules, write_supply
from optimizer.reports.workbook.waterfall import write_waterfall
from optimizer.reports.workbook.weeks import weeks_of, write_weeks
from optimizer.reports.workbook.words import ENGLISH, Words
from workspace.text import Text

FILE = "plan.xlsx"
MOST_ROWS = 1_048_576  # of a page; a plan with more weekly rows has no workbook

# In the order in which they are read; the checks come last.
PAGES = {
    "summary": Text("Summary"),
    "calendar": Text("Calendar"),
    "prices": Text("Regular prices"),
    "pnl": Text("P&L"),
    "detail": Text("P&L by account and brand"),
    "waterfall": Text("Price waterfall"),
    "products": Text("Account and product"),
    "retailers": Text("Retailers"),
    "budgets": Text("Budgets"),
    "accrued": Text("Accrued by month"),
    "paid": Text("Paid by month"),
    "rebates": Text("Rebates"),
    "brands": Text("Rebates by brand"),
    "supply": Text("Supply"),
    "sop": Text("Production and logistics"),
    "rules": Text("Rules"),
    "accruals": Text("Accruals by week"),
    "payments": Text("Payments by event"),
    "weeks": Text("Weeks"),
    "checks": Text("Checks"),
}


def write_workbook(plan: Plan, folder: Path, words: Words = ENGLISH) -> Path | None:
    """Write the workbook of the plan whose tables lie in `folder`; the same plan, the same bytes.

    Every total is a formula that leads to the weekly rows, stored with its value. None, and no
    file, where the plan has more weekly rows than a page may have.
    """
    figures = Figures(plan, folder)
    if figures.blocks * len(figures.weeks) + 1 > MOST_ROWS:
        return None
    path, scratch = folder / FILE, folder / ".pages"
    scratch.mkdir()
    try:
        book = Book(path, scratch, words, plan.workspace.settings.currency)
        _write_pages(book, figures)
        book.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path


def _write_pages(book: Book, figures: Figures) -> None:
    planned = figures.plan.problem.ladder is not None
    page: dict[str, Page] = {
        key: book.page(name) for key, name in PAGES.items() if key != "prices" or planned
    }
    changes = Changes(page["prices"], len(figures.table("prices"))) if planned else None
    weeks = weeks_of(page["weeks"], figures)
    products = Products(page["products"], figures.blocks)
    events = Events(page["calendar"], len(figures.table("calendar")))
    rebates = Rebates(page["rebates"], page["brands"], figures)
    shares = {promoted: brand_shares(figures, promoted) for promoted in (False, True)}
    share_cell = {pair: rebates.share(pair, True) for pair in figures.pairs}
    pnl = Pnl(page["detail"], page["pnl"], pnl_cents(figures, shares))
    accruals = accruals_of(page["accruals"], figures)
    months = months_of(page["accrued"], page["paid"], page["payments"], figures, accruals)
    write_weeks(book, weeks, figures)
    write_products(products, weeks, figures, shares[True], share_cell)
    write_waterfall(page["waterfall"], products, figures, shares[True])
    write_calendar(events, weeks, figures)
    if changes is not None:
        write_prices(changes, figures)
    write_budgets(page["budgets"], weeks, figures)
    write_rebates(rebates, products)
    write_detail(pnl, figures, products, rebates)
    write_summary(pnl, figures)
    write_retailers(page["retailers"], products, rebates, figures)
    write_accruals(accruals, weeks, figures)
    write_accrued(months, accruals, rebates)
    write_paid(months)
    write_payments(months, weeks, events, rebates)
    write_supply(page["supply"], weeks, figures)
    write_sop(page["sop"], weeks, figures)
    penalties = write_rules(page["rules"], figures)
    pages = Pages(
        *(figures, weeks, products, events, changes, pnl, rebates, page["retailers"], months),
        *(penalties, page["summary"].cell(*MAXIMISED)),
    )
    last = write_checks(page["checks"], pages)
    write_summary_page(page["summary"], pages, page["checks"], last)
