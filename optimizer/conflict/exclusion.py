"""Why an event is not in the plan: what keeps it out, and how much it would have to gain.

The scenario is solved with the event and without being forced: the difference is what the event
lacks. Where no plan can have it, the smallest conflict beside the event names what forbids it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimizer.conflict.case import Case, Demand
from optimizer.conflict.smallest import smallest_conflict
from optimizer.objective import weighed
from optimizer.problem import Calendar, Problem
from optimizer.row_totals import row_totals
from optimizer.solution import Solution, SolutionStatus
from optimizer.value import value

BINDS = 1e-6  # currency: less than this costs nothing


@dataclass(frozen=True)
class Toll:
    """What an event uses of something scarce, and what that is worth elsewhere."""

    name: str
    used: float  # in the row's unit
    price: float  # profit per unit, currency

    @property
    def cost(self) -> float:
        """What the use is worth elsewhere, currency."""
        return self.used * self.price


@dataclass(frozen=True)
class Exclusion:
    """An event held against the best plan. Amounts in the objective's unit (currency for profit),
    penalties and rebates left aside.
    """

    weeks: int | None  # the length that does best; None: no length can be
    planned: bool  # the best plan has the event
    lacks: float | None  # what the best plan with it earns less; None where none can have it
    gains: float | None  # what it adds to the best plan, nothing else moved; None: does not fit
    tolls: tuple[Toll, ...] = ()
    demands: tuple[Demand, ...] = ()  # that no plan with the event can keep all together
    undecided: bool = False  # the time ended before a plan with it, or a proof of none, was found


def exclusion(case: Case, account: str, product: str, tactic: str, week: int) -> Exclusion:
    """Hold an event that starts in week `week` of the horizon against the best plan."""
    problem = case.problem(None)
    pairs = list(zip(problem.account, problem.product, strict=True))
    block, number = pairs.index((account, product)), problem.tactics.index(tactic)
    best = case.first_plan(problem, case.spec.solver.gap)
    lengths = _lengths(problem, block, number, week)
    if best.calendar is not None:
        same = (best.calendar.block == block) & (best.calendar.start == week)
        same &= best.calendar.tactic == number
        if same.any():
            weeks = int(best.calendar.weeks[same][0])
            return Exclusion(weeks, True, 0.0, None)
    tried = [(length, _forced(case, problem, block, number, week, length)) for length in lengths]
    answers = [
        (length, forced.first_plan(forced.problem(None), case.spec.solver.gap))
        for length, forced in tried
    ]
    solved = [(length, answer) for length, answer in answers if answer.calendar is not None]
    if not solved or best.objective is None or best.calendar is None:
        if any(answer.status is not SolutionStatus.INFEASIBLE for _, answer in answers):
            return Exclusion(None, False, None, None, undecided=True)
        return Exclusion(None, False, None, None, demands=_forbidding(tried))
    length, answer = max(solved, key=lambda entry: (entry[1].objective or 0.0, -entry[0]))
    added = _added(problem, best.calendar, (block, number, week, length))
    return Exclusion(
        length,
        False,
        max(0.0, best.objective - (answer.objective or 0.0)),
        None if added is None else _gain(problem, best.calendar, added),
        () if added is None else _tolls(problem, best, added),
    )


def _lengths(problem: Problem, block: int, tactic: int, week: int) -> list[int]:
    """The lengths that the tactic may have there and that fit the horizon."""
    standing = problem.standing
    assert standing is not None
    low, high = int(standing.shortest[block, tactic]), int(standing.longest[block, tactic])
    return [n for n in range(low, high + 1) if n > 0 and week + n <= problem.horizon]


def _forced(case: Case, problem: Problem, block: int, tactic: int, week: int, weeks: int) -> Case:
    """The same scenario with the event pinned."""
    event = {
        "account": problem.account[block],
        "product": problem.product[block],
        "tactic": problem.tactics[tactic],
        "start_week": problem.weeks[week],
        "weeks": weeks,
    }
    pins = pd.DataFrame([event])
    if case.pins is not None:
        pins = pd.concat([case.pins, pins], ignore_index=True)
    forced = replace(case, pins=pins, seconds=case.clock.left)
    forced._known = {}
    return forced


def _forbidding(tried: Sequence[tuple[int, Case]]) -> tuple[Demand, ...]:
    """The smallest conflict with the shortest of the events."""
    if not tried:
        return ()
    _, case = tried[0]
    every = case.demands()
    given = [d for d in every if d.name == ""]
    free = [d for d in every if d.name != ""]
    return tuple(smallest_conflict(free, case.kept, given))


def _added(
    problem: Problem, calendar: Calendar, event: tuple[int, int, int, int]
) -> Calendar | None:
    """The calendar with one event more; None where it overlaps another of its block."""
    block, tactic, week, weeks = event
    mine = calendar.block == block
    ends = calendar.start + calendar.weeks
    if (mine & (calendar.start < week + weeks) & (ends > week)).any():
        return None
    return Calendar(
        np.append(calendar.block, block),
        np.append(calendar.tactic, tactic),
        np.append(calendar.start, week),
        np.append(calendar.weeks, weeks),
        calendar.moves,
    )


def _gain(problem: Problem, calendar: Calendar, longer: Calendar) -> float:
    before, after = (weighed(problem, value(problem, each)) for each in (calendar, longer))
    return after - before


def _tolls(problem: Problem, best: Solution, longer: Calendar) -> tuple[Toll, ...]:
    """What the event uses of rows that bind, dearest first."""
    if best.duals is None or best.calendar is None:
        return ()
    used = row_totals(problem, longer) - row_totals(problem, best.calendar)
    found = [
        Toll(row.name, float(amount), float(price))
        for row, amount, price in zip(problem.rows, used, best.duals, strict=True)
        if amount * price > BINDS
    ]
    return tuple(sorted(found, key=lambda toll: -toll.cost))
