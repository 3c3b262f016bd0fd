"""First prices for budgets, slots and floors: Adam on the relative violations of local optima.

Kingma & Ba (2015), algorithm 1, on the Lagrangian dual. Each round asks every group for a local
optimum at the current prices; a row's subgradient is its total against its limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.cancellation import Clock
from optimizer.codes import shapes_in
from optimizer.kernels.arrays import sign
from optimizer.pool import Pool
from optimizer.pricing import Pricer, Proposals
from optimizer.problem import Floats, Quantity


@dataclass(frozen=True)
class AdamOptions:
    """Symbols as in the paper; checked at construction."""

    rounds: int = 80  # >= 1
    step: float = 0.15  # alpha > 0, in units of a row's typical price
    halving: float = 25.0  # rounds after which the step has halved, > 0
    first: float = 0.8  # beta_1 in [0, 1)
    second: float = 0.95  # beta_2 in [0, 1)

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.step <= 0 or self.halving <= 0:
            raise ValueError("rounds >= 1, step > 0 and halving > 0 are needed")
        if not (0 <= self.first < 1 and 0 <= self.second < 1):
            raise ValueError("first and second must lie in [0, 1)")


@dataclass(frozen=True)
class Multipliers:
    """Prices of the rows and the calendars that answered the last of them."""

    worth: Floats  # (R,) <= 0 for ceilings, >= 0 for floors
    typical: Floats  # (R,) > 0, a typical size of worth: the unit of steps and penalties
    last: Proposals


def totals(pricer: Pricer, found: Proposals) -> Floats:
    """Row totals (R,) of one calendar for every group, in the unit of the rows' limits."""
    sums = np.bincount(
        pricer.arrays.group_rows, weights=found.rows, minlength=pricer.row_scale.size
    )
    return np.asarray(sums * pricer.row_scale)


def typical_worth(pricer: Pricer, free: Proposals) -> Floats:
    """What a unit of each row is typically worth, (R,), from calendars that cost nothing."""
    problem = pricer.problem
    starts = shapes_in(free.starts, problem.shapes.tactic.size)
    events = max(1, int((starts >= 0).sum()))
    weeks = max(events, int(problem.shapes.weeks[starts[starts >= 0]].sum()))
    # Where promotion earns nothing, an event still moves about a week of its product's profit.
    week = np.abs(pricer.arrays.reference).mean() / 100.0 + 0.01
    gained = max(week * events, float(free.profit.sum()) / 100.0)
    goal = np.abs(pricer.arrays.goal[:, 0]).mean() + 1e-9
    money = goal / (np.abs(pricer.arrays.margin).mean() + 1e-9)
    unit = {
        Quantity.SPEND: float(money),
        Quantity.RETAILER_PROFIT: float(money),
        Quantity.UNITS: float(goal),
        Quantity.ACTIVE: gained / weeks,
        Quantity.STARTS: gained / events,
        Quantity.PROFIT: float(money),
        Quantity.DEAL_UNITS: float(goal),
        Quantity.CUTS: gained / weeks,
        Quantity.CUT_STARTS: gained / events,
        Quantity.REGULAR_PRICE: float(week),
        Quantity.RAISES: float(week),
        Quantity.GROSS_SALES: float(money),
    }
    return np.array([unit[row.quantity] for row in problem.rows])


def find(
    pricer: Pricer,
    pool: Pool,
    free: Proposals,
    clock: Clock,
    typical: Floats,
    options: AdamOptions | None = None,
    begin: Floats | None = None,
) -> Multipliers:
    """Walk the prices from nothing; keeps the columns of the second half of the rounds.

    `free` are local optima at the first prices, `typical` the rows' `typical_worth`. Prices that
    are near from the `begin` (R,) are worth the columns of every round.
    """
    options = options or AdamOptions()
    problem = pricer.problem
    signs = np.array([sign(row) for row in problem.rows])
    dearest = np.array([row.penalty for row in problem.rows]) / typical
    limits = np.array([row.limit for row in problem.rows])
    at_rest = totals(pricer, free)
    size = np.maximum.reduce([np.abs(limits), 0.25 * np.abs(at_rest), np.full(limits.size, 1e-6)])
    price = np.zeros(limits.size) if begin is None else signs * begin / typical
    mean = np.zeros(limits.size)
    square = np.zeros(limits.size)
    found = free
    for i in range(options.rounds):
        clock.check()
        if clock.left <= 0:
            break
        slope = signs * (limits - totals(pricer, found)) / size
        if (slope <= 0).all() and (price == 0).all():
            break  # nothing binds
        mean = options.first * mean + (1 - options.first) * slope
        square = options.second * square + (1 - options.second) * slope**2
        ahead = mean / (1 - options.first ** (i + 1))
        spread = np.sqrt(square / (1 - options.second ** (i + 1))) + 1e-6
        step = options.step * 0.5 ** (i / options.halving)
        price = np.clip(price + step * ahead / spread, 0.0, dearest)
        # One pass is enough: prices move little from round to round, and calendars with them.
        found = pricer.ascend(signs * price * typical, found.starts, passes=1)
        if 2 * i >= options.rounds or begin is not None:
            pool.add(found)
    return Multipliers(signs * price * typical, typical, found)
