"""What is owed for which event and from which day on: the payments behind the page of months."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from optimizer.reports.workbook.accruals import FEES, REBATES
from optimizer.reports.workbook.book import Page
from optimizer.reports.workbook.calendar import DAYS
from optimizer.reports.workbook.figures import BILL_BACK, SCAN_BACK, Figures

Key = tuple[str, int]  # account and kind
COLUMN = {
    SCAN_BACK: ("scan_back", "scan_back_days"),
    BILL_BACK: ("bill_back", "bill_back_days"),
    FEES: ("fees", "fee_days"),
    REBATES: ("rebates", "rebate_days"),
}
AMOUNT, START, WAIT, DUE, MONTH, ACCOUNT_NO, KIND_NO = range(3, 10)


@dataclass(frozen=True)
class Payment:
    """One amount: `start` the day that its days are counted from."""

    key: Key
    event: int | None  # row of the calendar, from 0; None: a rebate
    block: int
    first: int  # week of the horizon
    weeks: int
    start: date
    cents: int


@dataclass(frozen=True)
class Payments:
    """Payments by account, and where they stand."""

    page: Page
    figures: Figures
    rows: tuple[Payment, ...]
    days: dict[Key, int]  # from the day that counts to the payment

    @cached_property
    def span(self) -> dict[str, tuple[int, int]]:
        """First and last row of each account."""
        found: dict[str, tuple[int, int]] = {}
        for row, payment in enumerate(self.rows, start=1):
            account = payment.key[0]
            found[account] = (found.get(account, (row, row))[0], row)
        return found

    def due(self, payment: Payment) -> date:
        """The day that it is paid on."""
        return payment.start + timedelta(days=self.days[payment.key])

    @cached_property
    def _by_month(self) -> dict[tuple[Key, date], int]:
        found: dict[tuple[Key, date], int] = {}
        for payment in self.rows:
            at = (payment.key, self.due(payment).replace(day=1))
            found[at] = found.get(at, 0) + payment.cents
        return found

    def in_month(self, key: Key, month: date) -> int:
        """What is paid of an account and kind in a month, in cents."""
        return self._by_month.get((key, month), 0)

    def summed(self, key: Key, month: str) -> str:
        """The formula of the same; `month`: the cell with the month's first day."""
        if key[0] not in self.span:
            return "0"
        amounts, kinds, months = (
            self.page.area(column, *self.span[key[0]]) for column in (AMOUNT, KIND_NO, MONTH)
        )
        return f"SUMIFS({amounts},{kinds},{key[1]},{months},{month})"


def payments_of(page: Page, figures: Figures) -> Payments:
    """Everything that is not settled on an invoice, sorted by account."""
    table = figures.plan.workspace.accounts
    starts = dict(zip(table["account"], table["promo_week_start"], strict=True))
    place = {
        pair: block for block, pair in enumerate(zip(figures.account, figures.product, strict=True))
    }
    found: dict[str, list[Payment]] = {account: [] for account in figures.accounts}
    for number, line in enumerate(figures.table("calendar")):
        account, first = (
            line["account"],
            figures.weeks.index(date.fromisoformat(line["start_week"])),
        )
        weeks, block = int(line["weeks"]), place[account, line["product"]]
        last = figures.weeks[first] + timedelta(days=DAYS.index(starts[account]) + 7 * weeks - 1)
        kind = int(figures.funding[block, first])
        for which, name in ((kind, "variable_spend"), (FEES, "fees")):
            cents = int(figures.cents(name)[block, first : first + weeks].sum())
            if which in COLUMN and cents:
                key = (account, which)
                found[account].append(Payment(key, number, block, first, weeks, last, cents))
    ends = year_end(figures.weeks[figures.horizon - 1], figures)
    for account in figures.plan.outcome.rebates.account:
        due = figures.rebate(account, True)
        found[account].append(Payment((account, REBATES), None, 0, 0, 0, ends, due))
    rows = tuple(payment for mine in found.values() for payment in mine)
    return Payments(page, figures, rows, _days(figures))


def year_end(last_week: date, figures: Figures) -> date:
    """The last day of the year that the Thursday of a week is in, as weeks belong to years."""
    thursday = last_week + timedelta(days=3)
    month = figures.plan.workspace.settings.payment.year_ends
    year = thursday.year + (thursday.month > month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _days(figures: Figures) -> dict[Key, int]:
    table, settings = figures.plan.workspace.accounts, figures.plan.workspace.settings.payment
    found: dict[Key, int] = {}
    for kind, (name, column) in COLUMN.items():
        for account, own in zip(table["account"], table[column].tolist(), strict=True):
            found[account, kind] = int(getattr(settings, name)) if own != own else int(own)
    return found
