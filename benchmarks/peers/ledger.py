"""A plan in the making, in exact cents: change a block, see what it earns and which rules hold.

Built on the kernel that measures the optimiser's own columns, so that peers are neither cheated of
speed nor judged by another money.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, pack
from optimizer.kernels.column import measure
from optimizer.problem import Calendar, Floats, Ints, Problem, Quantity, Sense

MONEY = (Quantity.SPEND, Quantity.RETAILER_PROFIT)


class Ledger(NamedTuple):
    """The plan and its totals. Written in place. Money in cents."""

    starts: Ints  # (P, T) shape that starts, or -1
    tactics: Ints  # (P, T) scratch
    group: Ints  # (P,)
    max_events: Ints  # (P,)
    max_weeks: Ints  # (P,)
    profit: Floats  # (G,) beyond no promotion
    rows: Floats  # totals by group, laid out like `Arrays.group_rows`
    before: Floats  # the same as it was before the last booking, for `unbook`
    totals: Floats  # (R,)
    low: Floats  # (R,) least that a row may come to, tolerance included
    high: Floats  # (R,) most


def open_ledger(problem: Problem) -> tuple[Arrays, Ledger]:
    """The plan of the pinned events alone. Raises ValueError where that breaks a rule."""
    arrays = pack(problem)
    low, high = _sides(problem)
    groups, width = arrays.group_start.size - 1, arrays.group_rows.size
    ledger = Ledger(
        arrays.must.copy(),
        np.zeros_like(arrays.must),
        np.array(problem.group),
        np.array(problem.limits.max_events),
        np.array(problem.limits.max_weeks),
        np.zeros(groups),
        np.zeros(width),
        np.zeros(width),
        np.zeros(low.size),
        low,
        high,
    )
    for g in range(groups):
        book(arrays, ledger, g)
    if ((ledger.totals < low) | (ledger.totals > high)).any():
        raise ValueError("this peer starts from an empty plan, which breaks a rule here")
    return arrays, ledger


def _sides(problem: Problem) -> tuple[Floats, Floats]:
    low = np.full(len(problem.rows), -np.inf)
    high = np.full(len(problem.rows), np.inf)
    for r, row in enumerate(problem.rows):
        money = row.quantity in MONEY
        limit = row.limit * 100.0 if money else row.limit
        margin = 0.01 if money else 1e-7 * max(1.0, abs(limit))
        if row.sense is Sense.AT_MOST:
            high[r] = limit + margin
        else:
            low[r] = limit - margin
    return low, high


def put(arrays: Arrays, ledger: Ledger, calendar: Calendar) -> None:
    """Replace the plan by a calendar, whatever rules it breaks."""
    shape = {
        (k, n): s
        for s, (k, n) in enumerate(zip(arrays.shape_tactic, arrays.shape_weeks, strict=True))
    }
    ledger.starts[:] = -1
    events = (calendar.block, calendar.start, calendar.tactic, calendar.weeks)
    for p, t, k, n in zip(*events, strict=True):
        ledger.starts[p, t] = shape[k, n]
    for g in range(ledger.profit.size):
        book(arrays, ledger, g)


def calendar_of(arrays: Arrays, starts: Ints) -> Calendar:
    """The events of (P, T) shapes that start."""
    block, start = np.nonzero(starts >= 0)
    shape = starts[block, start]
    return Calendar(block, arrays.shape_tactic[shape], start, arrays.shape_weeks[shape])


@njit(nogil=True)
def keeps(a: Arrays, ledger: Ledger, p: int) -> bool:
    """Whether block p's calendar keeps the rules that concern no other block."""
    horizon = ledger.starts.shape[1]
    earliest, events, weeks = a.opens[p], 0, 0
    for t in range(horizon):
        s = ledger.starts[p, t]
        if a.must[p, t] >= 0 and s != a.must[p, t]:
            return False
        if s >= 0:
            if t < earliest or not a.allowed[p, s, t]:
                return False
            earliest = max(t + a.shape_weeks[s], a.free[p, t + a.shape_weeks[s]])
            events += 1
            weeks += a.shape_weeks[s]
    within: bool = events <= ledger.max_events[p] and weeks <= ledger.max_weeks[p]
    return within


@njit(nogil=True)
def book(a: Arrays, ledger: Ledger, g: int) -> float:
    """Measure group g as it stands and enter it, whatever rules it breaks; the profit gained."""
    low, high = a.group_rows_start[g], a.group_rows_start[g + 1]
    ledger.before[low:high] = ledger.rows[low:high]
    earned = measure(a, g, ledger.starts, ledger.tactics, ledger.rows[low:high])
    gained: float = earned - ledger.profit[g]
    ledger.profit[g] = earned
    for i in range(low, high):
        ledger.totals[a.group_rows[i]] += ledger.rows[i] - ledger.before[i]
    return gained


@njit(nogil=True)
def unbook(a: Arrays, ledger: Ledger, g: int, gained: float) -> None:
    """Take the last booking of group g back; its calendars are for the caller to restore."""
    ledger.profit[g] -= gained
    for i in range(a.group_rows_start[g], a.group_rows_start[g + 1]):
        ledger.totals[a.group_rows[i]] -= ledger.rows[i] - ledger.before[i]
        ledger.rows[i] = ledger.before[i]


@njit(nogil=True)
def holds(a: Arrays, ledger: Ledger, g: int) -> bool:
    """Whether every row that group g counts in holds."""
    for i in range(a.group_rows_start[g], a.group_rows_start[g + 1]):
        r = a.group_rows[i]
        if ledger.totals[r] > ledger.high[r] or ledger.totals[r] < ledger.low[r]:
            return False
    return True
