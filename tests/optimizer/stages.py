"""The steps of a solve before the search, taken one by one, and solvers that do not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.cancellation import Clock
from optimizer.kernels.payments import Steps
from optimizer.master import Solver
from optimizer.multipliers import AdamOptions, Multipliers, find, typical_worth
from optimizer.pool import Pool
from optimizer.pricing import GroupBounds, Pricer
from optimizer.problem import Floats, Problem
from optimizer.program import Program, Result, Status
from optimizer.relaxation import Relaxation, relax
from optimizer.search import Search
from tests.optimizer.random_problem import Recipe, random_problem

# Some 40 groups of one to three blocks over half a year, with every kind of row.
MIDDLE = Recipe(
    sizes=(1, 2, 3) * 14, horizon=26, carry=2, cross=(0, 1), gaps=(2, 3), pins=0.05,
    max_events=(3, 4), max_weeks=(99,), deep=0.1, room=0.3,
)  # fmt: skip
SMALL = Recipe(sizes=(1, 2, 1, 2), horizon=8, gaps=(1, 2), max_events=(1, 2), pins=0.1)


class Answering(Solver):
    """Gives the same answer to everything, without any child."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self.status = status
        self.asked = 0

    def solve(
        self,
        program: Program,
        seconds: float,
        relaxed: bool = False,
        gap: float = 0.0,
        cancelled: Callable[[], bool] | None = None,
        nodes: int | None = None,
    ) -> Result:
        self.asked += 1
        return Result(self.status)


@dataclass(frozen=True)
class Stages:
    """What a solve knows when the search begins."""

    pricer: Pricer
    pool: Pool
    start: Multipliers
    relaxation: Relaxation
    typical: Floats
    search: Search

    def bounds(self, steps: int = 20) -> GroupBounds:
        """Bounds of all groups at the linear master's prices."""
        r = self.relaxation
        return self.pricer.bound(r.worth, r.answers, Steps(steps))


def possible_problem(recipe: Recipe, seed: int) -> Problem:
    """The first problem from this seed on of which every block has a calendar."""
    while True:
        problem = random_problem(seed, recipe)
        with Pricer(problem) as pricer:
            nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
            if (pricer.ascend(np.zeros(len(problem.rows)), nowhere).value > -np.inf).all():
                return problem
        seed += 1000


def stages(pricer: Pricer, solver: Solver, clock: Clock | None = None, rounds: int = 30) -> Stages:
    """Prices, columns and the linear master of the pricer's problem."""
    clock = clock or Clock(600.0)
    pool = Pool(pricer)
    nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    free = pricer.ascend(np.zeros(len(pricer.problem.rows)), nowhere)
    pool.add(free)
    typical = typical_worth(pricer, free)
    start = find(pricer, pool, free, clock, typical, AdamOptions(rounds=rounds))
    relaxation = relax(pricer, pool, solver, start, clock)
    search = Search(pricer, pool, solver, relaxation, typical, clock)
    return Stages(pricer, pool, start, relaxation, typical, search)
