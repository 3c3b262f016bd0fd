"""Budgets that hold with a chosen probability over the draws of the response.

A plan's spend is uncertain because units are. The ordinary search holds budgets at the response's
best estimate; here its budgets are tightened, each by the ratio of what it comes to with confidence
to the estimate that its last plan showed, until enough draws keep the amount, and loosened again
where that left something over. A plan that keeps a budget with confidence keeps it on the estimate
too (both are asked for), so the bound of the untightened problem bounds this one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.cancellation import Clock
from optimizer.guardrails.kind import MONEY_TOLERANCE
from optimizer.problem import Bools, Calendar, Demand, Floats, Problem, Sense
from optimizer.regular_prices import at_levels, levels_of
from optimizer.solution import Solution, SolutionStatus
from optimizer.value import fees_of, units_of
from optimizer.violations import Violation
from workspace.text import Text

Solve = Callable[[Problem, float], Solution]
"""The ordinary search: a problem, and the seconds it may take."""

ROUNDS = 12  # of tightening at most
ENOUGH = 5  # rounds, where some plan has kept the budgets by then
CLOSE = 0.002  # share of an amount that may be left over before it is loosened
ROUNDING = 1e-9  # draws: .55 of 100 are 55, though floats say a little more
FIRST = 0.5  # of the time goes into the plan on the best estimate


@dataclass(frozen=True)
class Confidence:
    """How sure budgets must be, and over which demands (an iterator anew at each call)."""

    level: float  # in (0, 1)
    demands: Callable[[], Iterable[Demand]]


def spends(problem: Problem, calendar: Calendar, demands: Iterable[Demand]) -> Floats:
    """What a calendar spends of every budget on each demand, unrounded: (D, budgets), currency."""
    grid, horizon = calendar.grid(problem), problem.horizon
    levels = levels_of(problem, calendar)
    funding = at_levels(problem, "funding", grid, levels)
    fees = fees_of(problem, calendar)
    found = []
    for demand in demands:
        spend = funding * units_of(problem, grid, demand, levels)[:, :horizon] + fees
        found.append([spend[b.blocks, b.first : b.last + 1].sum() for b in problem.budgets])
    return np.array(found, dtype=np.float64).reshape(-1, len(problem.budgets))


def reached(problem: Problem, spent: Floats, level: float) -> Floats:
    """What each budget comes to with confidence, (budgets,), from `spent` (D, budgets).

    The least that a share `level` of the draws stays within, for a ceiling; the most that such a
    share reaches, for a floor. A draw's own spend, never a value between two: of few draws, one
    beyond the amount may be more than 1 - `level` of them.
    """
    draws = len(spent)
    needed = min(draws, max(1, math.ceil(level * draws - ROUNDING)))
    ordered: Floats = np.sort(spent, axis=0)
    least, most = ordered[draws - needed], ordered[needed - 1]
    found: Floats = np.where(floors(problem), least, most)
    return found


def floors(problem: Problem) -> Bools:
    """Which budgets are the least to be spent."""
    return np.array([b.sense == Sense.AT_LEAST for b in problem.budgets], dtype=np.bool_)


def missed(problem: Problem, come_to: Floats) -> Floats:
    """By how much each budget is missed, 0 where it holds: (budgets,), currency."""
    amounts = np.array([b.limit for b in problem.budgets])
    over = np.where(floors(problem), amounts - come_to, come_to - amounts)
    return np.where(over > MONEY_TOLERANCE, over, 0.0)


def unsure(
    problem: Problem, spent: Floats, level: float, broken: tuple[Violation, ...]
) -> tuple[Violation, ...]:
    """Budgets that a calendar does not keep with confidence, from its `spent` (D, budgets).

    Those among `broken`, which the best estimate breaks already, are left out.
    """
    if not spent.size:
        return ()
    come_to = reached(problem, spent, level)
    short, known = missed(problem, come_to), {violation.name for violation in broken}
    found = []
    for budget, amount, by in zip(problem.budgets, come_to.tolist(), short.tolist(), strict=True):
        if by == 0.0 or budget.name in known:
            continue
        told = {"level": level, "limit": budget.limit, "spend": amount}
        if budget.sense == Sense.AT_LEAST:
            text = Text(
                "at least {limit:,.2f} to be spent with a probability of {level:.0%}: {spend:,.2f}",
                **told,
            )
        else:
            text = Text(
                "at most {limit:,.2f} to be spent with a probability of {level:.0%}: {spend:,.2f}",
                **told,
            )
        found.append(Violation(budget.name, budget.limit, amount, -by, text))
    return tuple(found)


def confident(problem: Problem, solve: Solve, confidence: Confidence, seconds: float) -> Solution:
    """The best plan found whose budgets hold with confidence.

    Status NOTHING where none was found though the best estimate allows some.
    """
    clock = Clock(seconds)
    if not problem.budgets or next(iter(confidence.demands()), None) is None:
        return solve(problem, seconds)
    first = solve(problem, FIRST * seconds)
    if first.calendar is None:
        return first
    amounts = np.array([b.limit for b in problem.budgets])
    floor = floors(problem)
    best: Solution | None = None
    latest, limits, looser = first, amounts, amounts
    for turn in range(ROUNDS):
        if latest.calendar is None:  # too tight: halfway back to where there was a plan
            asked = (limits + looser) / 2.0
        else:
            spent = spends(problem, latest.calendar, confidence.demands())
            planned = spends(problem, latest.calendar, [problem.demand])[0]
            come_to = reached(problem, spent, confidence.level)
            good = not missed(problem, come_to).any()
            if good and (best is None or _beats(latest, best)):
                best = replace(latest, duals=_by_amount(problem, latest.duals, limits))
            if good and latest is first:
                break
            asked, looser = _within(amounts, planned, come_to, floor), limits
            if not good:  # tighter than what has just failed
                harder = np.where(floor, limits * (1.0 + CLOSE), limits * (1.0 - CLOSE))
                asked = np.where(floor, np.maximum(asked, harder), np.minimum(asked, harder))
        moved = np.abs(asked - limits) > CLOSE * np.maximum(1e-9, amounts)
        if clock.left <= 0 or (best is not None and (turn >= ENOUGH or not moved.any())):
            break
        limits = asked
        latest = solve(_limited(problem, limits), max(1e-3, FIRST * clock.left))
    return _concluded(first, best, clock)


def _within(amounts: Floats, planned: Floats, come_to: Floats, floor: Bools) -> Floats:
    """Limits on the estimate under which the same ratio keeps the amounts; never looser ones."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where((planned > 0) & (come_to > 0), amounts * planned / come_to, amounts)
    return np.where(floor, np.maximum(scaled, amounts), np.minimum(scaled, amounts))


def _limited(problem: Problem, limits: Floats) -> Problem:
    """The problem with other amounts of its budgets."""
    at = {b.name: float(x) for b, x in zip(problem.budgets, limits, strict=True)}
    rows = tuple(
        replace(row, limit=at[row.name]) if row.rule == "budget" else row for row in problem.rows
    )
    return replace(problem, rows=rows)


def _by_amount(problem: Problem, duals: Floats | None, limits: Floats) -> Floats | None:
    """Duals per unit of the amounts, of which the limits were a part."""
    if duals is None:
        return None
    at = {
        b.name: x / b.limit if b.limit > 0 else 1.0
        for b, x in zip(problem.budgets, limits, strict=True)
    }
    return np.asarray(duals * np.array([at.get(row.name, 1.0) for row in problem.rows]))


def _beats(one: Solution, other: Solution) -> bool:
    assert one.objective is not None
    assert other.objective is not None
    return one.objective > other.objective


def _concluded(first: Solution, best: Solution | None, clock: Clock) -> Solution:
    """The best plan with what the first solve proves, or none."""
    if best is None:
        return Solution(SolutionStatus.NOTHING, None, None, None, None, first.trace, clock.elapsed)
    if best is first or best.objective is None:
        return best
    bound = first.bound if first.bound is None else max(first.bound, best.objective)
    return replace(
        best,
        status=SolutionStatus.STOPPED,
        bound=bound,
        trace=first.trace,
        seconds=clock.elapsed,
    )
