"""How sure a plan's figures are: the same calendar valued on draws of the response."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.attribution import meetings
from optimizer.problem import Calendar, Demand, Edges, Floats, Problem
from optimizer.risk import Earnings
from optimizer.volumes import volumes_of


@dataclass(frozen=True)
class Uncertainty:
    """Unrounded figures of a calendar on each of D draws, currency excl. VAT."""

    # (D, n) incremental profit of each event and change of price, attributed as in the reports
    events: Floats
    objective: Floats  # (D,) incremental profit less the change of rebates
    budgets: Floats  # (D, B) spend of each budget of the problem
    units: Floats  # (D, N, W) units of each product in each week, products sorted

    def quantile(self, level: float) -> Floats:
        """The linear quantile of each event's incremental profit over the draws: (n,)."""
        found: Floats = np.quantile(self.events, level, axis=0)
        return found


def uncertainty(
    problem: Problem, calendar: Calendar, demands: Iterable[Demand]
) -> Uncertainty | None:
    """Value a calendar on every draw. None without draws.

    `demands` have the problem's shapes and its edges in its order; one is held at a time. The
    calendar must be in the order of reports, which decides nothing here but the events' places.
    """
    mean = problem.demand.edges
    met = meetings(problem, calendar)
    earnings = Earnings.of(problem, calendar)
    volumes = volumes_of(problem)
    events, objective, budgets, volume = [], [], [], []
    for demand in demands:
        units = earnings.units(demand)
        volume.append(volumes.of(units))
        spend = earnings.spend(units)
        change = earnings.change(units, spend, demand)
        if not _same(demand.edges, mean):  # a draw may have an effect that the mean has not
            mean = demand.edges
            met = meetings(replace(problem, demand=demand), calendar)
        events.append(met.parts(change, met.shares(met.sizes(demand))))
        objective.append(float(change.sum()) - earnings.rebates(units, spend, demand))
        budgets.append(
            [spend[row.blocks, row.first : row.last + 1].sum() for row in problem.budgets]
        )
    if not events:
        return None
    count = len(events)
    spent = np.array(budgets).reshape(count, -1)
    return Uncertainty(np.array(events), np.array(objective), spent, np.array(volume))


def _same(edges: Edges, others: Edges) -> bool:
    """Whether two sets of edges differ in nothing but coefficients."""
    if edges.target.size != others.target.size:
        return False
    names = ("target", "source", "lag")
    return all(np.array_equal(getattr(edges, name), getattr(others, name)) for name in names)
