"""The best joint configuration of a few siblings in one week, found by branch and bound.

H[i, k](x) is convex in log x where its lines rise, so that a chord over what undecided siblings can
still make of x lies above it. On the chord each sibling's harm is a sum over those that cause it:
every undecided sibling then chooses by itself, harm to the decided ones counted at the chord's
slope and harm to undecided ones at the least slope of any of their lines. The sum is a bound.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.meeting import Views, climb, height_at, highest_at, make_possible, worth_of
from optimizer.problem import Floats, Ints

NODES = 20_000  # configurations looked at in a week before the rest is bounded together


class Reach(NamedTuple):
    """What siblings d, d + 1, .. can still multiply sibling i's units by; itself left out."""

    low: Floats  # (m+1, m) at least
    high: Floats  # (m+1, m) at most
    span: Floats  # (m+1, m) log(high / low)
    fall: Floats  # (m, m, K) log of a gain against the greatest that its source can cause, <= 0
    flattest: Floats  # (m,) least slope of any line, at least 0


@njit(cache=True, nogil=True)
def reach_of(view: Views, log_gain: Floats) -> Reach:
    """Look at tactics that can run alone. `log_gain` (m, m, K) by target and source."""
    m, tactics = log_gain.shape[0], log_gain.shape[2]
    lines, fall = view.lines, np.zeros(log_gain.shape)
    found = Reach(
        np.ones((m + 1, m)), np.ones((m + 1, m)), np.zeros((m + 1, m)), fall,
        np.zeros(m),
    )  # fmt: skip
    for i in range(m):
        flattest = np.inf
        for k in range(tactics):
            if lines[i, k] > 0:
                flattest = min(flattest, view.slope[i, k, 0])
        found.flattest[i] = max(0.0, flattest)
        lowest, highest = 0.0, 0.0
        for j in range(m - 1, -1, -1):
            if j != i:
                least, most = np.inf, -np.inf
                for k in range(tactics):
                    if lines[j, k] > 0:
                        least, most = min(least, log_gain[i, j, k]), max(most, log_gain[i, j, k])
                for k in range(tactics):
                    fall[i, j, k] = log_gain[i, j, k] - most
                lowest, highest = lowest + least, highest + most
            found.low[j, i] = math.exp(lowest)
            found.high[j, i] = math.exp(highest)
            found.span[j, i] = highest - lowest
    return found


@njit(cache=True, nogil=True, inline="always")
def most_of(lines: int, slope: Floats, height: Floats, low: float, high: float) -> float:
    """The most that an envelope is on [low, high]: at an end, for it is convex."""
    most = highest_at(lines, slope, height, high)
    return most if slope[0] >= 0.0 else max(most, highest_at(lines, slope, height, low))


@njit(cache=True, nogil=True)
def prospects(
    view: Views, reach: Reach, d: int, x: Floats, trial: Ints, harm: Floats, own: Floats
) -> None:
    """Write how much configurations can be worth in which sibling d runs each tactic, (K,).

    Siblings before d run their `trial`, and all decided ones multiply units by `x` (m,). -inf where
    a tactic cannot run. `harm` (m,) is scratch.
    """
    m, tactics = x.size, own.size
    # Fields are read once: see `Worths`.
    lines, slope, height = view.lines, view.slope, view.height
    least, greatest, span, fall = reach.low[d], reach.high[d], reach.span[d], reach.fall
    decided = 0.0
    for i in range(m):
        low, high = x[i] * least[i], x[i] * greatest[i]
        harm[i] = 0.0
        if i >= d:
            if span[i] > 0.0:
                harm[i] = reach.flattest[i] * (high - low) / span[i]
            continue
        k = trial[i]
        top = most_of(lines[i, k], slope[i, k], height[i, k], low, high)
        if span[i] > 0.0 and slope[i, k, 0] >= 0.0:
            harm[i] = (top - highest_at(lines[i, k], slope[i, k], height[i, k], low)) / span[i]
        decided += top
    for j in range(m - 1, d - 1, -1):
        low, high = x[j] * least[j], x[j] * greatest[j]
        most = -np.inf
        for k in range(tactics):
            value = -np.inf
            if lines[j, k] > 0:
                value = most_of(lines[j, k], slope[j, k], height[j, k], low, high)
                for i in range(m):
                    value += harm[i] * fall[i, j, k]  # nothing for i = j
                most = max(most, value)
            if j == d:
                own[k] = value
        if j > d:
            decided += most
    for k in range(tactics):
        own[k] += decided


@njit(cache=True, nogil=True)
def drop_hopeless(view: Views, log_gain: Floats, best: float, chosen: Ints) -> None:
    """Forget tactics of single siblings with which nothing can be worth more than `best`."""
    m, tactics = log_gain.shape[0], log_gain.shape[2]
    reach = reach_of(view, log_gain)
    value, most = np.full((m, tactics), -np.inf), np.full(m, -np.inf)
    for j in range(m):
        for k in range(tactics):
            if view.lines[j, k] == 0:
                continue
            value[j, k] = most_of(
                view.lines[j, k], view.slope[j, k], view.height[j, k],
                reach.low[0, j], reach.high[0, j],
            )  # fmt: skip
            for i in range(m):
                if reach.span[0, i] > 0.0:
                    steep = (reach.high[0, i] - reach.low[0, i]) / reach.span[0, i]
                    value[j, k] += reach.flattest[i] * steep * reach.fall[i, j, k]
            most[j] = max(most[j], value[j, k])
    total = most.sum()
    for j in range(m):
        for k in range(tactics):
            if k != chosen[j] and total - most[j] + value[j, k] <= best:
                view.lines[j, k] = 0


@njit(cache=True, nogil=True)
def best_week(view: Views, gain: Floats, log_gain: Floats, chosen: Ints) -> float:
    """An upper bound on every configuration's worth, and the best one met in `chosen` (m,).

    `gain` (m, m, K) by target and source, and its logarithm. The search starts at `chosen`. The
    bound is exact unless more than NODES configurations come up. Tactics without hope are dropped
    from `view`.
    """
    m, tactics = chosen.size, gain.shape[2]
    make_possible(view, chosen)
    best = climb(view, gain, chosen, worth_of(view, gain, chosen))
    drop_hopeless(view, log_gain, best, chosen)
    reach = reach_of(view, log_gain)
    trial = np.zeros(m, dtype=np.int64)
    x, own = np.ones((m + 1, m)), np.empty((m, tactics))
    harm = np.zeros(m)
    prospects(view, reach, 0, x[0], trial, harm, own[0])
    upper, depth, nodes = best, 0, 0
    while depth >= 0:
        k = int(np.argmax(own[depth]))
        bound = own[depth, k]
        if not bound > best:
            depth -= 1
            continue
        own[depth, k] = -np.inf
        trial[depth] = k
        for i in range(m):
            x[depth + 1, i] = x[depth, i] * gain[i, depth, k]
        nodes += 1
        if nodes > NODES:
            upper = max(upper, bound)
        elif depth + 1 == m:
            total = 0.0
            for i in range(m):
                total += height_at(view, i, trial[i], x[m, i])
            if total > best:
                best = total
                chosen[:] = trial
        else:
            depth += 1
            prospects(view, reach, depth, x[depth], trial, harm, own[depth])
    return max(upper, best)
