"""Every joint calendar of a group that could lose less than so much against the group's bound."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.column import measure
from optimizer.kernels.copies import room_for, solve_block
from optimizer.kernels.enumeration import enumerate_block
from optimizer.kernels.events import quiet_values
from optimizer.kernels.payments import gains
from optimizer.kernels.price_paths import enumerate_paths
from optimizer.kernels.weeks import solve_chain, together
from optimizer.kernels.worth import worths
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True)
def enumerate_group(
    a: Arrays,
    z: Prices,
    group: int,
    pay: Floats,
    state_pay: Floats,
    slack: float,
    lists: Ints,
    worth: Floats,
    calendars: Ints,
    profit: Floats,
    rows: Floats,
    least: Floats,
    most: Floats,
    row_price: Floats,
    enough: float,
    visits: int,
) -> int:
    """Write every joint calendar that could lose less than `slack` against the group's bound.

    With copies paid `pay`, and states paid `state_pay` (blocks, W, N) where siblings are seen
    together (else it is empty), a joint calendar is worth at most the sum of what its blocks'
    calendars are worth to each block alone; those sums are enumerated. `lists` (blocks, n, T) and
    `worth` (blocks, n) are scratch; `calendars` (m, blocks, T), `profit` (m,), cents, and `rows`
    (m, group rows) receive the answers whose row totals lie within `least` and `most` (group rows)
    and whose true Lagrangian value, with rows worth `row_price` each, is at least `enough`. Returns
    how many, or -1 where a room does not suffice or more than `visits` joint calendars come up.
    """
    first, stop = a.group_start[group], a.group_start[group + 1]
    horizon = a.must.shape[1]
    count = np.zeros(stop - first, dtype=np.int64)
    best = np.zeros(stop - first)
    starts = np.full((stop, horizon), -1, dtype=np.int64)
    room = room_for(a, first, stop)
    gain = gains(a, first, stop)
    extra = np.empty((a.shape_tactic.size, horizon))
    seen = together(a, first, stop) if state_pay.size > 0 else np.zeros(pay.shape[0], np.bool_)
    for p in range(first, stop):
        i = p - first
        units = worths(a, z, p).units
        if state_pay.size > 0:
            value, values, table = solve_chain(
                a, z, p, a.target_pairs[first], state_pay[i], pay, seen, extra, starts[p]
            )
            alone = state_pay[i, :, 0].sum()
        else:
            value, values, table = solve_block(
                a, z, p, a.target_pairs[first], pay, gain, room, extra, starts[p]
            )
            alone = quiet_values(units, a.cut_slack[p], room.envelope).sum()
        if value == -np.inf:
            return 0
        best[i] = value - alone
        threshold = best[i] - slack - 1e-9 * abs(value)
        if a.priced[p]:
            listed = (z.price[p] * a.regular[p, 0]).sum()
            best[i] -= listed
            threshold -= listed
            count[i] = enumerate_paths(a, z, p, room.envelope, extra, threshold, lists[i], worth[i])
        elif state_pay.size > 0:
            count[i] = enumerate_block(
                a, p, a.cut_factor[p], a.cut_slack[p], room.envelope, units, values, table,
                threshold, lists[i], worth[i], state_pay[i],
            )  # fmt: skip
        else:
            count[i] = enumerate_block(
                a, p, a.cut_factor[p], a.cut_slack[p], room.envelope, units, values, table,
                threshold, lists[i], worth[i],
            )  # fmt: skip
        if count[i] < 0:
            return -1
    return _combine(
        a, group, count, best, slack, lists, worth, starts, calendars, profit, rows, least, most,
        row_price, enough, visits,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _combine(
    a: Arrays,
    group: int,
    count: Ints,
    best: Floats,
    slack: float,
    lists: Ints,
    worth: Floats,
    starts: Ints,
    calendars: Ints,
    profit: Floats,
    rows: Floats,
    least: Floats,
    most: Floats,
    row_price: Floats,
    enough: float,
    visits: int,
) -> int:
    """Join the blocks' calendars, one of each, while their losses together stay below `slack`."""
    first, stop = a.group_start[group], a.group_start[group + 1]
    blocks = stop - first
    tactics = np.zeros((stop, starts.shape[1]), dtype=np.int64)
    position = np.full(blocks, -1, dtype=np.int64)
    loss = np.zeros(blocks + 1)
    found = 0
    depth = 0
    while depth >= 0:
        position[depth] += 1
        if position[depth] == count[depth]:
            position[depth] = -1
            depth -= 1
            continue
        loss[depth + 1] = loss[depth] + best[depth] - worth[depth, position[depth]]
        if loss[depth + 1] > slack + 1e-9 * abs(best[depth]):
            continue
        starts[first + depth, :] = lists[depth, position[depth]]
        if depth + 1 < blocks:
            depth += 1
            continue
        visits -= 1
        if visits < 0 or found == profit.size:
            return -1
        profit[found] = measure(a, group, starts, tactics, rows[found])
        inside = profit[found] / 100.0 + (row_price * rows[found]).sum() >= enough
        for i in range(least.size):
            if not least[i] <= rows[found, i] <= most[i]:
                inside = False
                break
        if inside:
            calendars[found] = starts[first:stop]
            found += 1
    return found
