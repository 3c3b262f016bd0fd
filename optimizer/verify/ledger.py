"""The columns of `calendar.csv` that say what each event does, worked out again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.books import Books
from optimizer.verify.chance import Spread
from optimizer.verify.credit import Shares
from optimizer.verify.grouped import sums
from optimizer.verify.reading import Sheet, shown
from optimizer.verify.weekly import close
from workspace.text import Text

Floats = NDArray[np.float64]


def check_calendar(
    sheet: Sheet, books: Books, units_without: Floats, shares: Shares, spread: Spread | None
) -> Floats:
    """Compare every cell; returns the incremental profit of the events in cents (E,).

    These are the file's own where they are right, so that totals are judged on what is shown.
    """
    _check_terms(sheet, books)
    running, events, causes = books.deals.running, len(books.events), books.causes

    def own_weeks(values: Floats) -> Floats:
        on_deal = running >= 0
        return sums(running[on_deal], values[on_deal], events)

    spend = own_weeks(books.cents["variable_spend"] + books.cents["fees"])
    for column, expected in (
        ("baseline_units", own_weeks(units_without)),
        ("units", own_weeks(books.units)),
        ("incremental_units", shares.amounts(books.units - units_without, causes)[:events]),
    ):
        sheet.wrong_where(~close(sheet.number(column), expected), column, expected)
    found_spend = sheet.money("spend")
    sheet.wrong_where(found_spend != spend, "spend", spend / 100)
    mine = slice(0, events)
    profit = _check_credit(sheet, books, shares, mine, "profit", "incremental_profit")
    _check_credit(sheet, books, shares, mine, "retailer_profit", "retailer_incremental_profit")
    _check_roi(sheet, profit, spend)
    for row, reason in enumerate(sheet.text("reason")):
        if not reason.strip():
            sheet.wrong(row, "reason", Text("a blank"), Text("a sentence"))
    for column, level in (("incremental_profit_p10", 0.1), ("incremental_profit_p90", 0.9)):
        _check_quantile(sheet, column, spread, level, mine)
    return profit


def check_prices(
    sheet: Sheet, books: Books, units_without: Floats, shares: Shares, spread: Spread | None
) -> Floats:
    """Compare every cell that says what a change of price does; incremental profit in cents."""
    mine = slice(len(books.events), books.causes)
    units = shares.amounts(books.units - units_without, books.causes)[mine]
    sheet.wrong_where(~close(sheet.number("incremental_units"), units), "incremental_units", units)
    profit = _check_credit(sheet, books, shares, mine, "profit", "incremental_profit")
    _check_credit(sheet, books, shares, mine, "retailer_profit", "retailer_incremental_profit")
    for row, reason in enumerate(sheet.text("reason")):
        if not reason.strip():
            sheet.wrong(row, "reason", Text("a blank"), Text("a sentence"))
    for column, level in (("incremental_profit_p10", 0.1), ("incremental_profit_p90", 0.9)):
        _check_quantile(sheet, column, spread, level, mine)
    return profit


def _check_terms(sheet: Sheet, books: Books) -> None:
    """Depth, feature, display and prices of the tactic that runs."""
    terms = [books.facts.terms[event.block, event.tactic] for event in books.events]
    price = books.deals.price
    base = np.array([price[e.block, e.start] for e in books.events], dtype=np.float64)
    depth = np.array([t.depth for t in terms])
    for column, expected in (
        ("depth", depth),
        ("feature", np.array([t.feature for t in terms])),
        ("display", np.array([t.display for t in terms])),
        ("base_price", base),
        ("shelf_price", base * (1 - depth)),
    ):
        sheet.wrong_where(~close(sheet.number(column), expected), column, expected)


def _check_credit(
    sheet: Sheet, books: Books, shares: Shares, mine: slice, of: str, column: str
) -> Floats:
    """What the causes `mine` are credited with."""
    change = books.cents[of] - books.cents[f"{of}_no_promotion"]
    expected, unsure = (part[mine] for part in shares.cents(change, books.causes))
    found = sheet.money(column)
    right = np.abs(found - expected) <= unsure
    sheet.wrong_where(~right, column, expected / 100)
    if abs(float(np.sum(found) - np.sum(expected))) > 0.5 and right.all():
        sheet.findings.fault(
            sheet.file, None, column, f"{np.sum(found) / 100:.2f}", f"{np.sum(expected) / 100:.2f}"
        )
    return np.where(right, found, expected)


def _check_roi(sheet: Sheet, profit: Floats, spend: Floats) -> None:
    """(Incremental profit before spend - spend) / spend; blank where nothing was spent."""
    found = sheet.number("roi", blank=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(spend == 0, np.nan, profit / spend)
    right = close(found, expected) | (np.isnan(found) & np.isnan(expected))
    sheet.wrong_where(~right, "roi", _blanks(expected))


def _check_quantile(
    sheet: Sheet, column: str, spread: Spread | None, level: float, mine: slice
) -> None:
    found = sheet.money(column, blank=True)
    if spread is None:
        expected = np.full(len(found), np.nan)
    else:
        expected = np.quantile(spread.profit[:, mine], level, axis=0) * 100
    right = near_cent(found, expected) | (np.isnan(found) & np.isnan(expected))
    sheet.wrong_where(~right, column, _blanks(expected / 100))


def near_cent(cents: Floats, amount: Floats) -> NDArray[np.bool_]:
    """Whole cents that an unrounded amount (in cents too) rounds to, within the floats' error."""
    near: NDArray[np.bool_] = np.abs(cents - amount) <= 0.5 + 1e-5 + 1e-11 * np.abs(amount)
    return near


def _blanks(values: Floats) -> list[str]:
    return ["" if np.isnan(value) else shown(float(value)) for value in values]
