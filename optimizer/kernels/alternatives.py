"""Near-best calendars of single blocks while their siblings keep theirs: columns for the search."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.ascent import damage
from optimizer.kernels.column import log_effect_of_siblings, measure, running
from optimizer.kernels.dynamic import Table, fill, read_best
from optimizer.kernels.enumeration import enumerate_block
from optimizer.kernels.events import event_values, quiet_values
from optimizer.kernels.price_paths import on_path, with_path, write_path
from optimizer.kernels.priced import best_priced
from optimizer.kernels.worth import Envelope, single_line, worths
from optimizer.problem import Floats, Ints

TRIES = 12  # thresholds tried for a handful of alternatives


@njit(cache=True, nogil=True)
def alternatives(
    a: Arrays,
    z: Prices,
    groups: Ints,
    starts: Ints,
    count: Ints,
    calendars: Ints,
    profit: Floats,
    rows: Floats,
) -> None:
    """Near-best calendars of each block of `groups` while its siblings keep theirs.

    `starts` (P, T) holds the groups' calendars and is left as it was. For block p, `count[p]`
    answers are written: `calendars` (P, n, T), and the money of the group with that calendar in
    `profit` (P, n), cents, and `rows` (P, n, most rows of a group).
    """
    blocks, horizon = starts.shape
    weeks = a.base.shape[1]
    room = calendars.shape[1]
    tactics = np.zeros((blocks, horizon), dtype=np.int64)
    harm = np.empty((a.shape_tactic.size, horizon))
    envelope = single_line(weeks)
    effect = np.empty(weeks)
    near = np.empty(room)
    level = np.zeros(horizon, dtype=np.int64)
    kept = np.empty(horizon, dtype=np.int64)
    answer = np.empty((room, horizon), dtype=np.int64)
    for group in groups:
        first, stop = a.group_start[group], a.group_start[group + 1]
        width = a.group_rows_start[group + 1] - a.group_rows_start[group]
        for p in range(first, stop):
            running(a, p, starts[p], tactics[p])
        for p in range(first, stop):
            kept[:] = starts[p]
            tactics[p, :] = 0
            log_effect_of_siblings(a, p, tactics, effect)
            for t in range(weeks):
                envelope.slope[t, 0] = np.exp(effect[t])
            damage(a, z, p, tactics, harm)
            worth, allowed = worths(a, z, p), harm
            if a.priced[p]:  # near-best calendars at the best one's regular prices
                best_priced(a, z, p, a.factor[p], 1.0, envelope, harm, starts[p])
                write_path(a, starts[p], level)
                path = on_path(a, p, worth, level, harm)
                worth, allowed = path.worth, path.extra
            quiet = quiet_values(worth.units, 1.0, envelope)
            values = event_values(a, p, worth, a.factor[p], 1.0, envelope, quiet, allowed)
            table = fill(a, p, a.factor[p], 1.0, envelope, worth.units, values)
            best = read_best(a, p, table, starts[p])
            found = _widest(a, p, envelope, quiet, worth.units, values, table, best, answer, near)
            if a.priced[p]:
                found = with_path(a, p, level, answer, near, found)
            count[p] = found
            for i in range(found):
                starts[p, :] = answer[i]
                calendars[p, i, :] = answer[i]
                profit[p, i] = measure(a, group, starts, tactics, rows[p, i, :width])
            starts[p, :] = kept
            running(a, p, starts[p], tactics[p])


@njit(cache=True, nogil=True)
def _widest(
    a: Arrays,
    p: int,
    envelope: Envelope,
    quiet: Floats,
    units: Floats,
    values: Floats,
    table: Table,
    best: float,
    answer: Ints,
    worth: Floats,
) -> int:
    """Find a threshold that fills `answer` at least half, by doubling and halving the slack."""
    if best == -np.inf:
        return 0
    slack = 1e-3 * abs(best) + 1e-5 * abs(quiet.sum())
    below, above = 0.0, np.inf
    found = 0
    for _ in range(TRIES):
        got = enumerate_block(
            a, p, a.factor[p], 1.0, envelope, units, values, table, best - slack, answer, worth
        )
        found = got
        if got < 0:
            above = slack
        elif 2 * got >= answer.shape[0]:
            return got
        else:
            below = slack
        slack = 5.0 * slack if above == np.inf else 0.5 * (below + above)
    if found >= 0:
        return found
    got = enumerate_block(
        a, p, a.factor[p], 1.0, envelope, units, values, table, best - below, answer, worth
    )
    return max(got, 0)
