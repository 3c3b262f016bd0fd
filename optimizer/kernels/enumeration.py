"""Every calendar of one block that is worth at least a threshold, read off a filled table.

Going backwards from the last event, a partial calendar is kept only if the best prefix in front of
it still reaches the threshold: each one kept leads to at least one answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays
from optimizer.kernels.chain import chain_pair
from optimizer.kernels.dynamic import Table
from optimizer.kernels.events import pair_value
from optimizer.kernels.worth import Envelope
from optimizer.problem import Floats, Ints

DEPTH = 64  # events of one calendar; more of them are more calendars than there is room for


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
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    units: Floats,
    values: Floats,
    table: Table,
    threshold: float,
    starts: Ints,
    worth: Floats,
    state_pay: Floats | None = None,
) -> int:
    """Write the calendars worth at least `threshold` over quiet; returns how many.

    `starts` (n, T) and `worth` (n,) hold up to n answers; -1 is returned when there are more, or
    when one of them has more than `DEPTH` events. `state_pay` (W, N) as in `dynamic.fill`.
    """
    room, horizon = starts.shape
    tactic, lengths, lags = a.shape_tactic, a.shape_weeks, a.carry.shape[1]
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
                if state_pay is None:
                    ahead += pair_value(
                        tactic, lengths, lags, units, factor, slack, envelope, before, start, s, t
                    )
                else:
                    ahead += chain_pair(
                        tactic, lengths, lags, units, factor, slack, state_pay, before, start, s, t
                    )
            if table.value[e - more, w - used, other] + ahead < threshold:
                continue
            if top == stack.node.size or depth + 1 == DEPTH:
                return -1
            stack.node[top], stack.events[top], stack.weeks[top] = other, e - more, w - used
            stack.depth[top], stack.worth[top] = depth + 1, ahead + values[before, start]
            top += 1
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
