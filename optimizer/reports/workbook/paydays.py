"""The page of payments: each with the day it is counted from, its days, and when it is due."""

from __future__ import annotations

from datetime import date

from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.accruals import FEES, KINDS
from optimizer.reports.workbook.book import ORIGIN, Cell, Column, Formula, Style, amount
from optimizer.reports.workbook.calendar import LAST_DAY, Events
from optimizer.reports.workbook.months import FIRST, Months
from optimizer.reports.workbook.payments import DUE, START, WAIT, Payment
from optimizer.reports.workbook.rebates import Rebates
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Event"), Style.TEXT, 9),
    Column(Text("Kind"), Style.TEXT, 34),
    Column(Text("Amount"), Style.MONEY, 14),
    Column(Text("Counted from"), Style.DAY, 13),
    Column(Text("Days to payment"), Style.COUNT, 10),
    Column(Text("Due"), Style.DAY, 13),
    Column(Text("Month"), Style.MONTH, 12),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Kind no."), Style.KEY, 6),
)


def write_payments(months: Months, weeks: Weeks, events: Events, rebates: Rebates) -> None:
    """One row for each event's spend that is claimed, its fees, and each account's rebate."""
    payments, figures = months.payments, months.figures
    page, calendar = payments.page, figures.table("calendar")
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 3)
    for row, payment in enumerate(payments.rows, start=1):
        account, kind = payment.key
        name, start = "", payment.start
        counted: Cell = start
        if payment.event is not None:
            name = calendar[payment.event]["event"]
            counted = Formula(events.page.cell(1 + payment.event, LAST_DAY), _serial(start))
        wait = months.paid.cell(months.row(payment.key), FIRST - 1)
        due, shown = payments.due(payment), page.cell(row, DUE)
        page.line(
            row,
            COLUMNS,
            (
                *(account, name, page.book.words(KINDS[kind])),
                amount(_owed(weeks, rebates, payment), payment.cents),
                counted,
                Formula(wait, float(payments.days[payment.key])),
                Formula(f"{page.cell(row, START)}+{page.cell(row, WAIT)}", _serial(due)),
                Formula(f"DATE(YEAR({shown}),MONTH({shown}),1)", _serial(due.replace(day=1))),
                *(figures.accounts.index(account) + 1, kind),
            ),
        )
    page.sheet.autofilter(0, 0, max(1, len(payments.rows)), len(COLUMNS) - 1)
    page.call("tw_payments", 1, len(payments.rows), len(COLUMNS))


def _owed(weeks: Weeks, rebates: Rebates, payment: Payment) -> str:
    if payment.event is None:
        return rebates.due(payment.key[0], True)
    column = w.FEES if payment.key[1] == FEES else w.VARIABLE
    return f"SUM({weeks.part(column, payment.block, payment.first, payment.weeks)})"


def _serial(day: date) -> float:
    """A day as spreadsheets count them."""
    return float((day - ORIGIN).days)
