"""Compile every kernel once, so that no later command waits for it: `python -m optimizer.compile`.

Compiled code is cached beside the sources. Installing calls this; a changed kernel is compiled
anew when it is first used.
"""

from __future__ import annotations

import numpy as np

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


def main() -> None:
    """Solve the smallest problem: every kernel is called on the way."""
    solve(smallest_problem(), SolveOptions(gap=0.0, seconds=600.0))


if __name__ == "__main__":
    main()
