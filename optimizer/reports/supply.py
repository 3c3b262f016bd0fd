"""supply.csv: the units that a plan sells against those that there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.plan import Plan
from optimizer.problem import Floats
from optimizer.reports.cells import number
from optimizer.stock import stock

HEADER = ("product", "week", "units", "available")


def supply(plan: Plan) -> Iterator[list[str]]:
    """One row for each row of `supply` in the horizon whose product the problem has.

    What is not used is carried over to the next week, where that has a row too.
    """
    problem, table = plan.problem, plan.workspace.supply
    sold: dict[str, Floats] = {}
    for product in sorted(set(table["product"]) & set(problem.product)):
        mine = [b for b, name in enumerate(problem.product) if name == product]
        sold[product] = plan.outcome.units[mine].sum(axis=0)
    first = np.datetime64(problem.weeks[0], "D")
    for product, week, available in stock(table, first, problem.horizon, sold):
        used = float(sold[product][week])
        yield [product, problem.weeks[week], number(used), number(float(available))]
