"""Plans without any solver: groups take the best of their columns that the rows leave room for.

What a starved or failing solver cannot give in time is not as good as a master's choice, but it is
there within a moment, and it keeps the rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.incumbent import Incumbent, assess
from optimizer.kernels.arrays import sign
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Bools, Floats

PASSES = 3  # over all groups, the last by profit alone


@dataclass(frozen=True)
class _Sides:
    """The rows as arrays, (R,)."""

    sign: Floats  # -1 for ceilings, +1 for floors
    limit: Floats
    soft: Bools


def filled(
    pricer: Pricer, pool: Pool, incumbent: Incumbent, worth: Floats, typical: Floats
) -> Incumbent:
    """The incumbent, or a better plan that differs from it group by group.

    Groups come by what they gain at the prices `worth` (R,). In the last pass they take whatever
    profit fits, so that what is left of budgets is used. No hard row is missed by more than before.
    """
    rows = pricer.problem.rows
    sides = _Sides(
        np.array([sign(row) for row in rows]),
        np.array([row.limit for row in rows]),
        np.array([row.soft for row in rows], dtype=np.bool_),
    )
    columns, totals = incumbent.columns.copy(), incumbent.totals.copy()
    for i in range(PASSES):
        price = worth if i + 1 < PASSES else np.where(sides.soft, worth, 0.0)
        values = [pool.value(g, price) for g in range(pricer.groups)]
        gain = np.array([v.max() - v[c] for v, c in zip(values, columns, strict=True)])
        for g in np.argsort(-gain, kind="stable"):
            if gain[g] > 0.0:
                columns[g] = _best_fit(
                    pricer, pool, int(g), int(columns[g]), values[g], sides, totals
                )
    found = assess(pricer, pool, columns, typical)
    return found if found.beats(incumbent) else incumbent


def _best_fit(
    pricer: Pricer,
    pool: Pool,
    group: int,
    present: int,
    value: Floats,
    sides: _Sides,
    totals: Floats,
) -> int:
    """The most valuable column that fits in place of the `present` one; updates `totals` (R,)."""
    here = pricer.group_rows(group)
    side, limit = sides.sign[here], sides.limit[here]
    change = (pool.rows(group) - pool.rows(group)[present]) * pricer.row_scale[here]
    missed = np.maximum(0.0, side * (limit - totals[here]))
    missed[sides.soft[here]] = np.inf
    short = side * (limit - totals[here] - change)
    fits = (short <= missed + 1e-9 * np.maximum(1.0, np.abs(limit))).all(axis=1)
    fits[present] = True
    best = int(np.where(fits, value, -np.inf).argmax())
    totals[here] += change[best]
    return best
