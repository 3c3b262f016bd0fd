"""Weeks of one block at every regular price: idle ones, those of events, those of their dips."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.events import week_value
from optimizer.kernels.worth import Envelope, worths
from optimizer.problem import Floats, Ints


class Weeks(NamedTuple):
    """What idle weeks are worth."""

    listed: Floats  # (W,) at the listed price
    more: Floats  # (L, T) at each level beyond that, -inf where it may not be idle
    units: Floats  # (O, W) of units under each option, without lifts or dips
    price: Floats  # (L, T) of the regular price itself


@njit(cache=True, nogil=True, inline="always")
def change(a: Arrays, z: Prices, p: int, before: int, after: int, t: int) -> float:
    """Worth of a price's change of state in week t; -inf where it is none."""
    old, new = a.state_level[before], a.state_level[after]
    if a.state_used[after] != a.state_used[before] + 1 or new == old:
        return -np.inf
    return z.raises[p, t] if a.regular[p, new] > a.regular[p, old] else 0.0


@njit(cache=True, nogil=True)
def event_weeks(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    weeks: Weeks,
    extra: Floats,
) -> Floats:
    """Value of each event in its own weeks, dips apart, at each level: (L, S, T)."""
    shapes, horizon = extra.shape
    levels, kinds = a.regular.shape[1], a.possible.shape[2]
    values = np.full((levels, shapes, horizon), -np.inf)
    # Fields are read once: see `Worths`.
    worth, allowed, is_open = worths(a, z, p), a.allowed[p], a.option_open[p]
    promoted, first = worth.week, worth.start
    units, price, listed = weeks.units, weeks.price, weeks.listed
    lines, slope, height = envelope.lines, envelope.slope, envelope.height
    tactic, length_of = a.shape_tactic, a.shape_weeks
    for level in range(levels):
        for s in range(shapes):
            k = tactic[s]
            option = level * kinds + k
            for start in range(horizon - length_of[s] + 1):
                if not allowed[s, start]:
                    continue
                value = extra[s, start] + first[k, start]
                for j in range(length_of[s]):
                    t = start + j
                    if not is_open[option, t]:
                        value = -np.inf
                        break
                    alone = units[option, t] * factor[s, j]
                    if alone < 0.0:
                        alone *= slack
                    best = slope[t, 0] * alone + height[t, 0]
                    for i in range(1, lines[t]):
                        best = max(best, slope[t, i] * alone + height[t, i])
                    value += promoted[k, t] + best + price[level, t] - listed[t]
                values[level, s, start] = value
    return values


@njit(cache=True, nogil=True)
def fading(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    weeks: Weeks,
    s: int,
    start: int,
    ready: int,
) -> Floats:
    """Value of the weeks from an event's end to `ready` at each level, (L, n + 1).

    The last entry is what its dip costs after the horizon, at the listed price.
    """
    listed, more, units, price = weeks.listed, weeks.more, weeks.units, weeks.price
    lines, slope, height = envelope.lines, envelope.slope, envelope.height
    levels, horizon = more.shape
    kinds = units.shape[0] // levels
    end = start + a.shape_weeks[s]
    dip = np.full((levels, ready - end + 1), -np.inf)
    dip[:, ready - end] = 0.0
    for t in range(end, max(ready, min(start + factor.shape[1], listed.size))):
        own = factor[s, t - start] if t - start < factor.shape[1] else 1.0
        if ready <= t < horizon:
            continue
        for level in range(levels if t < horizon else 1):
            if t < horizon and (own == 1.0 or more[level, t] == -np.inf):
                dip[level, t - end] = more[level, t]
                continue
            alone = units[level * kinds, t] * own
            if alone < 0.0:
                alone *= slack
            best = slope[t, 0] * alone + height[t, 0]
            for i in range(1, lines[t]):
                best = max(best, slope[t, i] * alone + height[t, i])
            if t < horizon:
                dip[level, t - end] = best + price[level, t] - listed[t]
            elif own != 1.0:
                dip[0, ready - end] += best - listed[t]
    return dip


@njit(cache=True, nogil=True)
def fade(
    a: Arrays, z: Prices, p: int, dip: Floats, state: int, end: int, stop: int, at_stop: bool
) -> tuple[Floats, Ints]:
    """Walk the weeks [end, stop) from a state: the best value (J,) in each state at `stop`.

    With `at_stop` the price may change in week `stop` too. The second array (n + 1, J) tells from
    which state the price changed in each week, -1 where it did not.
    """
    states = a.state_level.size
    value = np.full(states, -np.inf)
    value[state] = 0.0
    back = np.full((stop - end + 1, states), -1, dtype=np.int64)
    for t in range(end, stop + 1):
        if t == stop and not at_stop:
            break
        for j in range(states - 1, 0, -1):
            for i in range(j):
                cost = change(a, z, p, i, j, t)
                if cost > -np.inf and value[i] + cost > value[j]:
                    value[j] = value[i] + cost
                    back[t - end, j] = i
        if t < stop:
            for j in range(states):
                value[j] += dip[a.state_level[j], t - end]
    return value, back


@njit(cache=True, nogil=True)
def overlap(
    tactic: Ints,
    lengths: Ints,
    lags: int,
    horizon: int,
    units: Floats,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    before: int,
    before_start: int,
    s: int,
    start: int,
    option: int,
) -> float:
    """What the rest of an event's dip changes once the next one, at an option's level, has started.

    `option`: that level with nothing promoted. Arrays one by one, as for `pair_value`.
    """
    length = lengths[s]
    stop = min(before_start + lengths[before] + lags, units.shape[1])
    value = 0.0
    for t in range(start, stop):
        dip = factor[before, t - before_start]
        if dip == 1.0:
            continue
        j = t - start
        own = factor[s, j] if j < factor.shape[1] else 1.0
        k = (option if t < horizon else 0) + (tactic[s] if j < length else 0)
        value += week_value(units[k, t], own * dip, slack, envelope, t)
        value -= week_value(units[k, t], own, slack, envelope, t)
    return value
