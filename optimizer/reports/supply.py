"""supply.csv: the units that a plan sells against those that there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.plan import Plan
from optimizer.reports.cells import number
from workspace.weeks import week_index

HEADER = ("product", "week", "units", "available")


def supply(plan: Plan) -> Iterator[list[str]]:
    """One row for each row of `supply` in the horizon whose product the problem has.

    What is not used is carried over to the next week, where that has a row too.
    """
    problem, table = plan.problem, plan.workspace.supply
    weeks = week_index(table["week"].to_numpy(), np.datetime64(problem.weeks[0], "D")).tolist()
    sold: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for product in sorted(set(table["product"]) & set(problem.product)):
        mine = [b for b, name in enumerate(problem.product) if name == product]
        sold[product] = plan.outcome.units[mine].sum(axis=0)
    before: tuple[str, int] | None = None
    kept = 0.0
    columns = (table["product"], weeks, table["units"], table["carry_over"])
    for product, week, units, carry_over in zip(*columns, strict=True):
        if product not in sold or not 0 <= week < problem.horizon:
            continue
        available = float(units) + (kept if before == (product, week - 1) else 0.0)
        used = float(sold[product][week])
        before, kept = (product, week), float(carry_over) * max(0.0, available - used)
        yield [product, problem.weeks[week], number(used), number(available)]
