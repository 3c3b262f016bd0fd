"""A frontier as data: a plan's figures at every amount, and what is proven between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.objective import PROFIT, Objective

ONE = 1.0  # one more unit of currency that earns one


@dataclass(frozen=True)
class Tangent:
    """A line that no plan lies above: at `amount` it is `height`, and it rises by `slope`."""

    amount: float
    height: float
    slope: float

    def at(self, amount: float) -> float:
        """Its height at another amount, currency."""
        return self.height + self.slope * (amount - self.amount)


@dataclass(frozen=True)
class Point:
    """The best plan found at one amount. Money in currency, excl. VAT; None: no plan keeps the
    rules there. Changes are against no promotion.

    `profit` is the manufacturer's incremental profit and `objective` the same less the penalties
    of soft rules, which is searched for where the scenario maximises profit.
    """

    amount: float
    possible: bool = True  # False: proven that no calendar keeps the rules at this amount
    profit: float | None = None
    objective: float | None = None
    bound: float | None = None  # no plan at this amount has a larger objective
    spend: float | None = None
    retailer_profit: float | None = None
    units: float | None = None
    events: int | None = None
    profit_p10: float | None = None
    profit_p90: float | None = None
    marginal_profit: float | None = None  # what one more unit of the budget adds to the objective
    tangent: Tangent | None = None

    @property
    def gap(self) -> float | None:
        """(bound - objective) / max(1, |objective|)."""
        if self.bound is None or self.objective is None:
            return None
        return (self.bound - self.objective) / max(1.0, abs(self.objective))


@dataclass(frozen=True)
class Curve:
    """A frontier. `points` are by amount, ascending; `budget` "" is the total budget."""

    scenario: str
    budget: str
    in_force: float
    currency: str
    asked: float  # the gap at which a plan counts as optimal
    points: tuple[Point, ...]
    maximised: Objective = PROFIT  # where not profit, nothing is proven of what plans earn

    @property
    def planned(self) -> tuple[Point, ...]:
        """The points that have a plan."""
        return tuple(point for point in self.points if point.objective is not None)

    @property
    def returns(self) -> dict[float, float]:
        """Objective gained per unit of budget since the amount before, by amount."""
        found = {}
        for before, after in pairwise(self.points):
            if before.objective is not None and after.objective is not None:
                gained = after.objective - before.objective
                found[after.amount] = gained / (after.amount - before.amount)
        return found

    def ceiling(self, amount: float) -> float | None:
        """What no plan at an amount, on the grid or between, can earn more than: concave in it."""
        heights = [point.tangent.at(amount) for point in self.points if point.tangent]
        return min(heights) if heights else None

    @property
    def turning(self) -> float | None:
        """The amount at which one more unit begins to earn less than one unit, None if nowhere.

        Interpolated between the two amounts whose marginal profits lie on either side of 1.
        """
        return self._falls_below(ONE)

    @property
    def saturation(self) -> float | None:
        """The first amount at which more budget earns nothing, None if it always does."""
        for point in self.planned:
            if point.marginal_profit is not None and point.marginal_profit <= 1e-6:
                return point.amount
        return None

    def _falls_below(self, level: float) -> float | None:
        known = [p for p in self.planned if p.marginal_profit is not None]
        for before, after in pairwise(known):
            high, low = before.marginal_profit or 0.0, after.marginal_profit or 0.0
            if high >= level > low:
                share = (high - level) / (high - low)
                return before.amount + share * (after.amount - before.amount)
        return None

    def tightened(self) -> Curve:
        """The same with every bound as low as the tangents of all points prove it."""
        points = []
        for point in self.points:
            bound, proven = point.bound, self.ceiling(point.amount)
            if bound is not None and proven is not None and point.objective is not None:
                cut = math.ceil(min(bound, proven) * 100.0 - 1e-6) / 100.0
                bound = max(cut, point.objective)
            points.append(replace(point, bound=bound))
        return replace(self, points=tuple(points))
