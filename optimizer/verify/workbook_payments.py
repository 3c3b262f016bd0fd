"""Payments worked out again from calendar, weekly cents and the terms of the workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.verify.facts import Facts
from optimizer.verify.reading import Sheet
from optimizer.verify.spreadsheet import Area
from optimizer.verify.workbook_cells import EPOCH, Reader
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

OFF_INVOICE, FEES, REBATES = 1, 4, 5
KINDS = {"off_invoice": OFF_INVOICE, "scan_back": 2, "bill_back": 3}
WAITS = {2: ("scan_back_days", "scan_back"), 3: ("bill_back_days", "bill_back"),
         FEES: ("fee_days", "fees"), REBATES: ("rebate_days", "rebates")}  # fmt: skip
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
FIRST = 5  # the column of the first month


@dataclass(frozen=True)
class Owed:
    """One payment: an event's spend or fees, or an account's rebate. Cents."""

    account: str
    event: str
    kind: int
    cents: float
    start: date
    days: int

    @property
    def due(self) -> date:
        """The day it is paid on."""
        return self.start + timedelta(days=self.days)


def check_payments(
    reader: Reader,
    calendar: Sheet,
    workspace: Workspace,
    facts: Facts,
    cents: dict[str, Floats],
    rebates: dict[str, pd.Series],
) -> None:
    """Every payment, its day and its month; then what each month pays of each account and kind."""
    owed = sorted(_owed(calendar, workspace, facts, cents, rebates), key=lambda o: o.account)
    area = reader.area("tw_payments", len(owed))
    names = sorted(set(facts.blocks["account"]))
    if area is not None:
        reader.texts(area, 0, [one.account for one in owed])
        reader.texts(area, 1, [one.event for one in owed])
        for column, values in (
            (3, [one.cents / 100 for one in owed]),
            (4, [_serial(one.start) for one in owed]),
            (5, [float(one.days) for one in owed]),
            (6, [_serial(one.due) for one in owed]),
            (7, [_serial(one.due.replace(day=1)) for one in owed]),
            (8, [names.index(one.account) + 1.0 for one in owed]),
            (9, [float(one.kind) for one in owed]),
        ):
            reader.numbers(area, column, np.array(values))
    _check_paid(reader, owed, _on_invoice(calendar, facts, cents), workspace, names)


def _owed(
    calendar: Sheet,
    workspace: Workspace,
    facts: Facts,
    cents: dict[str, Floats],
    rebates: dict[str, pd.Series],
) -> Iterator[Owed]:
    starts = dict(
        zip(workspace.accounts["account"], workspace.accounts["promo_week_start"], strict=True)
    )
    waits = {
        (account, kind): _wait(workspace, account, kind) for account in starts for kind in WAITS
    }
    for account, event, block, first, weeks, funding in _events(calendar, facts):
        last = date.fromisoformat(facts.week_texts[first])
        last += timedelta(days=WEEKDAYS.index(starts[account]) + 7 * weeks - 1)
        for kind, column in ((KINDS[funding], "variable_spend"), (FEES, "fees")):
            amount = float(cents[column][block, first : first + weeks].sum())
            if kind != OFF_INVOICE and amount:
                yield Owed(account, event, kind, amount, last, waits[account, kind])
    ends = _year_end(workspace, date.fromisoformat(facts.week_texts[facts.T - 1]))
    rebated = set(workspace.rebates["account"]) & set(facts.blocks["account"])
    for account in sorted(rebated):
        mine = rebates["plan"].index.get_level_values(0) == account
        due = float(rebates["plan"].to_numpy(dtype=np.float64)[mine].sum())
        yield Owed(account, "", REBATES, due, ends, waits[account, REBATES])


def _events(calendar: Sheet, facts: Facts) -> Iterator[tuple[str, str, int, int, int, str]]:
    """Account, event, block, first week, weeks and way of funding of every event."""
    names = ("account", "event", "product", "tactic", "start_week", "weeks")
    for account, event, product, tactic, start, weeks in zip(
        *(calendar.text(name) for name in names), strict=True
    ):
        block = facts.place[account, product]
        terms = facts.terms[block, facts.tactic_place[tactic]]
        yield account, event, block, facts.week_number(start), int(weeks), terms.funding


def _wait(workspace: Workspace, account: str, kind: int) -> int:
    column, setting = WAITS[kind]
    row = workspace.accounts.loc[workspace.accounts["account"] == account, column]
    own = float(row.iloc[0])
    return int(getattr(workspace.settings.payment, setting) if np.isnan(own) else own)


def _year_end(workspace: Workspace, monday: date) -> date:
    """The first end of a year that is not before the Thursday of a week."""
    day = monday + timedelta(days=3)
    while True:
        after = day + timedelta(days=1)
        if day.month == workspace.settings.payment.year_ends and after.month != day.month:
            return day
        day = after


def _on_invoice(
    calendar: Sheet, facts: Facts, cents: dict[str, Floats]
) -> dict[tuple[str, int, date], float]:
    """Deals on the invoice by account and month: weeks divided by days, cents of whole weeks."""
    weekly: dict[tuple[str, int], float] = defaultdict(float)
    for account, _, block, first, weeks, funding in _events(calendar, facts):
        if funding == "off_invoice":
            for week in range(first, first + weeks):
                weekly[account, week] += float(cents["variable_spend"][block, week])
    found: dict[tuple[str, int, date], float] = defaultdict(float)
    for (account, week), amount in weekly.items():
        monday = date.fromisoformat(facts.week_texts[week])
        days = [monday + timedelta(days=d) for d in range(7)]
        mine = sum(day.month == monday.month for day in days)
        doubled = 2 * int(amount) * mine
        part = (abs(doubled) + 7) // 14 * (1 if doubled >= 0 else -1)
        found[account, OFF_INVOICE, days[0].replace(day=1)] += part
        found[account, OFF_INVOICE, days[6].replace(day=1)] += amount - part
    return found


def _check_paid(
    reader: Reader,
    owed: list[Owed],
    paid: dict[tuple[str, int, date], float],
    workspace: Workspace,
    names: list[str],
) -> None:
    for one in owed:
        paid[one.account, one.kind, one.due.replace(day=1)] += one.cents
    area = reader.book.areas.get("tw_paid")
    if area is None:
        return
    grid = reader.grid(area)
    months = [
        EPOCH + timedelta(days=int(grid.number[area.row - 1, column]))
        for column in range(FIRST, area.columns - 1)
    ]
    for row in range(area.row, area.last_row + 1):
        number, kind = grid.number[row, 2], grid.number[row, 3]
        if np.isnan(number) or np.isnan(kind) or not 1 <= number <= len(names):
            continue  # net sales have nothing to pay; other keys are found wrong elsewhere
        account, kind = names[int(number) - 1], int(kind)
        line = Area(area.page, row, area.column, row, area.last_column)
        wait = float(_wait(workspace, account, kind)) if kind in WAITS else np.nan
        reader.numbers(line, FIRST - 1, np.array([wait]))
        mine = {
            month: amount for (a, k, month), amount in paid.items() if (a, k) == (account, kind)
        }
        for place, month in enumerate(months):
            expected = mine.pop(month, 0.0) / 100
            reader.numbers(line, FIRST + place, np.array([expected]))
        later = sum(mine.values()) / 100
        reader.numbers(line, FIRST + len(months), np.array([later]), 1e-8)


def _serial(day: date) -> float:
    return float((day - EPOCH).days)
