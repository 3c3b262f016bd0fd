"""Every calendar of one block that is worth at least a threshold, read off a filled table.

Going backwards from the last event, a partial calendar is kept only if the best prefix in front of
it still reaches the threshold: each one kept leads to at least one answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.ascent import damage
from optimizer.kernels.column import log_effect_of_siblings, measure, running
from optimizer.kernels.copies import room_for, solve_block
from optimizer.kernels.dynamic import Table, fill, read_best
from optimizer.kernels.events import event_values, pair_value, quiet_values
from optimizer.kernels.payments import gains
from optimizer.kernels.price_paths import path_open, with_path, worth_of_raises, write_path
from optimizer.kernels.priced import best_priced
from optimizer.kernels.worth import Envelope, single_line
from optimizer.problem import Floats, Ints

DEPTH = 64  # events of one calendar; more of them are more calendars than there is room for
TRIES = 12  # thresholds tried for a handful of alternatives


class Stack(NamedTuple):
    """Partial calendars that are still to be continued towards the first week."""

    node: Ints  # the event that comes first so far
    events: Ints  # used up to and including it
    weeks: Ints  # promoted, likewise
    depth: Ints  # events after it
    worth: Floats  # of all events so far


@njit(cache=True, nogil=True)
def enumerate_block(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    quiet: Floats,
    values: Floats,
    table: Table,
    threshold: float,
    starts: Ints,
    worth: Floats,
) -> int:
    """Write the calendars worth at least `threshold` over quiet; returns how many.

    `starts` (n, T) and `worth` (n,) hold up to n answers; -1 is returned when there are more, or
    when one of them has more than `DEPTH` events.
    """
    room, horizon = starts.shape
    events, promoted = table.idle.shape[1], table.idle.shape[2]
    more = 1 if a.event_cap[p] >= 0 else 0
    count_weeks = a.week_cap[p] >= 0
    nodes = table.value.shape[2]
    # A depth-first stack of partial calendars; `path` holds the nodes from the top's last event.
    stack = _stack(room * DEPTH + events * promoted * nodes)
    path = np.empty(DEPTH, dtype=np.int64)
    count = 0
    if a.next_must[p, 0] >= horizon and threshold <= 0.0:
        if room == 0:
            return -1
        starts[0, :] = -1
        worth[0] = 0.0
        count = 1
    top = _last_events(a, p, values, table, threshold, stack)
    while top > 0:
        top -= 1
        node, e, w = stack.node[top], stack.events[top], stack.weeks[top]
        depth, total = stack.depth[top], stack.worth[top]
        s, t = node // horizon, node % horizon
        path[depth] = node
        used = a.shape_weeks[s] if count_weeks else 0
        first = e == more and w == used
        if first and a.opens[p] <= t and a.next_must[p, 0] >= t and total >= threshold:
            if count == room:
                return -1
            starts[count, :] = -1
            for i in range(depth + 1):
                starts[count, path[i] % horizon] = path[i] // horizon
            worth[count] = total
            count += 1
        if e < more or w < used:
            continue
        for other in range(nodes):
            before, start = other // horizon, other % horizon
            end = start + a.shape_weeks[before]
            if end > t or table.value[e - more, w - used, other] == -np.inf:
                continue
            if a.free[p, end] > t or a.next_must[p, end] < t:
                continue
            ahead = total
            if a.interacts[p] and t < end + a.carry.shape[1]:
                ahead += pair_value(a, z, p, factor, slack, envelope, quiet, before, start, s, t)
            if table.value[e - more, w - used, other] + ahead < threshold:
                continue
            if top == stack.node.size or depth + 1 == DEPTH:
                return -1
            stack.node[top], stack.events[top], stack.weeks[top] = other, e - more, w - used
            stack.depth[top], stack.worth[top] = depth + 1, ahead + values[before, start]
            top += 1
    return count


@njit(cache=True, nogil=True)
def enumerate_paths(
    a: Arrays,
    z: Prices,
    p: int,
    envelope: Envelope,
    extra: Floats,
    threshold: float,
    starts: Ints,
    worth: Floats,
) -> int:
    """As `enumerate_block`, over every path of block p's regular price; `starts` are codes.

    -1 also where the paths are too many to list.
    """
    horizon, slack, factor = a.must.shape[1], a.cut_slack[p], a.cut_factor[p]
    if a.paths.shape[0] == 0:
        return -1
    envelope.level[:] = 0
    listed = quiet_values(a, z, p, slack, envelope)
    count = 0
    for n in range(a.paths.shape[0]):
        if not path_open(a, p, a.paths[n]):
            continue
        envelope.level[:horizon] = a.paths[n]
        quiet = quiet_values(a, z, p, slack, envelope)
        least = threshold - (quiet - listed).sum() - worth_of_raises(a, z, p, a.paths[n])
        values = event_values(a, z, p, factor, slack, envelope, quiet, extra)
        table = fill(a, z, p, factor, slack, envelope, quiet, values)
        if table.idle[horizon].max() < least:
            continue
        found = enumerate_block(
            a, z, p, factor, slack, envelope, quiet, values, table, least, starts[count:],
            worth[count:],
        )  # fmt: skip
        if found < 0:
            envelope.level[:] = 0
            return -1
        found = with_path(a, p, a.paths[n], starts[count:], worth[count:], found)
        worth[count : count + found] += threshold - least
        count += found
    envelope.level[:] = 0
    return count


@njit(cache=True, nogil=True)
def _stack(size: int) -> Stack:
    return Stack(
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size),
    )


@njit(cache=True, nogil=True)
def _last_events(
    a: Arrays, p: int, values: Floats, table: Table, threshold: float, stack: Stack
) -> int:
    """Push every event that can be the last one of an answer; returns how many."""
    horizon = values.shape[1]
    top = 0
    for node in range(table.value.shape[2]):
        s, t = node // horizon, node % horizon
        if t + a.shape_weeks[s] > horizon or a.next_must[p, t + a.shape_weeks[s]] < horizon:
            continue
        for e in range(table.value.shape[0]):
            for w in range(table.value.shape[1]):
                # Without a plan the threshold is -inf: what may not run is still no answer.
                if table.value[e, w, node] >= threshold and table.value[e, w, node] > -np.inf:
                    stack.node[top], stack.events[top], stack.weeks[top] = node, e, w
                    stack.depth[top], stack.worth[top] = 0, values[s, t]
                    top += 1
    return top


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
    worth = np.empty(room)
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
            if a.priced[p]:  # near-best calendars at the best one's regular prices
                best_priced(a, z, p, a.factor[p], 1.0, envelope, harm, starts[p])
                write_path(a, starts[p], envelope.level)
            quiet = quiet_values(a, z, p, 1.0, envelope)
            values = event_values(a, z, p, a.factor[p], 1.0, envelope, quiet, harm)
            table = fill(a, z, p, a.factor[p], 1.0, envelope, quiet, values)
            best = read_best(a, p, table, starts[p])
            found = _widest(a, z, p, envelope, quiet, values, table, best, answer, worth)
            if a.priced[p]:
                found = with_path(a, p, envelope.level, answer, worth, found)
                envelope.level[:] = 0
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
    z: Prices,
    p: int,
    envelope: Envelope,
    quiet: Floats,
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
            a, z, p, a.factor[p], 1.0, envelope, quiet, values, table, best - slack, answer, worth
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
        a, z, p, a.factor[p], 1.0, envelope, quiet, values, table, best - below, answer, worth
    )
    return max(got, 0)


@njit(cache=True, nogil=True)
def enumerate_group(
    a: Arrays,
    z: Prices,
    group: int,
    pay: Floats,
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

    With copies paid `pay`, a joint calendar is worth at most the sum of what its blocks' calendars
    are worth to each block alone; those sums are enumerated. `lists` (blocks, n, T) and `worth`
    (blocks, n) are scratch; `calendars` (m, blocks, T), `profit` (m,), cents, and `rows` (m, group
    rows) receive the answers whose row totals lie within `least` and `most` (group rows) and whose
    true Lagrangian value, with rows worth `row_price` each, is at least `enough`. Returns how many,
    or -1 where a room does not suffice or more than `visits` joint calendars come up.
    """
    first, stop = a.group_start[group], a.group_start[group + 1]
    horizon = a.must.shape[1]
    count = np.zeros(stop - first, dtype=np.int64)
    best = np.zeros(stop - first)
    starts = np.full((stop, horizon), -1, dtype=np.int64)
    room = room_for(a, first, stop)
    gain = gains(a, first, stop)
    extra = np.empty((a.shape_tactic.size, horizon))
    for p in range(first, stop):
        value, values, table = solve_block(
            a, z, p, a.target_pairs[first], pay, gain, room, extra, starts[p]
        )
        if value == -np.inf:
            return 0
        if a.priced[p]:
            quiet = quiet_values(a, z, p, a.cut_slack[p], room.envelope)
            best[p - first] = value - quiet.sum()
            threshold = best[p - first] - slack - 1e-9 * abs(value)
            count[p - first] = enumerate_paths(
                a, z, p, room.envelope, extra, threshold, lists[p - first], worth[p - first]
            )
            if count[p - first] < 0:
                return -1
            continue
        quiet = quiet_values(a, z, p, a.cut_slack[p], room.envelope)
        best[p - first] = value - quiet.sum()
        threshold = best[p - first] - slack - 1e-9 * abs(value)
        count[p - first] = enumerate_block(
            a,
            z,
            p,
            a.cut_factor[p],
            a.cut_slack[p],
            room.envelope,
            quiet,
            values,
            table,
            threshold,
            lists[p - first],
            worth[p - first],
        )
        if count[p - first] < 0:
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
