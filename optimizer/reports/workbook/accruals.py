"""The page of weekly accruals: what each week owes each account, divided between its months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from optimizer.problem import Ints
from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Column, Page, Style, amount
from optimizer.reports.workbook.figures import (
    BILL_BACK,
    OFF_INVOICE,
    SCAN_BACK,
    Figures,
    away,
)
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

NET, FEES, REBATES = 0, 4, 5
KINDS = {
    NET: Text("Net sales, basis of the rebate"),
    OFF_INVOICE: Text("Deals on the invoice (off-invoice)"),
    SCAN_BACK: Text("Scan-back"),
    BILL_BACK: Text("Bill-back"),
    FEES: Text("Fees"),
    REBATES: Text("Rebates"),
}
COLUMNS = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Kind"), Style.TEXT, 34),
    Column(Text("Week"), Style.DAY, 12),
    Column(Text("Amount of the week"), Style.MONEY, 16),
    Column(Text("Month of its Monday"), Style.MONTH, 12),
    Column(Text("Days in it"), Style.COUNT, 8),
    Column(Text("Part of that month"), Style.MONEY, 16),
    Column(Text("Month of its Sunday"), Style.MONTH, 12),
    Column(Text("The rest"), Style.MONEY, 16),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Kind no."), Style.KEY, 6),
)
AMOUNT, MONTH, DAYS, PART, NEXT, REST = range(3, 9)


@dataclass(frozen=True)
class Accruals:
    """Where the weeks of an account and kind stand: `first` rows by (account, kind)."""

    page: Page
    horizon: int
    first: dict[tuple[str, int], int]

    def of(self, column: int, key: tuple[str, int]) -> str:
        """A column over the weeks of one account and kind."""
        start = self.first[key]
        return self.page.area(column, start, start + self.horizon - 1)


def accruals_of(page: Page, figures: Figures) -> Accruals:
    """Where everything will stand; kinds that an account never has are left out."""
    keys = list(_kinds(figures))
    return Accruals(
        page, figures.horizon, {key: 1 + i * figures.horizon for i, key in enumerate(keys)}
    )


def _kinds(figures: Figures) -> Iterator[tuple[str, int]]:
    rebated = set(figures.plan.outcome.rebates.account)
    for account in figures.accounts:
        if account in rebated:
            yield account, NET
        for kind in (OFF_INVOICE, SCAN_BACK, BILL_BACK, FEES):
            if weekly(figures, account, kind).any():
                yield account, kind


def weekly(figures: Figures, account: str, kind: int) -> Ints:
    """The cents of each week of the horizon: (T,)."""
    first, last = figures.span(account)
    if kind == NET:
        amounts = figures.net
    elif kind == FEES:
        amounts = figures.cents("fees")
    else:
        amounts = figures.funded(kind)
    found: Ints = amounts[first : last + 1, : figures.horizon].sum(axis=0)
    return found


def divided(monday: date, cents: int) -> tuple[date, int, int, date]:
    """A week by days: month of its Monday, days and cents in it, month of its Sunday."""
    sunday = monday + timedelta(days=6)
    days = 7 if sunday.month == monday.month else 7 - sunday.day
    return monday.replace(day=1), days, away(cents * days, 7), sunday.replace(day=1)


def write_accruals(accruals: Accruals, weeks: Weeks, figures: Figures) -> None:
    """One row for each account, kind and week."""
    page = accruals.page
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 3)
    row = 1
    for account, kind in accruals.first:
        span = figures.span(account)
        label = page.book.words(KINDS[kind])
        number = figures.accounts.index(account) + 1
        for week, cents in enumerate(weekly(figures, account, kind).tolist()):
            monday = figures.weeks[week]
            month, days, part, after = divided(monday, cents)
            whole, share = page.cell(row, AMOUNT), page.cell(row, PART)
            page.line(
                row,
                COLUMNS,
                (
                    *(account, label, monday),
                    amount(_of_week(page, row, weeks, span, kind), cents),
                    *(month, days),
                    amount(f"ROUND({whole}*{page.cell(row, DAYS)}/7,2)", part),
                    after,
                    amount(f"{whole}-{share}", cents - part),
                    *(number, kind),
                ),
            )
            row += 1
    page.call("tw_accruals", 1, row - 1, len(COLUMNS))


def _of_week(page: Page, row: int, weeks: Weeks, span: tuple[int, int], kind: int) -> str:
    """The sum of an account's rows of one week, of one kind."""
    week = f"{weeks.of(w.WEEK, *span)},{page.cell(row, 2)}"

    def summed(column: int, more: str = "") -> str:
        return f"SUMIFS({weeks.of(column, *span)},{week}{more})"

    if kind == NET:
        return "-".join(summed(column) for column in (w.GROSS, w.VARIABLE, w.FEES))
    if kind == FEES:
        return summed(w.FEES)
    return summed(w.VARIABLE, f",{weeks.of(w.FUNDING, *span)},{kind}")
