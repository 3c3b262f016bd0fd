"""Values of single events and of pairs of events whose dips overlap, for one block."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.worth import Envelope, at, unit_worth, worths
from optimizer.problem import Floats


@njit(cache=True, nogil=True, inline="always")
def week_value(
    a: Arrays, z: Prices, p: int, k: int, t: int, factor: float, slack: float, envelope: Envelope
) -> float:
    """Envelope value of week t when the block's own deals multiply its units by `factor`.

    Where dips were cut short (`slack` < 1) a negative worth is shrunk: the value stays an upper
    bound whatever the dropped dips would have been.
    """
    worth = a.base[p, t] * factor * unit_worth(a, z, p, k, t)
    if worth < 0.0:
        worth *= slack
    return at(envelope, t, worth)


@njit(cache=True, nogil=True)
def quiet_values(a: Arrays, z: Prices, p: int, slack: float, envelope: Envelope) -> Floats:
    """Value of each week (W,) when the block runs nothing."""
    weeks = a.base.shape[1]
    quiet = np.empty(weeks)
    for t in range(weeks):
        quiet[t] = week_value(a, z, p, 0, t, 1.0, slack, envelope)
    return quiet


@njit(cache=True, nogil=True)
def event_values(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    quiet: Floats,
    extra: Floats,
) -> Floats:
    """Value added by each event alone, (S, T): its weeks and its dip against quiet weeks.

    `extra` (S, T) is added: damage done to other blocks, or what copies charge. Events that are
    not allowed are worth -inf.
    """
    shapes, horizon = extra.shape
    weeks, lags = a.base.shape[1], a.carry.shape[1]
    values = np.full((shapes, horizon), -np.inf)
    worth, allowed = worths(a, z, p), a.allowed[p]
    units, promoted, first = worth.units, worth.week, worth.start
    lines, slope, height = envelope.lines, envelope.slope, envelope.height
    tactic, length_of = a.shape_tactic, a.shape_weeks
    for s in range(shapes):
        k, length = tactic[s], length_of[s]
        for start in range(horizon - length + 1):
            if not allowed[s, start]:
                continue
            value = extra[s, start] + first[k, start]
            for j in range(min(length + lags, weeks - start)):
                t = start + j
                runs = k if j < length else 0
                if j < length:
                    value += promoted[k, t]
                elif factor[s, j] == 1.0:
                    continue
                alone = units[runs, t] * factor[s, j]
                if alone < 0.0:
                    alone *= slack
                best = slope[t, 0] * alone + height[t, 0]
                for i in range(1, lines[t]):
                    best = max(best, slope[t, i] * alone + height[t, i])
                value += best - quiet[t]
            values[s, start] = value
    return values


@njit(cache=True, nogil=True)
def pair_value(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    quiet: Floats,
    before: int,
    before_start: int,
    s: int,
    start: int,
) -> float:
    """What two neighbouring events are worth together beyond the sum of each alone."""
    length = a.shape_weeks[s]
    stop = min(before_start + a.shape_weeks[before] + a.carry.shape[1], a.base.shape[1])
    value = 0.0
    for t in range(start, stop):
        dip = factor[before, t - before_start]
        if dip == 1.0:
            continue
        j = t - start
        own = factor[s, j] if j < factor.shape[1] else 1.0
        k = a.shape_tactic[s] if j < length else 0
        value += (
            week_value(a, z, p, k, t, own * dip, slack, envelope)
            - week_value(a, z, p, k, t, own, slack, envelope)
            - week_value(a, z, p, 0, t, dip, slack, envelope)
            + quiet[t]
        )
    return value
