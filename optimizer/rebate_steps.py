"""Rebates in the search: for every account the plan may reach a step or stay under it.

Within a step an account's rebate is a straight line in its net sales, so that a search whose
objective gives up that share of them, held to the step by rows, is an ordinary search. Each
combination of steps is one; with few accounts all are tried, and the greatest of their bounds is
one on every plan. With many, steps are changed account by account, and the bound is that of plans
that pay nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from optimizer.cancellation import Clock
from optimizer.objective import weighed
from optimizer.problem import Calendar, Floats, Ints, Problem, Quantity, Row, Sense, Term, Tier
from optimizer.rebates import due
from optimizer.solution import Solution, SolutionStatus
from optimizer.value import value

Solve = Callable[[Problem, float], Solution]

ALL = 32  # combinations of steps that are all tried
FIRST = 0.4  # of the time goes into the plan that leaves rebates out
CENT = 0.01


@dataclass(frozen=True)
class Step:
    """Between two thresholds: the rebate is `rate` x net sales + `constant`, or at least that."""

    net: tuple[float, float]  # net sales in [low, high), currency
    units: tuple[float, float]  # units in [low, high)
    rate: float
    constant: float


@dataclass(frozen=True)
class _Account:
    """An account with rebates."""

    code: str
    blocks: Ints
    steps: tuple[Step, ...]
    net: float  # net sales of the horizon with no promotion, currency
    due: float  # rebate with no promotion, currency


def steps_of(tiers: Iterable[Tier]) -> tuple[Step, ...]:
    """Every step of one account, from its thresholds on net sales and on units."""
    mine = sorted(tiers, key=lambda tier: tier.threshold)
    by_net = [tier for tier in mine if tier.basis == "net_sales"]
    by_units = [tier for tier in mine if tier.basis == "units"]
    found = []
    for net in _ranges(by_net):
        rate, constant = _line(by_net, net[0])
        for units in _ranges(by_units):
            # What is due above a threshold of units is no line in net sales: at least nothing.
            whole = [t.rate for t in by_units if t.reach == "all" and t.threshold <= units[0]]
            found.append(Step(net, units, rate + (whole[-1] if whole else 0.0), constant))
    return tuple(found)


def _ranges(tiers: list[Tier]) -> Iterator[tuple[float, float]]:
    edges = sorted({tier.threshold for tier in tiers if tier.threshold > 0.0})
    return pairwise([-math.inf, *edges, math.inf])


def _line(tiers: list[Tier], low: float) -> tuple[float, float]:
    """The rebate above `low` and up to the next threshold as (rate, constant)."""
    reached = [t for t in tiers if t.threshold <= max(low, 0.0)]
    whole = [t for t in reached if t.reach == "all"]
    rate, constant = (whole[-1].rate if whole else 0.0), 0.0
    excess = [t for t in tiers if t.reach == "excess"]
    for i, tier in enumerate(excess):
        if tier not in reached:
            break
        top = excess[i + 1].threshold if i + 1 < len(excess) else math.inf
        if top <= max(low, 0.0):
            constant += tier.rate * (top - tier.threshold)
        else:
            rate += tier.rate
            constant -= tier.rate * tier.threshold
    return rate, constant


def rebated(problem: Problem, solve: Solve, weight: float, seconds: float) -> Solution:
    """The best plan found where a unit of rebates costs the objective `weight` (< 0: gains).

    Objective and bound of the solution include the change of rebates.
    """
    if not problem.tiers or weight == 0.0:
        return solve(problem, seconds)
    clock = Clock(seconds)
    accounts = _accounts(problem)
    first = solve(problem, FIRST * seconds)
    if first.calendar is None:
        return first
    paid = sum(account.due for account in accounts)
    best = _true(problem, first, weight)
    # What is due is never less than nothing; where it is a gain it has no simple limit.
    bound = math.inf
    if first.bound is not None and weight > 0.0:
        bound = first.bound + weight * paid
    every = math.prod(len(account.steps) for account in accounts) <= ALL
    greatest, settled, standing = -math.inf, every, [best]
    for tried, left in _patterns(problem, accounts, every, standing):
        if clock.left <= 0:
            settled = False
            break
        share = clock.left if left == 0 else 2.0 * clock.left / (left + 2)
        found = solve(_within(problem, accounts, tried, weight), share)
        if found.status is SolutionStatus.INFEASIBLE:
            continue
        shift = _shift(accounts, tried, weight)
        if found.bound is None:
            settled = False
        else:
            greatest = max(greatest, found.bound + shift)
        if found.calendar is not None:
            better = _true(problem, replace(found, duals=_common(problem, found)), weight)
            if _worth(better) > _worth(best):
                standing[0] = best = better
    if settled:
        bound = min(bound, greatest + CENT * abs(weight) * len(accounts))
    return _concluded(best, first, bound, clock)


def _accounts(problem: Problem) -> list[_Account]:
    owner = np.array(problem.account, dtype=np.object_)
    none = np.zeros(0, dtype=np.int64)
    quiet = value(problem, Calendar(none, none, none, none))
    horizon = slice(problem.horizon)
    found = []
    for code in sorted({tier.account for tier in problem.tiers}):
        tiers = [tier for tier in problem.tiers if tier.account == code]
        blocks = np.flatnonzero(owner == code).astype(np.int64)
        net = int(quiet.gross_sales_no_promotion[blocks, horizon].sum())
        units = float(quiet.reference_units[blocks, horizon].sum())
        found.append(
            _Account(code, blocks, steps_of(tiers), net / 100.0, due(tiers, units, net) / 100.0)
        )
    return found


def _patterns(
    problem: Problem, accounts: list[_Account], every: bool, standing: list[Solution]
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Combinations of steps to try, and how many are left after each.

    Where not `every` one is tried, one account changes its step from where `standing` is by then.
    """
    if every:
        combinations = list(product(*(range(len(account.steps)) for account in accounts)))
        for i, chosen in enumerate(combinations):
            yield chosen, len(combinations) - i - 1
        return
    many = sum(len(account.steps) - 1 for account in accounts)
    for i, account in enumerate(accounts):
        now = _reached(problem, accounts, standing[0])
        for step in range(len(account.steps)):
            if step != now[i]:
                many -= 1
                yield (*now[:i], step, *now[i + 1 :]), max(0, many)


def _reached(problem: Problem, accounts: list[_Account], solution: Solution) -> tuple[int, ...]:
    """The step in which a plan leaves every account."""
    assert solution.calendar is not None
    outcome, horizon = value(problem, solution.calendar), slice(problem.horizon)
    net = (outcome.gross_sales - outcome.variable_spend - outcome.fees)[:, horizon]
    found = []
    for account in accounts:
        sales = int(net[account.blocks].sum()) / 100.0
        units = float(outcome.units[account.blocks, horizon].sum())
        inside = [
            i
            for i, step in enumerate(account.steps)
            if step.net[0] <= sales < step.net[1] and step.units[0] <= units < step.units[1]
        ]
        found.append(inside[0] if inside else 0)
    return tuple(found)


def _within(
    problem: Problem, accounts: list[_Account], chosen: tuple[int, ...], weight: float
) -> Problem:
    """The problem held to one step of every account, with what it gives up as weights."""
    shares = np.zeros(problem.blocks) if problem.shares is None else problem.shares.copy()
    rows: list[Row] = []
    for account, number in zip(accounts, chosen, strict=True):
        step = account.steps[number]
        shares[account.blocks] -= weight * step.rate
        rows += _rows(account, step, problem.horizon - 1)
    return replace(problem, rows=(*problem.rows, *rows), shares=shares)


def _rows(account: _Account, step: Step, last: int) -> Iterator[Row]:
    spend = (Term(Quantity.SPEND, -1.0, account.blocks, 0, last),)
    sizes = ((Quantity.GROSS_SALES, step.net, spend, CENT), (Quantity.UNITS, step.units, (), 1e-4))
    for quantity, (low, high), more, short in sizes:
        for sense, limit in ((Sense.AT_LEAST, low), (Sense.AT_MOST, high - short)):
            if math.isfinite(limit):
                yield Row(
                    name=f"rebate {account.code} {quantity.name} {sense.name}",
                    quantity=quantity,
                    sense=sense,
                    limit=limit,
                    blocks=account.blocks,
                    first=0,
                    last=last,
                    rule="rebate",
                    more=more,
                )


def _shift(accounts: list[_Account], chosen: tuple[int, ...], weight: float) -> float:
    """What the weighted objective of a step lacks of the true one, currency."""
    missing = 0.0
    for account, number in zip(accounts, chosen, strict=True):
        step = account.steps[number]
        missing += step.rate * account.net + step.constant - account.due
    return -weight * missing


def _true(problem: Problem, solution: Solution, weight: float) -> Solution:
    """The solution with its objective as it really is: change of rebates included."""
    assert solution.calendar is not None
    outcome = value(problem, solution.calendar)
    penalty = (solution.profit or 0.0) - (solution.objective or 0.0)
    profit = weighed(problem, outcome) - weight * outcome.rebates.change_cents / 100.0
    return replace(solution, objective=profit - penalty, profit=profit)


def _worth(solution: Solution) -> float:
    return -math.inf if solution.objective is None else solution.objective


def _common(problem: Problem, solution: Solution) -> Floats | None:
    """Duals of the rows that all combinations have."""
    return None if solution.duals is None else solution.duals[: len(problem.rows)]


def _concluded(best: Solution, first: Solution, bound: float, clock: Clock) -> Solution:
    assert best.objective is not None
    known = max(bound, best.objective) if math.isfinite(bound) else None
    status = first.status
    if known is None or known - best.objective > 1e-9 * max(1.0, abs(best.objective)):
        status = SolutionStatus.STOPPED
    return replace(
        best,
        bound=known,
        status=status,
        trace=first.trace,
        seconds=clock.elapsed,
        warmth=first.warmth,  # what is proven there is proven of every plan, whatever its steps
    )
