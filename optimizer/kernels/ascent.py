"""Local optima of groups at given prices: each block's best calendar while the others stand still.

A block's week is worth what its siblings leave of it; its own events are charged the damage they
do to each sibling, which is exact for effects in the same week and first-order in how two of its
own events meet in a sibling's week through lags.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.column import (
    log_effect_of_siblings,
    measure,
    own_log_effect,
    running,
)
from optimizer.kernels.dynamic import fill, read_best
from optimizer.kernels.events import event_values, quiet_values
from optimizer.kernels.priced import best_priced
from optimizer.kernels.worth import single_line, unit_worth, worths
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True)
def damage(a: Arrays, z: Prices, p: int, tactics: Ints, harm: Floats) -> None:
    """Write what each event of block p does to the worth of its siblings, (S, T).

    Block p itself must run nothing in `tactics` (P, T).
    """
    horizon = tactics.shape[1]
    weeks = a.base.shape[1]
    harm[:] = 0.0
    effect = np.empty(weeks)
    worth = np.empty(weeks)
    for i in range(a.source_pairs[p], a.source_pairs[p + 1]):
        pair = a.source_order[i]
        target = a.pair_target[pair]
        log_effect_of_siblings(a, target, tactics, effect)
        own_log_effect(a, target, tactics, effect)
        for t in range(weeks):
            k = tactics[target, t] if t < horizon else 0
            worth[t] = a.base[target, t] * math.exp(effect[t]) * unit_worth(a, z, target, k, t)
        for s in range(harm.shape[0]):
            length = a.shape_weeks[s]
            reach = length + a.pair_coefficient.shape[1] - 1
            for t in range(horizon - length + 1):
                total = 0.0
                for j in range(min(reach, weeks - t)):
                    total += worth[t + j] * a.spill[pair, s, j]
                harm[s, t] += total


@njit(cache=True, nogil=True)
def best_response(a: Arrays, z: Prices, p: int, starts: Ints, tactics: Ints, harm: Floats) -> float:
    """Replace block p's calendar by its best one against its siblings. -inf if it has none."""
    weeks = a.base.shape[1]
    tactics[p, :] = 0
    envelope = single_line(weeks)
    effect = np.empty(weeks)
    log_effect_of_siblings(a, p, tactics, effect)
    for t in range(weeks):
        envelope.slope[t, 0] = math.exp(effect[t])
    damage(a, z, p, tactics, harm)
    if a.priced[p]:
        value, _ = best_priced(a, z, p, a.factor[p], 1.0, envelope, harm, starts[p])
        running(a, p, starts[p], tactics[p])
        return value
    worth = worths(a, z, p)
    quiet = quiet_values(worth.units, 1.0, envelope)
    values = event_values(a, p, worth, a.factor[p], 1.0, envelope, quiet, harm)
    table = fill(a, p, a.factor[p], 1.0, envelope, worth.units, values)
    value = read_best(a, p, table, starts[p])
    running(a, p, starts[p], tactics[p])
    return value


@njit(cache=True, nogil=True)
def row_worth(a: Arrays, group: int, worth: Floats, rows: Floats) -> float:
    """What a column's row totals are worth, in currency. `worth` (R,) is per unit of each row."""
    total = 0.0
    offset = a.group_rows_start[group]
    for i in range(rows.size):
        total += worth[a.group_rows[offset + i]] * rows[i]
    return total


@njit(cache=True, nogil=True)
def ascend(
    a: Arrays,
    z: Prices,
    worth: Floats,
    groups: Ints,
    passes: int,
    starts: Ints,
    profit: Floats,
    rows: Floats,
    value: Floats,
) -> None:
    """Climb to a local optimum in each of `groups`, from the calendars in `starts` (P, T).

    Leaves the best calendar met in `starts`; its profit (cents) in `profit` (G,); row totals in
    `rows`, laid out like `group_rows`; its Lagrangian value, in currency, in `value` (G,): the
    weighted profit beyond no promotion plus the rows' totals at `worth` per cent or unit (R,).
    A group with a block that has no calendar at all gets the value -inf.
    """
    blocks, horizon = starts.shape
    tactics = np.zeros((blocks, horizon), dtype=np.int64)
    harm = np.empty((a.shape_tactic.size, horizon))
    for group in groups:
        first, stop = a.group_start[group], a.group_start[group + 1]
        low, high = a.group_rows_start[group], a.group_rows_start[group + 1]
        trial = np.empty(high - low)
        best = starts[first:stop].copy()
        value[group] = -np.inf
        for p in range(first, stop):
            running(a, p, starts[p], tactics[p])
        possible = True
        for _ in range(passes):
            for p in range(first, stop):
                if best_response(a, z, p, starts, tactics, harm) == -np.inf:
                    possible = False
            if not possible:
                break
            gained = measure(a, group, starts, tactics, trial)
            total = z.profit * gained / 100.0 + row_worth(a, group, worth, trial)
            if total <= value[group] + 1e-9:
                break
            value[group] = total
            profit[group] = gained
            rows[low:high] = trial
            best[:] = starts[first:stop]
            if stop - first == 1:
                break
        starts[first:stop] = best
