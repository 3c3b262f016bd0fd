"""Column generation: the linear master over columns, priced by ascents at its duals."""

from __future__ import annotations

from dataclasses import dataclass

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
OFFERED = 24_000  # of all groups together, as long as each has FEWEST
FEWEST = 10
LACKING = 1e-7  # typical worths that the master lacks before its rows count as not kept
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
    worth, answers, best = start.worth, start.last, _unsolved(pricer, pool, start)
    penalty = PENALTY * start.typical
    for _ in range(rounds):
        clock.check()
        if clock.left <= 0:
            break
        candidates = top_columns(pricer, pool, worth, COLUMNS)
        groups = np.arange(pricer.groups)
        used = np.zeros(worth.size)
        master = choice(pricer, pool, groups, candidates, used, penalty)
        result = solver.solve(master.program, clock.moment, relaxed=True, cancelled=clock.cancelled)
        clock.check()
        if result.status is not Status.OPTIMAL or result.row_duals is None or result.x is None:
            return best
        worth = np.zeros(len(pricer.problem.rows))
        worth[master.watched] = -result.row_duals[: master.watched.size]
        prices = np.array([row.penalty for row in pricer.problem.rows])
        worth = np.clip(worth, -prices, prices)  # beyond its penalty a soft row proves nothing
        n = master.group.size
        rows = pricer.problem.rows
        hard = np.array([not rows[r].soft for r in master.elastic], dtype=np.bool_)
        lacking = float((result.x[n:] / start.typical[master.elastic])[hard].sum())
        answers = pool.best(worth, pricer.ascend(worth, answers.starts))
        best = Relaxation(
            worth, master, result.x[:n], float(result.objective or 0.0), lacking, answers
        )
        new = pool.add(answers)
        limits = np.array([row.limit for row in pricer.problem.rows])
        lagrangian = float(answers.value.sum() - worth @ limits)
        if lacking > LACKING:
            penalty = np.minimum(penalty * 10.0, 1e6 * start.typical)
        elif new == 0 or lagrangian - best.objective <= CLOSE * max(1.0, abs(best.objective)):
            break
    return best


def _unsolved(pricer: Pricer, pool: Pool, start: Multipliers) -> Relaxation:
    """The best column of each group at the first prices, as if the master had chosen them."""
    best = np.array([int(pool.value(g, start.worth).argmax()) for g in range(pricer.groups)])
    groups = np.arange(pricer.groups)
    master = choice(
        pricer, pool, groups, [best[g : g + 1] for g in groups],
        np.zeros(start.worth.size), PENALTY * start.typical,
    )  # fmt: skip
    limits = np.array([row.limit for row in pricer.problem.rows])
    objective = float(start.last.value.sum() - start.worth @ limits)
    return Relaxation(start.worth, master, np.ones(groups.size), objective, 0.0, start.last)


def top_columns(pricer: Pricer, pool: Pool, worth: Floats, most: int) -> list[Ints]:
    """The columns of every group that are best at `worth`, in the order they were found."""
    chosen = []
    for g in range(pricer.groups):
        value = pool.value(g, worth)
        order = np.argsort(-value, kind="stable")[:most]
        chosen.append(np.sort(order))
    return chosen
