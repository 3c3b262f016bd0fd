"""What a solve leaves to the next one on the same problem with other limits: prices and columns.

What a calendar earns and uses does not depend on how much there is to use, so that columns of one
solve are columns of the next, and a bound proven at prices of the rows is one line through all
limits (weak duality): at limits b' no plan earns more than bound + duals . (b' - b).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np

from optimizer.incumbent import Incumbent
from optimizer.pool import Pool
from optimizer.problem import Floats, Ints, Problem

KEPT = 60  # columns of a group: the best at the last prices, and the one of the plan


@dataclass(frozen=True)
class Columns:
    """Some columns of one group, the plan's own first."""

    starts: Ints  # (n, blocks, T) shapes that start, -1 for none
    profit: Floats  # (n,) cents beyond no promotion
    rows: Floats  # (n, the group's rows) money in cents


@dataclass(frozen=True)
class Warmth:
    """Where a solve ended."""

    problem: Problem
    worth: Floats  # (R,) prices of the rows: <= 0 for ceilings, >= 0 for floors
    groups: tuple[Columns, ...]
    tangent: float  # currency: the bound on the objective that is proven at `worth`

    def fits(self, problem: Problem) -> bool:
        """Whether the problem is the same but for the limits of its rows."""
        return alike(_unlimited(self.problem), _unlimited(problem))

    def into(self, pool: Pool) -> Ints:
        """Offer the columns to a pool; the positions (G,) of the plan's own."""
        own = []
        for g, columns in enumerate(self.groups):
            pool.add_many(g, columns.starts, columns.profit, columns.rows)
            own.append(pool.find(g, columns.starts[0]))
        return np.array(own, dtype=np.int64)

    def bound(self, problem: Problem) -> float:
        """What no plan of a problem that `fits` can earn more than, currency."""
        ours, theirs = (np.array([r.limit for r in p.rows]) for p in (self.problem, problem))
        return self.tangent - float(self.worth @ (theirs - ours))


def warmth(problem: Problem, pool: Pool, worth: Floats, best: Incumbent, tangent: float) -> Warmth:
    """Keep what the next solve can use: a few columns of every group, not the whole pool."""
    groups = []
    for g, chosen in enumerate(best.columns):
        order = np.argsort(-pool.value(g, worth), kind="stable")[:KEPT]
        kept = np.concatenate([[chosen], order[order != chosen]]).astype(np.int64)
        starts = np.stack([pool.starts(g, int(column)) for column in kept])
        groups.append(Columns(starts, pool.profit(g)[kept], pool.rows(g)[kept]))
    return Warmth(problem, worth, tuple(groups), tangent)


def _unlimited(problem: Problem) -> Problem:
    rows = tuple(replace(row, limit=0.0) for row in problem.rows)
    return replace(problem, rows=rows, budgets=())


def alike(one: object, other: object) -> bool:
    """Whether two values are equal, arrays and dataclasses within them too."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        exact = one.dtype.kind != "f"
        return bool(np.array_equal(one, other) if exact else _same_floats(one, other))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if is_dataclass(one):
        return all(alike(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(one == other)


def _same_floats(one: Floats, other: Floats) -> bool:
    return np.array_equal(one, other, equal_nan=True)
