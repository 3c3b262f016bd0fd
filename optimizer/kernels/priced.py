"""The best calendar and regular prices of one block, both at once, by dynamic programming.

As in `dynamic`, with a state of the regular price: its level and how often it has changed. In an
idle week the price may change; it stays while an event runs. A node is an event in a state,
numbered (s * T + t) * J + state. Weeks in the dip of an event are walked one by one, since the
price may change in them too: they *fade*. All values are beyond idle weeks at the listed price.

Where the next event starts inside a dip, what is left of that dip is taken at the price of that
event. Bounds cut dips where an event could end inside one, so that this is exact for them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.dynamic import released
from optimizer.kernels.events import quiet_values, week_value
from optimizer.kernels.fading import Weeks, change, event_weeks, fade, fading, overlap
from optimizer.kernels.worth import Envelope, worths
from optimizer.problem import Floats, Ints

START, WAITED, CHANGED = 0, 1, 2  # how an idle state came about; CHANGED + state it changed from


class States(NamedTuple):
    """The filled table: e events, w promoted weeks and state j of the regular price."""

    value: Floats  # (E, V, S * T, J) best value of a prefix that ends with this event's last week
    before: Ints  # (E, V, S * T, J) the node before it, -1 where idle weeks are
    idle: Floats  # (T+1, E, V, J) best value of a prefix after which week t is free
    origin: Ints  # (T+1, E, V, J) START, WAITED, CHANGED + state, or CHANGED + J + node


@njit(cache=True, nogil=True)
def best_priced(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    extra: Floats,
    starts: Ints,
) -> tuple[float, float]:
    """Write the best calendar, with changes of the price, of block p into `starts` (T,).

    Returns its value beyond idle weeks at the listed price, -inf if there is none, and what those
    weeks are worth. `extra` (S, T) is added to events.
    """
    weeks = quiet_weeks(a, z, p, slack, envelope)
    values = event_weeks(a, z, p, factor, slack, envelope, weeks, extra)
    table = fill_priced(a, z, p, factor, slack, envelope, weeks, values)
    value = read_priced(a, z, p, factor, slack, envelope, weeks, table, starts)
    return value, weeks.listed.sum()


@njit(cache=True, nogil=True)
def quiet_weeks(a: Arrays, z: Prices, p: int, slack: float, envelope: Envelope) -> Weeks:
    """What idle weeks are worth: at the listed price, and at each level beyond that."""
    horizon, levels = a.must.shape[1], a.regular.shape[1]
    kinds = a.possible.shape[2]
    units, price = worths(a, z, p).units, np.zeros((levels, horizon))
    for level in range(levels):
        units[level * kinds : (level + 1) * kinds] *= a.price_factor[p, level]
        for t in range(horizon):
            price[level, t] = z.price[p, t] * a.regular[p, level]
    listed = quiet_values(units, slack, envelope)
    listed[:horizon] += price[0]
    more = np.full((levels, horizon), -np.inf)
    for level in range(levels):
        for t in range(horizon):
            if a.option_open[p, level * kinds, t]:
                idle = week_value(units[level * kinds, t], 1.0, slack, envelope, t)
                more[level, t] = idle + price[level, t] - listed[t]
    return Weeks(listed, more, units, price)


@njit(cache=True, nogil=True)
def fill_priced(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    weeks: Weeks,
    values: Floats,
) -> States:
    """Fill the table from the values of events in their own weeks, (L, S, T)."""
    shapes, horizon = values.shape[1], values.shape[2]
    states = a.state_level.size
    more = 1 if a.event_cap[p] >= 0 else 0
    count_weeks = a.week_cap[p] >= 0
    events = a.event_cap[p] + 1 if more else 1
    promoted = a.week_cap[p] + 1 if count_weeks else 1
    table = States(
        np.full((events, promoted, shapes * horizon, states), -np.inf),
        np.full((events, promoted, shapes * horizon, states), -1, dtype=np.int64),
        np.full((horizon + 1, events, promoted, states), -np.inf),
        np.full((horizon + 1, events, promoted, states), START, dtype=np.int64),
    )
    table.idle[0, 0, 0, 0] = 0.0
    for t in range(horizon):
        _change_idle(a, z, p, t, table)
        for s in range(shapes):
            if not _may_start(a, p, s, t):
                continue
            used = a.shape_weeks[s] if count_weeks else 0
            _from_idle(a, table, values, s, t, more, used)
            end, ready = t + a.shape_weeks[s], released(a, p, s, t)
            dip = fading(a, z, p, factor, slack, envelope, weeks, s, t, ready)
            for j in range(states):
                node = (s * horizon + t) * states + j
                if not _reached(table, node // states, j):
                    continue
                if a.interacts[p]:
                    _to_events(
                        a, z, p, factor, slack, envelope, table, values, weeks.units, dip, node,
                        ready, more,
                    )  # fmt: skip
                if a.next_must[p, end] >= ready:
                    _release(a, z, p, table, dip, node, end, ready)
        if a.must[p, t] < 0:
            _wait(a, p, t, weeks, table)
    return table


@njit(cache=True, nogil=True, inline="always")
def _may_start(a: Arrays, p: int, s: int, t: int) -> bool:
    if t < a.opens[p] or t + a.shape_weeks[s] > a.must.shape[1]:
        return False
    if a.must[p, t] >= 0 and a.must[p, t] != s:
        return False
    return a.next_must[p, t + 1] >= t + a.shape_weeks[s]


@njit(cache=True, nogil=True)
def _reached(table: States, event: int, j: int) -> bool:
    for e in range(table.value.shape[0]):
        for w in range(table.value.shape[1]):
            if table.value[e, w, event, j] > -np.inf:
                return True
    return False


@njit(cache=True, nogil=True)
def _change_idle(a: Arrays, z: Prices, p: int, t: int, table: States) -> None:
    """Change the price at the start of week t. States ascend by changes: one change at a time."""
    for j in range(a.state_level.size - 1, 0, -1):
        for i in range(j):
            cost = change(a, z, p, i, j, t)
            if cost == -np.inf:
                continue
            for e in range(table.idle.shape[1]):
                for w in range(table.idle.shape[2]):
                    if table.idle[t, e, w, i] + cost > table.idle[t, e, w, j]:
                        table.idle[t, e, w, j] = table.idle[t, e, w, i] + cost
                        table.origin[t, e, w, j] = CHANGED + i


@njit(cache=True, nogil=True)
def _wait(a: Arrays, p: int, t: int, weeks: Weeks, table: States) -> None:
    for j in range(a.state_level.size):
        worth = weeks.more[a.state_level[j], t]
        if worth == -np.inf:
            continue
        for e in range(table.idle.shape[1]):
            for w in range(table.idle.shape[2]):
                if table.idle[t, e, w, j] + worth > table.idle[t + 1, e, w, j]:
                    table.idle[t + 1, e, w, j] = table.idle[t, e, w, j] + worth
                    table.origin[t + 1, e, w, j] = WAITED


@njit(cache=True, nogil=True)
def _from_idle(
    a: Arrays, table: States, values: Floats, s: int, t: int, more: int, used: int
) -> None:
    """Start an event where week t is free."""
    event = s * values.shape[2] + t
    for j in range(a.state_level.size):
        value = values[a.state_level[j], s, t]
        if value == -np.inf:
            continue
        for e in range(table.idle.shape[1] - more):
            for w in range(table.idle.shape[2] - used):
                if table.idle[t, e, w, j] + value > table.value[e + more, w + used, event, j]:
                    table.value[e + more, w + used, event, j] = table.idle[t, e, w, j] + value
                    table.before[e + more, w + used, event, j] = -1


@njit(cache=True, nogil=True)
def _release(
    a: Arrays, z: Prices, p: int, table: States, dip: Floats, node: int, end: int, ready: int
) -> None:
    """Let the dip of an event pass, at every price that it may pass at."""
    states = a.state_level.size
    horizon = a.must.shape[1]
    event, j = node // states, node % states
    cur, _ = fade(a, z, p, dip, j, end, ready, False)
    if ready == horizon:
        cur += dip[0, dip.shape[1] - 1]
    for i in range(states):
        if cur[i] == -np.inf:
            continue
        for e in range(table.idle.shape[1]):
            for w in range(table.idle.shape[2]):
                if table.value[e, w, event, j] + cur[i] > table.idle[ready, e, w, i]:
                    table.idle[ready, e, w, i] = table.value[e, w, event, j] + cur[i]
                    table.origin[ready, e, w, i] = CHANGED + states + node


@njit(cache=True, nogil=True)
def _to_events(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    table: States,
    values: Floats,
    units: Floats,
    dip: Floats,
    node: int,
    ready: int,
    more: int,
) -> None:
    """Start the next event before the dip of this one has faded."""
    states, horizon = a.state_level.size, values.shape[2]
    event, j = node // states, node % states
    s, t = event // horizon, event % horizon
    end = t + a.shape_weeks[s]
    stop = min(ready, horizon - 1) + 1
    for start in range(max(end, a.free[p, end]), min(stop, end + a.carry.shape[1])):
        if a.next_must[p, end] < start:
            break
        cur, _ = fade(a, z, p, dip, j, end, start, True)
        for after in range(a.shape_weeks.size):
            if not _may_start(a, p, after, start):
                continue
            used = a.shape_weeks[after] if a.week_cap[p] >= 0 else 0
            for i in range(states):
                worth = cur[i] + values[a.state_level[i], after, start]
                if worth == -np.inf:
                    continue
                option = a.state_level[i] * a.possible.shape[2]
                worth += overlap(
                    a.shape_tactic, a.shape_weeks, a.carry.shape[1], horizon, units, factor, slack,
                    envelope, s, t, after, start, option,
                )  # fmt: skip
                place = after * horizon + start
                for e in range(table.value.shape[0] - more):
                    for w in range(table.value.shape[1] - used):
                        whole = table.value[e, w, event, j] + worth
                        if whole > table.value[e + more, w + used, place, i]:
                            table.value[e + more, w + used, place, i] = whole
                            table.before[e + more, w + used, place, i] = node


@njit(cache=True, nogil=True)
def read_priced(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    weeks: Weeks,
    table: States,
    starts: Ints,
) -> float:
    """Write the best calendar into `starts` (T,) as codes; its value, -inf where there is none."""
    horizon, states = starts.size, a.state_level.size
    shapes = a.shape_tactic.size
    starts[:] = -1
    best, e, w, j = -np.inf, 0, 0, 0
    for i in range(table.idle.shape[1]):
        for k in range(table.idle.shape[2]):
            for state in range(states):
                if table.idle[horizon, i, k, state] > best:
                    best = table.idle[horizon, i, k, state]
                    e, w, j = i, k, state
    if best == -np.inf:
        return best
    t = horizon
    while True:
        origin = table.origin[t, e, w, j]
        if origin == START:
            break
        if origin == WAITED:
            t -= 1
            continue
        if origin < CHANGED + states:
            starts[t] += (a.state_level[j] + 1) * (shapes + 1)
            j = origin - CHANGED
            continue
        node, until, open_end = origin - CHANGED - states, t, False
        while node >= 0:
            event, i = node // states, node % states
            s, t = event // horizon, event % horizon
            ready = released(a, p, s, t)
            dip = fading(a, z, p, factor, slack, envelope, weeks, s, t, ready)
            end = t + a.shape_weeks[s]
            _, back = fade(a, z, p, dip, i, end, until, open_end)
            for week in range(until if open_end else until - 1, end - 1, -1):
                if back[week - end, j] >= 0:
                    starts[week] += (a.state_level[j] + 1) * (shapes + 1)
                    j = back[week - end, j]
            starts[t] += 1 + s
            node = table.before[e, w, event, i]
            j = i
            if a.event_cap[p] >= 0:
                e -= 1
            if a.week_cap[p] >= 0:
                w -= a.shape_weeks[s]
            until, open_end = t, True
    return best
