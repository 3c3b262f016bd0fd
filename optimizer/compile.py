"""Compile every kernel once, so that no later command waits for it: `python -m optimizer.compile`.

Compiled code is cached beside the sources. Installing calls this; a changed kernel is compiled
anew when it is first used. The compiler works on one core, so half of it is left to a process of
its own.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from optimizer.kernels.payments import Steps
from optimizer.pricing import Pricer, Proposals
from optimizer.problem import (
    Demand,
    Edges,
    Limits,
    Money,
    Problem,
    Quantity,
    Row,
    Sense,
    Shapes,
)
from optimizer.solution import SolveOptions
from optimizer.solve import solve

BOUND = "bound"


def smallest_problem() -> Problem:
    """Two blocks that hurt each other, three weeks and a tail of one, one tactic, one budget."""
    blocks, horizon, weeks = 2, 3, 4
    none = np.zeros((blocks, 2))
    one = np.array([[0.0, 1.0]] * blocks)
    allowed = np.ones((blocks, 1, horizon), dtype=np.bool_)
    edges = Edges(np.array([0, 1]), np.array([1, 0]), np.zeros(2, np.int64), np.full(2, -0.1))
    free = np.tile(np.arange(horizon + 1), (blocks, 1))
    never = np.full((blocks, horizon), -1)
    everyone = np.arange(blocks)
    return Problem(
        account=("A", "A"),
        product=("P", "Q"),
        tactics=("", "T"),
        depth=0.2 * one,
        weeks=("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"),
        horizon=horizon,
        group=np.zeros(blocks, np.int64),
        shapes=Shapes(np.array([1]), np.array([1])),
        demand=Demand(
            np.full((blocks, weeks), 100.0), one, 0.3 * one, one, np.full((blocks, 1), 0.2), edges
        ),
        money=Money(
            np.full(blocks, 1.0),
            np.full(blocks, 0.5),
            np.full(blocks, 1.4),
            1.4 - 0.3 * one,
            0.1 * one,
            none,
            none,
            np.full((blocks, 2), 0.3),
        ),
        limits=Limits(
            allowed, never, free, np.zeros(blocks, np.int64), np.full(blocks, 2), np.full(blocks, 3)
        ),
        rows=(Row("budget", Quantity.SPEND, Sense.AT_MOST, 60.0, everyone, 0, horizon - 1),),
    )


def bound() -> None:
    """Compile what bounds are made of, by far the most."""
    problem = smallest_problem()
    with Pricer(problem) as pricer:
        none = Proposals(
            np.full(pricer.arrays.must.shape, -1, dtype=np.int64),
            np.zeros(pricer.groups),
            np.zeros(pricer.arrays.group_rows.size),
            np.zeros(pricer.groups),
        )
        pricer.bound(np.zeros(len(problem.rows)), none, Steps(1))


def calendars() -> None:
    """Compile what calendars are found with."""
    problem = smallest_problem()
    worth = np.zeros(len(problem.rows))
    with Pricer(problem) as pricer:
        quiet = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        found = pricer.ascend(worth, quiet)
        pricer.alternatives(worth, found.starts, np.arange(pricer.groups), 2)


def main() -> None:
    """Compile everything; what a solve of the smallest problem still calls is compiled at last.

    Should the other process fail, that is all of the bound.
    """
    with subprocess.Popen([sys.executable, "-P", "-m", "optimizer.compile", BOUND]):
        calendars()
    solve(smallest_problem(), SolveOptions(gap=0.0, seconds=600.0))


if __name__ == "__main__":
    if sys.argv[1:] == [BOUND]:
        bound()
    else:
        main()
