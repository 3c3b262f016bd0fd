"""The pages of months: what is accrued, and when it is paid on terms that people may change."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.reports.workbook.accruals import (
    KINDS,
    MONTH,
    NET,
    NEXT,
    PART,
    REBATES,
    REST,
    Accruals,
    divided,
    weekly,
)
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import OFF_INVOICE, Figures, away, next_month
from optimizer.reports.workbook.payments import Payments, payments_of
from optimizer.reports.workbook.rebates import Rebates
from workspace.text import Text

LATER = 3  # months after the horizon that the page of payments shows
HEAD = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Kind"), Style.TEXT, 34),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Kind no."), Style.KEY, 6),
    Column(Text("Days to payment"), Style.INPUT, 10),
)
FIRST = len(HEAD)  # the column of the first month
Key = tuple[str, int]


@dataclass(frozen=True)
class Months:
    """Where the months stand: a row for each account and kind, a column for each month."""

    accrued: Page
    paid: Page
    figures: Figures
    keys: tuple[Key, ...]
    cents: dict[Key, list[int]]  # accrued by month
    payments: Payments

    @property
    def count(self) -> int:
        """Months of the horizon."""
        return len(self.figures.months)

    def row(self, key: Key) -> int:
        """The row of an account and kind, on both pages."""
        return 2 + self.keys.index(key)

    @property
    def total_row(self) -> int:
        """The row of the totals: two below the last."""
        return 2 + len(self.keys)

    def all_paid(self) -> int:
        """The column of what is paid, and of what is paid after the months shown."""
        return FIRST + self.count + LATER


def months_of(
    accrued: Page, paid: Page, payments: Page, figures: Figures, accruals: Accruals
) -> Months:
    """Every amount by month, worked out in cents."""
    keys: list[Key] = list(accruals.first)
    rebated = sorted(set(figures.plan.outcome.rebates.account))
    keys = sorted([*keys, *((account, REBATES) for account in rebated)])
    cents: dict[Key, list[int]] = {}
    for account, kind in keys:
        if kind != REBATES:
            cents[account, kind] = _by_month(figures, account, kind)
    for account in rebated:
        cents[account, REBATES] = _by_sales(figures.rebate(account, True), cents[account, NET])
    owed = payments_of(payments, figures)
    return Months(accrued, paid, figures, tuple(keys), cents, owed)


def _by_month(figures: Figures, account: str, kind: int) -> list[int]:
    found = dict.fromkeys(figures.months, 0)
    for week, cents in enumerate(weekly(figures, account, kind).tolist()):
        month, _, part, after = divided(figures.weeks[week], cents)
        found[month] += part
        found[after] += cents - part
    return list(found.values())


def _by_sales(due: int, sales: list[int]) -> list[int]:
    """A rebate along the months in proportion to their sales: the rise of the rounded share."""
    total, found, before = sum(sales), [], 0
    for place in range(len(sales)):
        after = away(due * sum(sales[: place + 1]), total) if total > 0 else 0
        found.append(after - before)
        before = after
    return found


def write_accrued(months: Months, accruals: Accruals, rebates: Rebates) -> None:
    """What each month owes."""
    page, figures = months.accrued, months.figures
    page.say(0, 0, Text("Accrued by month"), page.book.title)
    _head(page, months, (*HEAD[:4], Column(Text("Total"), Style.MONEY, 16)), 0)
    for key in months.keys:
        row, values = months.row(key), months.cents[key]
        cells: list[Cell] = [key[0], page.book.words(KINDS[key[1]])]
        cells += [figures.accounts.index(key[0]) + 1, key[1]]
        cells.append(amount(f"SUM({page.across(row, FIRST, FIRST + months.count - 1)})",
                            sum(values)))  # fmt: skip
        for place, value in enumerate(values):
            cells.append(amount(_accrued(months, accruals, rebates, key, place), value))
        for column, cell in enumerate(cells):
            page.write(row, column, cell, _style(column, Style.MONEY))
    sums = [
        sum(values[place] for key, values in months.cents.items() if key[1] != NET)
        for place in range(months.count)
    ]
    _total(page, months, [sum(sums), *sums], FIRST - 1, f',{_kinds(page, months)},">0"')
    page.call("tw_accrued", 2, months.total_row - 1, FIRST + months.count)


def _accrued(months: Months, accruals: Accruals, rebates: Rebates, key: Key, place: int) -> str:
    page, account = months.accrued, key[0]
    month = page.cell(1, FIRST + place)
    if key[1] != REBATES:
        return "+".join(
            f"SUMIFS({accruals.of(part, key)},{accruals.of(which, key)},{month})"
            for part, which in ((PART, MONTH), (REST, NEXT))
        )
    sales = months.row((account, NET))
    total, due = page.cell(sales, FIRST - 1), rebates.due(account, True)

    def share(last: int) -> str:
        return f"ROUND({due}*SUM({page.across(sales, FIRST, FIRST + last)})/{total},2)"

    before = f"-{share(place - 1)}" if place else ""
    return f"IF({total}<=0,0,{share(place)}{before})"


def write_paid(months: Months) -> None:
    """When it is paid: on the invoice as it accrues, all else on the days of its payments."""
    page, figures, shown = months.paid, months.figures, months.count + LATER
    page.say(0, 0, Text("Paid by month; the days to payment may be changed"), page.book.title)
    _head(page, months, HEAD, LATER, Column(Text("Later"), Style.MONEY, 14))
    sums = [0] * (shown + 1)
    for key in months.keys:
        if key[1] == NET:
            continue
        row = months.row(key)
        values = _paid(months, key, shown)
        cells: list[Cell] = [key[0], page.book.words(KINDS[key[1]])]
        cells += [figures.accounts.index(key[0]) + 1, key[1]]
        cells.append(None if key[1] == OFF_INVOICE else months.payments.days[key])
        cells += [
            amount(_payment(months, key, place), value) for place, value in enumerate(values[:-1])
        ]
        across = page.across(row, FIRST, FIRST + shown - 1)
        total = months.accrued.cell(row, FIRST - 1)
        cells.append(amount(f"{total}-SUM({across})", values[-1]))
        for column, cell in enumerate(cells):
            page.write(row, column, cell, _style(column, Style.INPUT))
        sums = [a + b for a, b in zip(sums, values, strict=True)]
    _total(page, months, sums, FIRST, "")
    page.call("tw_paid", 2, months.total_row - 1, FIRST + shown + 1)


def _paid(months: Months, key: Key, shown: int) -> list[int]:
    """By month shown, then what comes later."""
    accrued = months.cents[key]
    if key[1] == OFF_INVOICE:
        return [*accrued, *[0] * (shown - len(accrued) + 1)]
    found, month = [], months.figures.months[0]
    for _ in range(shown):
        found.append(months.payments.in_month(key, month))
        month = next_month(month)
    return [*found, sum(accrued) - sum(found)]


def _payment(months: Months, key: Key, place: int) -> str:
    """What month number `place` (from 0) pays."""
    if key[1] != OFF_INVOICE:
        return months.payments.summed(key, months.paid.cell(1, FIRST + place))
    if place >= months.count:
        return "0"
    return months.accrued.cell(months.row(key), FIRST + place)


def _style(column: int, fifth: Style) -> Style:
    if column < 2:
        return Style.TEXT
    if column < FIRST - 1:
        return Style.KEY
    return fifth if column == FIRST - 1 else Style.MONEY


def _kinds(page: Page, months: Months) -> str:
    return page.area(3, 2, months.total_row - 1)


def _head(
    page: Page, months: Months, columns: tuple[Column, ...], more: int, last: Column | None = None
) -> None:
    page.head(1, columns)
    page.sheet.freeze_panes(2, 2)
    day, column = months.figures.months[0], FIRST
    look = page.book.look(Style.MONTH, True)
    for _ in range(months.count + more if months.keys else 0):  # nothing accrues: no months to head
        page.sheet.set_column(column, column, 14)
        page.write(1, column, day, Style.MONTH, True)
        day, column = next_month(day), column + 1
    if last is not None:
        page.sheet.set_column(column, column, 14)
        page.say(1, column, last.label, look)


def _total(page: Page, months: Months, sums: list[int], first: int, condition: str) -> None:
    """The row of totals: sums down the columns from `first`, of the rows that `condition` names."""
    row = months.total_row
    page.write(row, 0, page.book.words(Text("Total")), Style.TEXT, True)
    for place, value in enumerate(sums):
        area = page.area(first + place, 2, row - 1)
        text = f"SUMIFS({area}{condition})" if condition else f"SUM({area})"
        page.write(row, first + place, amount(text if months.keys else "0", value),
                   Style.MONEY, True)  # fmt: skip
    assert not isinstance(sums, Formula)
