"""The true money of a group's joint calendar, in rounded cents: what a column of the master is."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays
from optimizer.problem import Aim, Floats, Ints, Quantity

SPEND = int(Quantity.SPEND)
RETAILER = int(Quantity.RETAILER_PROFIT)
UNITS = int(Quantity.UNITS)
ACTIVE = int(Quantity.ACTIVE)
STARTS = int(Quantity.STARTS)
PROFIT = int(Quantity.PROFIT)
DEAL_UNITS = int(Quantity.DEAL_UNITS)
CUTS = int(Quantity.CUTS)
CUT_STARTS = int(Quantity.CUT_STARTS)
REGULAR_PRICE = int(Quantity.REGULAR_PRICE)
RAISES = int(Quantity.RAISES)
GROSS = int(Quantity.GROSS_SALES)
OF_PROFIT = int(Aim.PROFIT)
OF_REVENUE = int(Aim.REVENUE)
OF_VOLUME = int(Aim.VOLUME)
OF_RETAILER = int(Aim.RETAILER_PROFIT)
OF_SPEND = int(Aim.SPEND)
QUANTITIES = len(Quantity)
TIE = 1e-6  # cents: the same snap to a tie as workspace.money
TWO_ULPS = 2.0**-51
FARTHEST = 0.25


@njit(cache=True, nogil=True, inline="always")
def rounded(amount: float) -> float:
    """An amount in whole cents, half to even."""
    cents = amount * 100.0
    low = math.floor(cents)
    part = cents - low
    if abs(part - 0.5) <= min(TIE + TWO_ULPS * abs(cents), FARTHEST):
        return low if low % 2.0 == 0.0 else low + 1.0
    return low + 1.0 if part > 0.5 else low


@njit(cache=True, nogil=True, inline="always")
def shape_in(a: Arrays, code: int) -> int:
    """The shape that starts where a calendar has this code, -1 for none."""
    return code if code < a.shape_tactic.size else (code + 1) % (a.shape_tactic.size + 1) - 1


@njit(cache=True, nogil=True, inline="always")
def change_in(a: Arrays, code: int) -> int:
    """1 + the level that the regular price moves to there, 0 where it stays."""
    return (code + 1) // (a.shape_tactic.size + 1)


@njit(cache=True, nogil=True)
def running(a: Arrays, p: int, starts: Ints, tactics: Ints) -> None:
    """Write the option of each week of the horizon, 0 for none, from what begins."""
    # Fields are read once: see `Worths`.
    kinds, tactic, lengths = a.possible.shape[2], a.shape_tactic, a.shape_weeks
    shapes, level, free = tactic.size, 0, 0
    for t in range(starts.size):
        s = starts[t]
        if s >= shapes:  # the regular price changes, as `change_in` and `shape_in` have it
            level = (s + 1) // (shapes + 1) - 1
            s = (s + 1) % (shapes + 1) - 1
        if t >= free:
            tactics[t] = level * kinds
        if s >= 0:
            free = t + lengths[s]
            for j in range(lengths[s]):
                tactics[t + j] = level * kinds + tactic[s]


@njit(cache=True, nogil=True)
def log_effect_of_siblings(a: Arrays, p: int, tactics: Ints, effect: Floats) -> None:
    """Write what other blocks' deals add to ln units of block p, (W,). `tactics` is (P, T)."""
    horizon, deal = tactics.shape[1], a.deal
    effect[:] = 0.0
    for pair in range(a.target_pairs[p], a.target_pairs[p + 1]):
        source = a.pair_source[pair]
        for t in range(horizon):
            k = tactics[source, t]
            if k == 0 or not deal[k]:
                continue
            for lag in range(a.pair_coefficient.shape[1]):
                if t + lag < effect.size:
                    effect[t + lag] += a.pair_coefficient[pair, lag] * a.pull[source, k]


@njit(cache=True, nogil=True)
def own_log_effect(a: Arrays, p: int, tactics: Ints, effect: Floats) -> None:
    """Add what block p's own deals do to its ln units: lift, then carry-over."""
    deal = a.deal
    for t in range(tactics.shape[1]):
        k = tactics[p, t]
        if k == 0:
            continue
        effect[t] += a.lift[p, k]
        if not deal[k]:
            continue
        for lag in range(1, a.carry.shape[1] + 1):
            if t + lag < effect.size:
                effect[t + lag] -= a.carry[p, lag - 1] * a.pressure[p, k]


@njit(cache=True, nogil=True)
def measure(a: Arrays, group: int, starts: Ints, tactics: Ints, rows: Floats) -> float:
    """A group's calendar beyond no promotion, by the objective in cents; its rows in `rows`.

    `starts` is (P, T), `tactics` (P, T) scratch. Money in `rows` is in cents, the rest in its unit.
    """
    horizon = starts.shape[1]
    weeks = a.base.shape[1]
    first, stop = a.group_start[group], a.group_start[group + 1]
    for p in range(first, stop):
        running(a, p, starts[p], tactics[p])
    rows[:] = 0.0
    profit = 0.0
    effect = np.empty(weeks)
    quantity = np.empty((QUANTITIES, horizon))
    kinds = a.possible.shape[2]
    for p in range(first, stop):
        before, regular, shapes, deal = 0, a.regular[p], a.shape_tactic.size, a.deal
        log_effect_of_siblings(a, p, tactics, effect)
        own_log_effect(a, p, tactics, effect)
        # Read once: an access to a field of `a` costs more than the arithmetic around it.
        base, margin, retail, reference = a.base[p], a.margin[p], a.retail[p], a.reference[p]
        funding, weekly, event, tilts = a.funding[p], a.weekly_fee[p], a.event_fee[p], a.tilt[p]
        aims, listed, charge, mine, cut = (
            a.aims[p],
            a.plain[p, 0],
            a.plain[p, 2],
            starts[p],
            a.cut[p],
        )
        for t in range(weeks):
            units = base[t] * math.exp(effect[t]) if effect[t] != 0.0 else base[t]
            now = t < horizon
            k = tactics[p, t] if now else 0
            variable = funding[k] * units
            fees = weekly[k]
            code = mine[t] if now else -1
            begins = code >= 0 and (code < shapes or (code + 1) % (shapes + 1) > 0)
            if begins:
                fees += event[k]
            earned = rounded(margin * units - variable - fees)
            spent = rounded(variable) + rounded(fees)
            kept = rounded(retail[k] * units + variable + fees)
            gross = rounded(listed * units)
            late = 0 if now else 1
            gained = (
                aims[late, OF_PROFIT] * earned
                + aims[late, OF_REVENUE] * gross
                + aims[late, OF_VOLUME] * 100.0 * units
                + aims[late, OF_RETAILER] * kept
                + aims[late, OF_SPEND] * spent
            )
            if tilts[k] != 1.0:  # fees are paid whole
                gained = tilts[k] * gained + (tilts[k] - 1.0) * charge * 100.0 * fees
            profit += gained - reference[t]
            if now:
                quantity[SPEND, t] = spent
                quantity[RETAILER, t] = kept
                quantity[GROSS, t] = gross
                quantity[UNITS, t] = units
                quantity[ACTIVE, t] = 1.0 if deal[k] else 0.0
                quantity[STARTS, t] = 1.0 if begins else 0.0
                quantity[PROFIT, t] = earned
                quantity[DEAL_UNITS, t] = units if deal[k] else 0.0
                quantity[CUTS, t] = 1.0 if cut[k] else 0.0
                quantity[CUT_STARTS, t] = quantity[STARTS, t] * quantity[CUTS, t]
                level = k // kinds
                quantity[REGULAR_PRICE, t] = regular[level]
                quantity[RAISES, t] = 1.0 if regular[level] > regular[before] else 0.0
                before = level
        for i in range(a.incidence_start[p], a.incidence_start[p + 1]):
            total = 0.0
            for t in range(a.incidence_first[i], a.incidence_last[i] + 1):
                total += quantity[a.incidence_quantity[i], t]
            rows[a.incidence_row[i]] += a.incidence_weight[i] * total
    return profit
