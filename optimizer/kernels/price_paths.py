"""Calendars of one block at a given path of its regular price."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.column import change_in, shape_in
from optimizer.kernels.dynamic import fill
from optimizer.kernels.enumeration import enumerate_block
from optimizer.kernels.events import event_values, quiet_values
from optimizer.kernels.worth import Envelope, Worths, worths
from optimizer.problem import Floats, Ints


class OnPath(NamedTuple):
    """What `event_values` asks for where the regular price follows a path."""

    worth: Worths  # of each tactic, the demand at those prices in it
    extra: Floats  # (S, T) -inf where no event may start


@njit(cache=True, nogil=True)
def on_path(a: Arrays, p: int, every: Worths, path: Ints, extra: Floats) -> OnPath:
    """Block p at the levels `path` (T,); `every`: the worths of all options. Listed in the tail."""
    kinds, weeks, horizon = a.possible.shape[2], every.units.shape[1], path.size
    units, left = every.units[:kinds].copy(), extra.copy()
    is_open = a.option_open[p]
    for t in range(min(horizon, weeks)):
        for k in range(kinds):
            units[k, t] = every.units[path[t] * kinds + k, t] * a.price_factor[p, path[t]]
    for s in range(extra.shape[0]):
        for start in range(horizon - a.shape_weeks[s] + 1):
            option = path[start] * kinds + a.shape_tactic[s]
            for t in range(start, start + a.shape_weeks[s]):
                if path[t] != path[start] or not is_open[option, t]:
                    left[s, start] = -np.inf
    return OnPath(Worths(units, every.week[:kinds].copy(), every.start[:kinds].copy()), left)


@njit(cache=True, nogil=True)
def write_path(a: Arrays, starts: Ints, level: Ints) -> None:
    """Write the level of each week of the horizon from a calendar's codes; `level` is (T,)."""
    current = 0
    for t in range(starts.size):
        if change_in(a, starts[t]) > 0:
            current = change_in(a, starts[t]) - 1
        level[t] = current


@njit(cache=True, nogil=True)
def path_open(a: Arrays, p: int, path: Ints) -> bool:
    """Whether block p may have these levels, promoted or not."""
    kinds = a.possible.shape[2]
    for t in range(path.size):
        found = False
        for k in range(kinds):
            found = found or a.option_open[p, path[t] * kinds + k, t]
        if not found:
            return False
    return True


@njit(cache=True, nogil=True)
def worth_of_prices(a: Arrays, z: Prices, p: int, path: Ints) -> float:
    """What rows make of the prices themselves, beyond listed ones, and of their raises."""
    worth, before = 0.0, 0
    for t in range(path.size):
        worth += z.price[p, t] * (a.regular[p, path[t]] - a.regular[p, 0])
        if a.regular[p, path[t]] > a.regular[p, before]:
            worth += z.raises[p, t]
        before = path[t]
    return worth


@njit(cache=True, nogil=True)
def with_path(a: Arrays, p: int, path: Ints, starts: Ints, worth: Floats, count: int) -> int:
    """Write a path into the codes of `count` calendars (n, T) of shapes; returns how many remain.

    Left out: those with nothing promoted in a week in which that is not open at the price.
    """
    kinds, shapes = a.possible.shape[2], a.shape_tactic.size
    horizon = starts.shape[1]
    kept = 0
    for i in range(count):
        fits, free = True, 0
        for t in range(horizon):
            s = shape_in(a, starts[i, t])
            if s >= 0:
                free = t + a.shape_weeks[s]
            if t >= free and not a.option_open[p, path[t] * kinds, t]:
                fits = False
        if not fits:
            continue
        before = 0
        for t in range(horizon):
            starts[kept, t] = starts[i, t]
            if path[t] != before:
                starts[kept, t] += (path[t] + 1) * (shapes + 1)
            before = path[t]
        worth[kept] = worth[i]
        kept += 1
    return kept


@njit(cache=True, nogil=True)
def possible_at(a: Arrays, p: int, starts: Ints, path: Ints) -> bool:
    """Whether shapes (T,) may start at these levels (T,): open, and one price to an event."""
    kinds = a.possible.shape[2]
    free, k, level = 0, 0, 0
    for t in range(starts.size):
        if t >= free:
            k, level = 0, path[t]
        if starts[t] >= 0:
            free, k, level = t + a.shape_weeks[starts[t]], a.shape_tactic[starts[t]], path[t]
        if path[t] != level or not a.option_open[p, path[t] * kinds + k, t]:
            return False
    return True


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
    every = worths(a, z, p)
    listed = quiet_values(every.units, slack, envelope)
    count = 0
    for n in range(a.paths.shape[0]):
        if not path_open(a, p, a.paths[n]):
            continue
        path = on_path(a, p, every, a.paths[n], extra)
        units = path.worth.units
        quiet = quiet_values(units, slack, envelope)
        least = threshold - (quiet - listed).sum() - worth_of_prices(a, z, p, a.paths[n])
        values = event_values(a, p, path.worth, factor, slack, envelope, quiet, path.extra)
        table = fill(a, p, factor, slack, envelope, units, values)
        if table.idle[horizon].max() < least:
            continue
        found = enumerate_block(
            a, p, factor, slack, envelope, units, values, table, least, starts[count:],
            worth[count:],
        )  # fmt: skip
        if found < 0:
            return -1
        found = with_path(a, p, a.paths[n], starts[count:], worth[count:], found)
        worth[count : count + found] += threshold - least
        count += found
    return count
