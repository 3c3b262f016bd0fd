"""Values of single events and of pairs of events whose dips overlap, for one block."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.worth import Envelope, at, start_worth, unit_worth, week_worth, worths
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True, inline="always")
def week_value(
    a: Arrays, z: Prices, p: int, k: int, t: int, factor: float, slack: float, envelope: Envelope
) -> float:
    """Envelope value of week t under tactic k when own deals multiply the units by `factor`.

    The regular price is at the envelope's level, and worth what rows on it make of it.
    Where dips were cut short (`slack` < 1) a negative worth is shrunk: the value stays an upper
    bound whatever the dropped dips would have been.
    """
    level = envelope.level[t]
    if level == 0:
        worth = a.base[p, t] * factor * unit_worth(a, z, p, k, t)
    else:
        option = level * a.possible.shape[2] + k
        worth = a.base[p, t] * factor * a.price_factor[p, level]
        worth *= unit_worth(a, z, p, option, t)
    if worth < 0.0:
        worth *= slack
    value = at(envelope, t, worth)
    if a.priced[p] and t < z.price.shape[1]:
        value += z.price[p, t] * a.regular[p, level]
    return value


@njit(cache=True, nogil=True)
def quiet_values(a: Arrays, z: Prices, p: int, slack: float, envelope: Envelope) -> Floats:
    """Value of each week (W,) when the block runs nothing."""
    weeks = a.base.shape[1]
    quiet = np.empty(weeks)
    for t in range(weeks):
        quiet[t] = week_value(a, z, p, 0, t, 1.0, slack, envelope)
    return quiet


@njit(cache=True, nogil=True)
def one_price(a: Arrays, p: int, s: int, start: int, level: Ints) -> bool:
    """Whether a shape may start there: one regular price all along, open to its tactic."""
    option = level[start] * a.possible.shape[2] + a.shape_tactic[s]
    for t in range(start, start + a.shape_weeks[s]):
        if level[t] != level[start] or not a.option_open[p, option, t]:
            return False
    return True


@njit(cache=True, nogil=True)
def event_values_on_path(
    a: Arrays,
    z: Prices,
    p: int,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    quiet: Floats,
    extra: Floats,
) -> Floats:
    """As `event_values`, at the levels of the regular price that the envelope has."""
    shapes, horizon = extra.shape
    weeks, lags = a.base.shape[1], a.carry.shape[1]
    values = np.full((shapes, horizon), -np.inf)
    for s in range(shapes):
        k, length = a.shape_tactic[s], a.shape_weeks[s]
        for start in range(horizon - length + 1):
            if not a.allowed[p, s, start] or not one_price(a, p, s, start, envelope.level):
                continue
            value = extra[s, start] + start_worth(a, z, p, k, start)
            for j in range(min(length + lags, weeks - start)):
                t = start + j
                runs = k if j < length else 0
                if j < length:
                    value += week_worth(a, z, p, k, t)
                elif factor[s, j] == 1.0:
                    continue
                value += week_value(a, z, p, runs, t, factor[s, j], slack, envelope) - quiet[t]
            values[s, start] = value
    return values


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
