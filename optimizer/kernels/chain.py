"""A block's best calendar where every week pays for the state that the block is in."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.worth import worths
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True)
def chain_values(a: Arrays, z: Prices, p: int, pay: Floats, extra: Floats) -> Floats:
    """Value added by each event alone, (S, T): fees, `extra`, and its weeks' pay over quiet ones.

    `pay` (W, N) is by week and state; -inf where an event is not allowed.
    """
    shapes, horizon = extra.shape
    weeks, lags, reach = a.base.shape[1], a.carry.shape[1], a.factor.shape[2]
    values = np.full((shapes, horizon), -np.inf)
    fixed = worths(a, z, p)
    week, start_of = fixed.week, fixed.start
    allowed, dips = a.allowed[p], a.cut_factor[p]
    for s in range(shapes):
        k, length = a.shape_tactic[s], a.shape_weeks[s]
        for start in range(horizon - length + 1):
            if not allowed[s, start]:
                continue
            value = extra[s, start] + start_of[k, start]
            for j in range(length):
                value += week[k, start + j]
            for j in range(min(length + lags, weeks - start)):
                if j >= length and dips[s, j] == 1.0:
                    continue
                value += pay[start + j, 1 + s * reach + j] - pay[start + j, 0]
            values[s, start] = value
    return values


@njit(cache=True, nogil=True)
def chain_pair(
    tactic: Ints,
    lengths: Ints,
    lags: int,
    units: Floats,
    factor: Floats,
    slack: float,
    pay: Floats,
    before: int,
    before_start: int,
    s: int,
    start: int,
) -> float:
    """What two neighbouring events are worth together beyond the sum of each alone.

    A week in the dips of both is paid as a state of its own, and worth what both dips leave of it.
    Arrays as in `pair_value`, with `factor` (S, J) cut as the states are.
    """
    length, reach = lengths[s], factor.shape[1]
    plain = factor.shape[0] * reach
    stop = min(before_start + lengths[before] + lags, units.shape[1])
    value = 0.0
    for t in range(start, stop):
        dip = factor[before, t - before_start]
        j = t - start
        if dip == 1.0 or j >= reach or (j >= length and factor[s, j] == 1.0):
            continue  # one state only is paid for this week already
        n = 1 + s * reach + j
        k = tactic[s] if j < length else 0
        worth = units[k, t] * factor[s, j]
        if worth < 0.0:
            worth *= slack
        since = 1 + before * reach + t - before_start
        value += pay[t, n + plain] - worth * (1.0 - dip) - pay[t, n] - pay[t, since] + pay[t, 0]
    return value
