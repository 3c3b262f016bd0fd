"""What a calendar comes to in every coupling row, from the one definition of value."""

from __future__ import annotations

import numpy as np

from optimizer.problem import Calendar, Floats, Problem, Quantity
from optimizer.regular_prices import regular_prices
from optimizer.value import value


def row_totals(problem: Problem, calendar: Calendar) -> Floats:
    """Totals (R,) of the rows, in the units of their limits: currency, units or counts."""
    outcome, horizon = value(problem, calendar), problem.horizon
    grid = calendar.grid(problem)
    starts = np.zeros(grid.shape)
    np.add.at(starts, (calendar.block, calendar.start), 1.0)
    cuts = (np.take_along_axis(problem.depth, grid, axis=1) > 0.0).astype(np.float64)
    units = outcome.units[:, :horizon]
    prices = regular_prices(problem, calendar)
    before = np.concatenate([problem.money.base_price[:, None], prices[:, :-1]], axis=1)
    quantities = {
        Quantity.SPEND: outcome.spend / 100.0,
        Quantity.RETAILER_PROFIT: outcome.retailer_profit[:, :horizon] / 100.0,
        Quantity.UNITS: units,
        Quantity.ACTIVE: (grid > 0).astype(np.float64),
        Quantity.STARTS: starts,
        Quantity.PROFIT: outcome.profit[:, :horizon] / 100.0,
        Quantity.DEAL_UNITS: np.where(grid > 0, units, 0.0),
        Quantity.CUTS: cuts,
        Quantity.CUT_STARTS: starts * cuts,
        Quantity.GROSS_SALES: outcome.gross_sales[:, :horizon] / 100.0,
        Quantity.REGULAR_PRICE: prices,
        Quantity.RAISES: (prices > before).astype(np.float64),
    }
    totals = np.zeros(len(problem.rows))
    for r, row in enumerate(problem.rows):
        for term in row.terms:
            weeks = slice(term.first, term.last + 1)
            totals[r] += term.weight * float(quantities[term.quantity][term.blocks, weeks].sum())
    return totals
