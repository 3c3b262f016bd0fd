"""Why a plan is as it is, in codes, weeks and money: its largest events and its scarcest limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimizer.instead import Scarce
    from optimizer.plan import Plan
    from optimizer.problem import Calendar

MOST_EVENTS = 8
MOST_LIMITS = 8
MOST_PRICES = 8


@dataclass(frozen=True)
class Entry:
    """An event in words. `start_week`: its Monday, ISO."""

    account: str
    product: str
    tactic: str
    start_week: str
    weeks: int


@dataclass(frozen=True)
class Reasoned:
    """An event of the plan and what would be without it. Money in currency."""

    event: str  # its code in calendar.csv
    entry: Entry
    earns: float  # its incremental profit
    loses: float  # what the best plan without it earns less, at the prices of what is scarce
    goes: tuple[Entry, ...]  # would go with it
    comes: tuple[Entry, ...]  # would come


@dataclass(frozen=True)
class Repriced:
    """A recommended change of a regular price. Prices incl. VAT, money in currency."""

    change: str  # its code in prices.csv
    account: str
    product: str
    week: str  # its first Monday, ISO
    previous_price: float
    base_price: float
    loses: float  # what the best plan at the price before it earns less


@dataclass(frozen=True)
class Explanation:
    """The largest events, one a block at most, and the limits whose next unit earns most.

    And the changes of regular prices that the plan would miss most.
    """

    events: tuple[Reasoned, ...]
    limits: tuple[Scarce, ...]
    prices: tuple[Repriced, ...] = ()

    def plain(self) -> Mapping[str, object]:
        """For --json; `prices` where some are recommended."""
        told = {
            "events": [asdict(event) for event in self.events],
            "limits": [asdict(limit) for limit in self.limits],
        }
        return {**told, "prices": [asdict(p) for p in self.prices]} if self.prices else told


def explained(plan: Plan, earned: Mapping[str, float]) -> Explanation:
    """Explain a plan whose events, in the order of its calendar, have these codes and profits."""
    from optimizer.instead import instead, scarce

    codes, profit = list(earned), np.array(list(earned.values()))
    # The largest event of each product in an account: its next ones would say the same again.
    order = np.argsort(-profit, kind="stable")
    first = np.unique(plan.calendar.block[order], return_index=True)[1]
    largest = order[np.sort(first)][:MOST_EVENTS]
    entries = _entries(plan, plan.calendar)
    events = tuple(
        Reasoned(
            codes[one.event],
            entries[one.event],
            float(profit[one.event]),
            round(one.loses, 2),
            _entries(plan, one.goes),
            _entries(plan, one.comes),
        )
        for one in instead(plan, largest)
    )
    return Explanation(events, scarce(plan)[:MOST_LIMITS], _repriced(plan))


def _repriced(plan: Plan) -> tuple[Repriced, ...]:
    """The changes of regular prices without which the plan would lose most."""
    from optimizer.old_price import old_prices
    from optimizer.reports.prices import change_code

    problem, moves = plan.problem, plan.calendar.moves
    if problem.ladder is None or moves is None:
        return ()
    price, levels = problem.ladder.price, plan.calendar.levels(problem)
    found = []
    for one in sorted(old_prices(plan), key=lambda one: (-one.loses, one.move))[:MOST_PRICES]:
        block, week = int(moves.block[one.move]), int(moves.week[one.move])
        before = int(levels[block, week - 1]) if week else 0
        found.append(
            Repriced(
                change_code(one.move),
                problem.account[block],
                problem.product[block],
                problem.weeks[week],
                float(price[block, before]),
                float(price[block, levels[block, week]]),
                round(one.loses, 2),
            )
        )
    return tuple(found)


def _entries(plan: Plan, calendar: Calendar) -> tuple[Entry, ...]:
    problem = plan.problem
    return tuple(
        Entry(
            problem.account[block],
            problem.product[block],
            problem.tactics[tactic],
            problem.weeks[start],
            int(weeks),
        )
        for block, tactic, start, weeks in zip(
            calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True
        )
    )
