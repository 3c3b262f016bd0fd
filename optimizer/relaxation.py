"""Column generation: the linear master over columns, priced by ascents at its duals.

Where many rows bind and groups are few, as slots do, the master's duals leap from one row to the
next: columns found at them avoid the dear weeks and crowd into the others. Such masters are priced
between their duals and the best prices so far (smoothing: Wentges, International Transactions in
Operational Research 1997), with more columns, until the Lagrangian says that little is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.cancellation import Clock
from optimizer.master import Solver, Status
from optimizer.multipliers import Multipliers
from optimizer.pool import Pool
from optimizer.pricing import Pricer, Proposals
from optimizer.problem import Floats, Ints
from optimizer.restricted import Choice, choice

CLOSE = 1e-5  # relative gain of the Lagrangian over the master at which pricing stops
COLUMNS = 40  # of each group at most, the best at the current prices
FAR = 1e-3  # relative gain of the Lagrangian over the master that settled prices may leave
ROOM = 400  # columns of each group while prices settle,
OFFERED = 24_000  # and of all groups together, as long as each has COLUMNS
SETTLING = 60  # rounds of it at most
SMOOTHING = 0.7  # weight of the best prices so far in those that are priced next
LACKING = 1e-7  # typical worths that the master lacks before its rows count as not kept
SHAKES = 24  # rounds of forgetting events at most, fewer where groups are many,
FEWEST = 8  # but not fewer than these,
SHAKEN_GROUPS = 2_400  # in all rounds together
FORGOTTEN = 0.4  # share of events that each forgets
SHAKEN = 0.15  # standard deviation of a price's logarithm in every other round
GAINED = 2e-5  # relative gain of the Lagrangian by PATIENCE rounds below which no more are made
PATIENCE = 6
PENALTY = 30.0  # an elastic unit costs this many typical worths


@dataclass(frozen=True)
class Relaxation:
    """The solved linear master."""

    worth: Floats  # (R,) prices of the rows
    choice: Choice
    weights: Floats  # (n,) of its columns
    objective: float  # currency
    lacking: float  # elastic units used, in typical worths: 0 when the rows can be kept
    answers: Proposals  # best known calendars at those prices


def relax(
    pricer: Pricer,
    pool: Pool,
    solver: Solver,
    start: Multipliers,
    clock: Clock,
    rounds: int = 4,
) -> Relaxation:
    """Price and solve until new columns gain nothing.

    Where the solver gives no answer, what was known before stands: a worse start, never a wrong
    one, because bounds and plans are proven apart from it.
    """
    answers, best = start.last, _unsolved(pricer, pool, start)
    penalty = PENALTY * start.typical
    for _ in range(rounds):
        clock.check()
        if clock.left <= 0:
            break
        found = _master(pricer, pool, solver, best, COLUMNS, penalty, start.typical, clock)
        if found is None:
            return best
        worth = found.worth
        answers = pool.best(worth, pricer.ascend(worth, answers.starts))
        best = replace(found, answers=answers)
        new = pool.add(answers)
        if best.lacking > LACKING:
            penalty = np.minimum(penalty * 10.0, 1e6 * start.typical)
        elif new == 0 or _near(lagrangian(pricer, answers, worth), best.objective, CLOSE):
            break
    return best


def shake(
    pricer: Pricer,
    pool: Pool,
    found: Relaxation,
    seed: int,
    clock: Clock,
    groups: Ints | None = None,
    rounds: int | None = None,
) -> Proposals:
    """Better calendars at the prices of `found`: forget events at random, and climb again.

    Of `groups` (default all), for at most `rounds` (default: as many as all groups have time for).
    Where prices still leap there is nothing to be gained at any of them: such are left alone.
    Siblings that stand in each other's way hold an ascent in a local optimum; with some of their
    events gone it ends in another. What is better goes into the pool, and nothing else: many that
    are nearly as good would crowd out those that are good at other prices.
    """
    rng, worth, best = np.random.default_rng(seed), found.worth, found.answers
    sizes = np.diff(pricer.arrays.group_start)
    chosen = np.arange(pricer.groups) if groups is None else groups
    chosen = chosen[sizes[chosen] > 1]  # a block by itself has its best calendar
    calm = _near(lagrangian(pricer, best, worth), found.objective, FAR)
    gains: list[float] = []
    most = rounds or max(FEWEST, min(SHAKES, SHAKEN_GROUPS // max(1, chosen.size)))
    for i in range(most if chosen.size and calm else 0):
        clock.check()
        if clock.left <= 0:
            break
        starts = np.where(rng.random(best.starts.shape) < FORGOTTEN, -1, best.starts)
        if i % 2:
            noise = np.exp(rng.normal(0.0, SHAKEN, worth.size))
            starts = pricer.ascend(worth * noise, starts, groups=chosen).starts
        there = pricer.ascend(worth, starts, groups=chosen)
        pool.add(there, groups=np.flatnonzero(there.value > best.value))
        before, best = best, pool.best(worth, best)
        gains.append(float((best.value - before.value).sum()))
        enough = GAINED * max(1.0, abs(found.objective))
        if rounds is None and len(gains) >= PATIENCE and sum(gains[-PATIENCE:]) < enough:
            break
    return best


def settle(
    pricer: Pricer,
    pool: Pool,
    solver: Solver,
    far: Relaxation,
    typical: Floats,
    clock: Clock,
    share: float = FAR,
) -> Relaxation:
    """While the Lagrangian is above the master by more than a `share` of it: smooth the prices.

    Of all prices seen, those with the least Lagrangian are kept, for they prove the best bound.
    """
    best, least = far, lagrangian(pricer, far.answers, far.worth)
    most = max(COLUMNS, min(ROOM, OFFERED // pricer.groups))
    for _ in range(SETTLING):
        settled = best.lacking > LACKING or _near(least, best.objective, share)
        if settled or clock.left <= 0:
            break
        found = _master(pricer, pool, solver, best, most, PENALTY * typical, typical, clock)
        if found is None:
            break
        smooth = SMOOTHING * best.worth + (1.0 - SMOOTHING) * found.worth
        new = 0
        for worth in (smooth, found.worth):
            answers = pool.best(worth, pricer.ascend(worth, best.answers.starts))
            new += pool.add(answers)
            here = lagrangian(pricer, answers, worth)
            if here < least:
                least, best = here, replace(best, worth=worth, answers=answers)
        best = replace(found, worth=best.worth, answers=best.answers)
        if new == 0:
            break
    return best


def _master(
    pricer: Pricer,
    pool: Pool,
    solver: Solver,
    at: Relaxation,
    most: int,
    penalty: Floats,
    typical: Floats,
    clock: Clock,
) -> Relaxation | None:
    """The linear master over each group's `most` best columns at the prices of `at`, whose answers
    it still has; None where the solver gives no answer."""
    problem = pricer.problem
    candidates = top_columns(pricer, pool, at.worth, most)
    master = choice(
        pricer, pool, np.arange(pricer.groups), candidates, np.zeros(len(problem.rows)), penalty
    )
    result = solver.solve(master.program, clock.moment, relaxed=True, cancelled=clock.cancelled)
    clock.check()
    if result.status is not Status.OPTIMAL or result.row_duals is None or result.x is None:
        return None
    worth = np.zeros(len(problem.rows))
    worth[master.watched] = -result.row_duals[: master.watched.size]
    prices = np.array([row.penalty for row in problem.rows])
    worth = np.clip(worth, -prices, prices)  # beyond its penalty a soft row proves nothing
    n = master.group.size
    hard = np.array([not problem.rows[r].soft for r in master.elastic], dtype=np.bool_)
    lacking = float((result.x[n:] / typical[master.elastic])[hard].sum())
    objective = float(result.objective or 0.0)
    return Relaxation(worth, master, result.x[:n], objective, lacking, at.answers)


def lagrangian(pricer: Pricer, answers: Proposals, worth: Floats) -> float:
    """What the best known answers say that no plan can exceed at prices `worth` (R,), currency."""
    limits = np.array([row.limit for row in pricer.problem.rows])
    return float(answers.value.sum() - worth @ limits)


def _near(lagrangian: float, objective: float, share: float) -> bool:
    return lagrangian - objective <= share * max(1.0, abs(objective))


def _unsolved(pricer: Pricer, pool: Pool, start: Multipliers) -> Relaxation:
    """The best column of each group at the first prices, as if the master had chosen them."""
    best = np.array([int(pool.value(g, start.worth).argmax()) for g in range(pricer.groups)])
    groups = np.arange(pricer.groups)
    master = choice(
        pricer, pool, groups, [best[g : g + 1] for g in groups],
        np.zeros(start.worth.size), PENALTY * start.typical,
    )  # fmt: skip
    objective = lagrangian(pricer, start.last, start.worth)
    return Relaxation(start.worth, master, np.ones(groups.size), objective, 0.0, start.last)


def top_columns(pricer: Pricer, pool: Pool, worth: Floats, most: int) -> list[Ints]:
    """The columns of every group that are best at `worth`, in the order they were found."""
    chosen = []
    for g in range(pricer.groups):
        value = pool.value(g, worth)
        order = np.argsort(-value, kind="stable")[:most]
        chosen.append(np.sort(order))
    return chosen
