"""The best plan so far: one column for each group, judged in exact cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.codes import calendar_in
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Calendar, Floats, Ints, Quantity, Sense

PRICE_TOLERANCE = 1e-9  # as rules on regular prices have it
_UNITS = (Quantity.UNITS, Quantity.DEAL_UNITS)


@dataclass(frozen=True)
class Incumbent:
    """A chosen column for every group."""

    columns: Ints  # (G,) index in the pool
    objective: float  # currency: profit in exact cents, less the penalties of soft rules
    totals: Floats  # (R,) of its rows, in the limits' units
    lacking: float  # sum of hard rows' violations in typical worths, 0 when all of them hold
    profit: float = 0.0  # currency, exact cents, before penalties

    @property
    def feasible(self) -> bool:
        """Whether every hard row holds."""
        return self.lacking == 0.0

    def beats(self, other: Incumbent | None) -> bool:
        """Less lacking first, then more profit."""
        if other is None:
            return True
        if self.lacking != other.lacking:
            return self.lacking < other.lacking
        return self.objective > other.objective


def assess(pricer: Pricer, pool: Pool, columns: Ints, typical: Floats) -> Incumbent:
    """Add up a choice of columns and compare each row with its limit."""
    rows = pricer.problem.rows
    sums = np.zeros(len(rows))
    profit = 0.0
    for g in range(pricer.groups):
        sums[pricer.group_rows(g)] += pool.rows(g)[columns[g]]
        profit += pool.profit(g)[columns[g]]
    totals = sums * pricer.row_scale
    missing = lacks(pricer, totals)
    penalty = np.array([row.penalty for row in rows])
    soft = np.isfinite(penalty)
    paid = float(missing[soft] @ penalty[soft])
    lacking = float((missing * typical)[~soft].sum())
    return Incumbent(columns, profit / 100.0 - paid, totals, lacking, profit / 100.0)


def lacks(pricer: Pricer, totals: Floats) -> Floats:
    """By how much each row (R,) misses its limit; 0 within what its rule allows floats."""
    rows = pricer.problem.rows
    limits = np.array([row.limit for row in rows])
    ceiling = np.array([row.sense == Sense.AT_MOST for row in rows], dtype=np.bool_)
    units = np.array([row.quantity in _UNITS for row in rows], dtype=np.bool_)
    missing = np.where(ceiling, totals - limits, limits - totals)
    prices = np.array([row.quantity == Quantity.REGULAR_PRICE for row in rows], dtype=np.bool_)
    tolerance = np.where(units, 1e-7 * np.maximum(1.0, np.abs(limits)), 1e-4)
    tolerance[prices] = PRICE_TOLERANCE
    return np.where(missing > tolerance, missing, 0.0)


def calendar_of(pricer: Pricer, pool: Pool, columns: Ints) -> Calendar:
    """The events of a choice of columns, sorted by block and start."""
    codes = np.concatenate([pool.starts(g, int(columns[g])) for g in range(pricer.groups)])
    return calendar_in(codes, pricer.problem)
