"""What a promoted or quiet week is worth at given prices, and envelopes of lines over it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.problem import Floats, Ints


class Envelope(NamedTuple):
    """Per week the upper envelope of lines: a week worth V alone is worth max(slope V + height)."""

    lines: Ints  # (W,) how many
    slope: Floats  # (W, n)
    height: Floats  # (W, n)


@njit(cache=True, nogil=True, inline="always")
def unit_worth(a: Arrays, z: Prices, p: int, k: int, t: int) -> float:
    """Worth of one unit that block p sells in week t under option k; profit alone in the tail."""
    if t >= z.spend.shape[1]:
        return z.profit * a.plain[p, 1]
    funding = a.funding[p, k]
    worth: float = z.profit * a.goal[p, k] + z.spend[p, t] * funding
    worth += z.retailer[p, t] * (a.retail[p, k] + funding) + z.units[p, t]
    # Not where it is a deal alone: a field read on a branch costs more than all of this.
    return worth + z.deal[p, t] * a.deal[k]


class Worths(NamedTuple):
    """All that one block's weeks are worth, looked up by the loops over events.

    Every access to a field of `Arrays` or `Prices` inside a loop costs more than the arithmetic
    around it (numba counts references to all their arrays), so they are read once.
    """

    units: Floats  # (O, W) of the units sold without lifts or dips, at the listed price's demand
    week: Floats  # (O, T) of a promoted week whatever it sells
    start: Floats  # (O, T) of an event's first week besides


@njit(cache=True, nogil=True)
def worths(a: Arrays, z: Prices, p: int) -> Worths:
    """Look up block p; `units` are those of `unit_worth`, without its accesses to fields."""
    tactics, weeks, horizon = a.lift.shape[1], a.base.shape[1], z.spend.shape[1]
    found = Worths(
        np.empty((tactics, weeks)), np.empty((tactics, horizon)), np.empty((tactics, horizon))
    )
    units, week, start = found.units, found.week, found.start
    base, late, charge, profit = a.base[p], a.plain[p, 1], z.profit * a.plain[p, 2], z.profit
    spend, retailer, sold, deal = z.spend[p], z.retailer[p], z.units[p], z.deal[p]
    active, starts, cuts, cut_starts = z.active[p], z.starts[p], z.cuts[p], z.cut_starts[p]
    for k in range(tactics):
        funding, retail, goal = a.funding[p, k], a.retail[p, k], profit * a.goal[p, k]
        weekly, event, cut = a.weekly_fee[p, k], a.event_fee[p, k], a.cut[p, k]
        runs = a.deal[k]
        for t in range(horizon):
            worth = goal + spend[t] * funding
            worth += retailer[t] * (retail + funding) + sold[t]
            units[k, t] = base[t] * (worth + deal[t] if runs else worth)
            paid = spend[t] + retailer[t] - charge  # a unit of currency in fees
            week[k, t] = weekly * paid + active[t] + (cuts[t] if cut else 0.0)
            start[k, t] = event * paid + starts[t] + (cut_starts[t] if cut else 0.0)
        for t in range(horizon, weeks):
            units[k, t] = base[t] * profit * late
    return found


@njit(cache=True, nogil=True, inline="always")
def at(envelope: Envelope, t: int, worth: float) -> float:
    """The envelope of week t at a worth."""
    best = envelope.slope[t, 0] * worth + envelope.height[t, 0]
    for i in range(1, envelope.lines[t]):
        value = envelope.slope[t, i] * worth + envelope.height[t, i]
        if value > best:
            best = value
    return best


@njit(cache=True, nogil=True)
def single_line(weeks: int) -> Envelope:
    """Envelopes of one line each: slope 1, height 0."""
    return Envelope(np.ones(weeks, dtype=np.int64), np.ones((weeks, 1)), np.zeros((weeks, 1)))
