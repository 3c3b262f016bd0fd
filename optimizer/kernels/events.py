"""Values of single events and of pairs of events whose dips overlap, for one block."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays
from optimizer.kernels.worth import Envelope, Worths, at
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True, inline="always")
def week_value(units: float, factor: float, slack: float, envelope: Envelope, t: int) -> float:
    """Envelope value of week t where units worth `units` are multiplied by `factor`.

    Where dips were cut short (`slack` < 1) a negative worth is shrunk: the value stays an upper
    bound whatever the dropped dips would have been.
    """
    worth = units * factor
    if worth < 0.0:
        worth *= slack
    return at(envelope, t, worth)


@njit(cache=True, nogil=True)
def quiet_values(units: Floats, slack: float, envelope: Envelope) -> Floats:
    """Value of each week (W,) when the block runs nothing. `units` (K+1, W) as in `Worths`."""
    weeks = units.shape[1]
    quiet = np.empty(weeks)
    for t in range(weeks):
        quiet[t] = week_value(units[0, t], 1.0, slack, envelope, t)
    return quiet


@njit(cache=True, nogil=True)
def event_values(
    a: Arrays,
    p: int,
    worth: Worths,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    quiet: Floats,
    extra: Floats,
) -> Floats:
    """Value added by each event alone, (S, T): its weeks and its dip against quiet weeks.

    `worth`: of each tactic. `extra` (S, T) is added: damage done to other blocks, or what copies
    charge; -inf where an event may not start. Events that are not allowed are worth -inf.
    """
    shapes, horizon = extra.shape
    weeks, lags = a.base.shape[1], a.carry.shape[1]
    values = np.full((shapes, horizon), -np.inf)
    allowed = a.allowed[p]
    units, promoted, first = worth.units, worth.week, worth.start
    lines, slope, height = envelope.lines, envelope.slope, envelope.height
    tactic, length_of = a.shape_tactic, a.shape_weeks
    for s in range(shapes):
        k, length = tactic[s], length_of[s]
        for start in range(horizon - length + 1):
            if not allowed[s, start] or extra[s, start] == -np.inf:
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
    tactic: Ints,
    lengths: Ints,
    lags: int,
    units: Floats,
    factor: Floats,
    slack: float,
    envelope: Envelope,
    before: int,
    before_start: int,
    s: int,
    start: int,
) -> float:
    """What two neighbouring events are worth together beyond the sum of each alone.

    `tactic`, `lengths` (S,) of the shapes, `units` (K+1, W). Arrays one by one: to hand on all of
    `Arrays` would cost more than what is done with them.
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
        k = tactic[s] if j < length else 0
        value += (
            week_value(units[k, t], own * dip, slack, envelope, t)
            - week_value(units[k, t], own, slack, envelope, t)
            - week_value(units[0, t], dip, slack, envelope, t)
            + week_value(units[0, t], 1.0, slack, envelope, t)
        )
    return value
