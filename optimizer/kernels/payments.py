"""Payments to blocks for what they assume of their siblings: at first, charged, and how they walk.

Block p is paid pay[n, lag, t, k] for assuming that sibling q runs tactic k in the week `lag`
before t, and q is charged the same when it runs k there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.column import own_log_effect, running
from optimizer.kernels.hull import Trail, highest
from optimizer.kernels.worth import Envelope, unit_worth
from optimizer.problem import Bools, Floats, Ints


class Steps(NamedTuple):
    """How the payments walk."""

    most: int  # steps of one call
    length: float = 1.6  # of a Polyak step, in (0, 2)
    deflection: float = 0.8  # share of the last direction in the next, in [0, 1)
    patience: int = 4  # steps without progress before steps shorten
    shortening: float = 0.85  # in (0, 1)
    share: float = 0.6  # of its damage that a configuration outside the reference pays at first


@njit(cache=True, nogil=True)
def gains(a: Arrays, first: int, stop: int) -> Floats:
    """What a copy's configuration multiplies its target's units by, (n, X, K+1)."""
    low, high = a.target_pairs[first], a.target_pairs[stop]
    gain = np.ones((high - low, a.pair_coefficient.shape[1], a.possible.shape[2]))
    for n in range(low, high):
        for lag in range(gain.shape[1]):
            for k in range(1, gain.shape[2]):
                gain[n - low, lag, k] = math.exp(
                    a.pair_coefficient[n, lag] * a.pull[a.pair_source[n], k]
                )
    return gain


@njit(cache=True, nogil=True)
def first_payments(
    a: Arrays,
    z: Prices,
    first: int,
    stop: int,
    gain: Floats,
    starts: Ints,
    share: float,
    pay: Floats,
) -> None:
    """Payments that make the copies indifferent at a reference calendar, `starts` (P, T).

    What runs there is charged in turn, so that the product telescopes; every other configuration
    gets most of its marginal damage at the reference.
    """
    horizon = starts.shape[1]
    weeks = a.base.shape[1]
    lags = gain.shape[1]
    base = a.target_pairs[first]
    kinds = gain.shape[2]
    tactics = np.zeros((starts.shape[0], horizon), dtype=np.int64)
    own = np.empty(weeks)
    for p in range(first, stop):
        running(a, p, starts[p], tactics[p])
    for p in range(first, stop):
        own[:] = 0.0
        own_log_effect(a, p, tactics, own)
        for t in range(weeks):
            k = tactics[p, t] if t < horizon else 0
            worth = a.base[p, t] * math.exp(own[t]) * unit_worth(a, z, p, k, t)
            left = worth
            for n in range(a.target_pairs[p], a.target_pairs[p + 1]):
                for lag in range(lags):
                    if 0 <= t - lag < horizon:
                        left *= gain[n - base, lag, tactics[a.pair_source[n], t - lag] % kinds]
            before = worth
            effects = lags * (a.target_pairs[p + 1] - a.target_pairs[p])
            for n in range(a.target_pairs[p], a.target_pairs[p + 1]):
                for lag in range(lags):
                    if not 0 <= t - lag < horizon:
                        continue
                    runs = tactics[a.pair_source[n], t - lag] % kinds
                    here = gain[n - base, lag, runs]
                    for k2 in range(1, gain.shape[2]):
                        other = gain[n - base, lag, k2]
                        if k2 == runs:
                            pay[n - base, lag, t, k2] = before * (1.0 - here)
                        else:
                            part = min(share * (1.0 - other), (1.0 - other**effects) / effects)
                            pay[n - base, lag, t, k2] = part * (left if runs == 0 else before)
                    before *= here


@njit(cache=True, nogil=True)
def charges(a: Arrays, p: int, pair_base: int, pay: Floats, seen: Bools, extra: Floats) -> None:
    """Write what block p is charged for each event, (S, T)."""
    horizon = extra.shape[1]
    weeks = a.base.shape[1]
    tactics = a.possible.shape[2]
    weekly = np.zeros((horizon, tactics))
    for i in range(a.source_pairs[p], a.source_pairs[p + 1]):
        n = a.source_order[i] - pair_base
        for lag in range(a.pair_coefficient.shape[1]):
            if a.pair_coefficient[n + pair_base, lag] == 0.0 or (lag == 0 and seen[n]):
                continue
            for t in range(min(horizon, weeks - lag)):
                for k in range(1, tactics):
                    weekly[t, k] += pay[n, lag, t + lag, k]
    for s in range(extra.shape[0]):
        k = a.shape_tactic[s]
        for t in range(horizon - a.shape_weeks[s] + 1):
            total = 0.0
            for j in range(a.shape_weeks[s]):
                total += weekly[t + j, k]
            extra[s, t] = -total


@njit(cache=True, nogil=True)
def read_copies(
    a: Arrays,
    z: Prices,
    p: int,
    pair_base: int,
    envelope: Envelope,
    trail: Trail,
    starts: Ints,
    slope: Floats,
) -> None:
    """Add to `slope` (n, X, W, K+1) a one for each configuration that block p assumes."""
    weeks = a.base.shape[1]
    horizon = starts.size
    lags = a.pair_coefficient.shape[1]
    own = np.zeros(weeks)
    tactics = np.zeros(horizon, dtype=np.int64)
    running(a, p, starts, tactics)
    shapes = a.shape_tactic.size
    for t in range(horizon):
        s = starts[t] if starts[t] < shapes else (starts[t] + 1) % (shapes + 1) - 1
        if s >= 0:
            for j in range(min(a.cut_factor.shape[2], weeks - t)):
                own[t + j] += math.log(a.cut_factor[p, s, j])
    first, stop, kinds = a.target_pairs[p], a.target_pairs[p + 1], a.possible.shape[2]
    demand = a.price_factor[p]
    for t in range(weeks):
        k = tactics[t] if t < horizon else 0
        worth = a.base[p, t] * math.exp(own[t]) * unit_worth(a, z, p, k, t)
        worth *= demand[k // kinds]
        if worth < 0.0:
            worth *= a.cut_slack[p]
        line = highest(envelope, t, worth)
        effect = (stop - first) * lags - 1
        for n in range(stop - 1, first - 1, -1):
            for lag in range(lags - 1, -1, -1):
                if 0 <= t - lag < horizon and a.pair_coefficient[n, lag] != 0.0:
                    slope[n - pair_base, lag, t, trail.choice[t, effect, line]] += 1.0
                    line = trail.line[t, effect, line]
                effect -= 1


@njit(cache=True, nogil=True)
def charge_slope(
    a: Arrays, p: int, pair_base: int, seen: Bools, starts: Ints, slope: Floats
) -> None:
    """Take from `slope` a one for each configuration that block p really runs."""
    horizon = starts.size
    weeks = a.base.shape[1]
    tactics = np.zeros(horizon, dtype=np.int64)
    kinds = a.possible.shape[2]
    running(a, p, starts, tactics)
    for i in range(a.source_pairs[p], a.source_pairs[p + 1]):
        n = a.source_order[i]
        for lag in range(a.pair_coefficient.shape[1]):
            if a.pair_coefficient[n, lag] == 0.0 or (lag == 0 and seen[n - pair_base]):
                continue
            for t in range(min(horizon, weeks - lag)):
                slope[n - pair_base, lag, t + lag, tactics[t] % kinds] -= 1.0


@njit(cache=True, nogil=True)
def step(
    a: Arrays,
    first: int,
    stop: int,
    slope: Floats,
    direction: Floats,
    deflection: float,
    pay: Floats,
    excess: float,
) -> None:
    """One deflected step down, each payment measured by its target week's own sales."""
    base = a.target_pairs[first]
    weight = 0.0
    for p in range(first, stop):
        for n in range(a.target_pairs[p] - base, a.target_pairs[p + 1] - base):
            for lag in range(pay.shape[1]):
                for t in range(pay.shape[2]):
                    scale = (a.base[p, t] * a.goal[p, 0]) ** 2
                    for k in range(1, pay.shape[3]):
                        d = slope[n, lag, t, k] + deflection * direction[n, lag, t, k]
                        direction[n, lag, t, k] = d
                        if d != 0.0:
                            weight += scale * d * d
    if weight <= 0.0:
        return
    for p in range(first, stop):
        for n in range(a.target_pairs[p] - base, a.target_pairs[p + 1] - base):
            for lag in range(pay.shape[1]):
                harmful = a.pair_coefficient[n + base, lag] < 0.0
                for t in range(pay.shape[2]):
                    length = excess / weight * (a.base[p, t] * a.goal[p, 0]) ** 2
                    for k in range(1, pay.shape[3]):
                        value = pay[n, lag, t, k] - length * direction[n, lag, t, k]
                        pay[n, lag, t, k] = max(0.0, value) if harmful else value
