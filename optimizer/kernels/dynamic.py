"""The best calendar of one block by dynamic programming over its events.

A node is an event: shape s starting in week t, numbered s * T + t. `value[e, w, node]` is the best
value of events up to and including that node when e events and w promoted weeks have been used;
e and w are counted only where a rule makes them scarce. Events whose dips overlap are linked by
`pair_value`; all others meet through the idle weeks between them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays
from optimizer.kernels.chain import chain_pair
from optimizer.kernels.events import pair_value
from optimizer.kernels.worth import Envelope
from optimizer.problem import Floats, Ints


class Table(NamedTuple):
    """The filled table of the dynamic programme."""

    value: Floats  # (E, V, S * T) best value of a prefix that ends with this event
    before: Ints  # (E, V, S * T) the event before it, -1 for none
    idle: Floats  # (T+1, E, V) best value of a prefix after which week t is free
    idle_last: Ints  # (T+1, E, V) its last event, -1 for none


@njit(cache=True, nogil=True)
def no_table() -> Table:
    """A table of nothing, where there is none to give."""
    return Table(
        np.empty((0, 0, 0)),
        np.empty((0, 0, 0), dtype=np.int64),
        np.empty((0, 0, 0)),
        np.empty((0, 0, 0), dtype=np.int64),
    )


@njit(cache=True, nogil=True, inline="always")
def released(a: Arrays, p: int, s: int, start: int) -> int:
    """First week from which the next event neither breaks the gap nor meets this one's dip."""
    end = start + a.shape_weeks[s]
    ready = a.free[p, end]
    if a.interacts[p]:
        ready = max(ready, end + a.carry.shape[1])
    return min(ready, a.must.shape[1])


@njit(cache=True, nogil=True)
def fill(
    a: Arrays,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    units: Floats,
    values: Floats,
    pay: Floats | None = None,
) -> Table:
    """Fill the table for block p from the values of single events, (S, T).

    `units` (K+1, W) as in `Worths`: what events that meet are worth together. Where `pay` (W, N)
    is given, weeks are worth what their states are paid (`chain`).
    """
    shapes, horizon = values.shape
    count_events = a.event_cap[p] >= 0
    count_weeks = a.week_cap[p] >= 0
    events = a.event_cap[p] + 1 if count_events else 1
    promoted = a.week_cap[p] + 1 if count_weeks else 1
    table = Table(
        np.full((events, promoted, shapes * horizon), -np.inf),
        np.full((events, promoted, shapes * horizon), -1, dtype=np.int64),
        np.full((horizon + 1, events, promoted), -np.inf),
        np.full((horizon + 1, events, promoted), -1, dtype=np.int64),
    )
    opens = min(a.opens[p], horizon)
    if a.next_must[p, 0] >= opens:
        table.idle[opens, 0, 0] = 0.0
    more = 1 if count_events else 0
    # Read once: see `Worths`.
    must, next_must, lengths, interacts = a.must[p], a.next_must[p], a.shape_weeks, a.interacts[p]
    free, lags, tactic = a.free[p], a.carry.shape[1], a.shape_tactic
    for t in range(horizon):
        for s in range(shapes):
            if values[s, t] == -np.inf or (must[t] >= 0 and must[t] != s):
                continue
            end = t + lengths[s]
            if next_must[t + 1] < end:
                continue
            used = lengths[s] if count_weeks else 0
            _from_idle(table, s * horizon + t, t, values[s, t], more, used)
            if interacts:
                _from_events(
                    tactic, lengths, lags, free, next_must, units, factor, slack, envelope, table,
                    s, t, values[s, t], more, used, pay,
                )  # fmt: skip
            # The first week in which the next event neither breaks the gap nor meets this dip.
            ready = min(max(free[end], end + lags) if interacts else free[end], horizon)
            if next_must[end] >= ready:
                _release(table, s * horizon + t, ready)
        if must[t] < 0:
            _wait(table, t)
    return table


@njit(cache=True, nogil=True)
def _from_idle(table: Table, node: int, t: int, value: float, more: int, used: int) -> None:
    events, promoted = table.idle.shape[1], table.idle.shape[2]
    for e in range(events - more):
        for w in range(promoted - used):
            candidate = table.idle[t, e, w] + value
            if candidate > table.value[e + more, w + used, node]:
                table.value[e + more, w + used, node] = candidate
                table.before[e + more, w + used, node] = table.idle_last[t, e, w]


@njit(cache=True, nogil=True)
def _from_events(
    tactic: Ints,
    lengths: Ints,
    lags: int,
    free: Ints,
    next_must: Ints,
    units: Floats,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    table: Table,
    s: int,
    t: int,
    value: float,
    more: int,
    used: int,
    pay: Floats | None,
) -> None:
    """Follow an event whose dip has not faded when this one starts."""
    horizon = table.idle.shape[0] - 1
    events, promoted = table.idle.shape[1], table.idle.shape[2]
    node = s * horizon + t
    for before in range(lengths.size):
        length = lengths[before]
        for start in range(max(0, t - length - lags + 1), t - length + 1):
            end = start + length
            if free[end] > t or next_must[end] < t:
                continue
            last = before * horizon + start
            together = -np.inf
            for e in range(events - more):
                for w in range(promoted - used):
                    prefix = table.value[e, w, last]
                    if prefix == -np.inf:
                        continue
                    if together == -np.inf:
                        if pay is None:
                            together = value + pair_value(
                                tactic, lengths, lags, units, factor, slack, envelope,
                                before, start, s, t,
                            )  # fmt: skip
                        else:
                            together = value + chain_pair(
                                tactic, lengths, lags, units, factor, slack, pay,
                                before, start, s, t,
                            )  # fmt: skip
                    if prefix + together > table.value[e + more, w + used, node]:
                        table.value[e + more, w + used, node] = prefix + together
                        table.before[e + more, w + used, node] = last


@njit(cache=True, nogil=True)
def _release(table: Table, node: int, ready: int) -> None:
    for e in range(table.idle.shape[1]):
        for w in range(table.idle.shape[2]):
            if table.value[e, w, node] > table.idle[ready, e, w]:
                table.idle[ready, e, w] = table.value[e, w, node]
                table.idle_last[ready, e, w] = node


@njit(cache=True, nogil=True)
def _wait(table: Table, t: int) -> None:
    for e in range(table.idle.shape[1]):
        for w in range(table.idle.shape[2]):
            if table.idle[t, e, w] > table.idle[t + 1, e, w]:
                table.idle[t + 1, e, w] = table.idle[t, e, w]
                table.idle_last[t + 1, e, w] = table.idle_last[t, e, w]


@njit(cache=True, nogil=True)
def read_best(a: Arrays, p: int, table: Table, starts: Ints) -> float:
    """Write the best calendar of block p into `starts` (T,) and return its value over quiet.

    -inf where no calendar keeps the block's own rules; `starts` is then all -1.
    """
    horizon = starts.size
    starts[:] = -1
    e, w = 0, 0
    best = table.idle[horizon, 0, 0]
    for i in range(table.idle.shape[1]):
        for j in range(table.idle.shape[2]):
            if table.idle[horizon, i, j] > best:
                best = table.idle[horizon, i, j]
                e, w = i, j
    if best == -np.inf:
        return best
    node = table.idle_last[horizon, e, w]
    while node >= 0:
        s, t = node // horizon, node % horizon
        starts[t] = s
        following = table.before[e, w, node]
        if a.event_cap[p] >= 0:
            e -= 1
        if a.week_cap[p] >= 0:
            w -= a.shape_weeks[s]
        node = following
    return best
