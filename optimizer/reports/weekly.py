"""weekly.csv: units and money of every block and week of horizon and tail."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.plan import Plan, block_order
from optimizer.regular_prices import at_levels, levels_of, regular_prices
from optimizer.reports.cells import moneys, number, numbers

HEADER = (
    "account",
    "product",
    "week",
    "tactic",
    "base_price",
    "shelf_price",
    "units",
    "baseline_units",
    "gross_sales",
    "variable_spend",
    "fees",
    "profit",
    "retailer_profit",
    "profit_no_promotion",
    "retailer_profit_no_promotion",
    "tail",
)


def weekly(plan: Plan) -> Iterator[list[str]]:
    """One row for each block and week, sorted by account, product, week."""
    problem, outcome = plan.problem, plan.outcome
    horizon, width = problem.horizon, len(problem.weeks)
    running = np.zeros((problem.blocks, width), dtype=np.int64)
    running[:, :horizon] = plan.calendar.grid(problem)
    regular = regular_prices(problem, plan.calendar)
    levels = levels_of(problem, plan.calendar)
    on_shelf = at_levels(problem, "shelf_price", running[:, :horizon], levels)
    tail = ["0"] * horizon + ["1"] * problem.tail
    for block in block_order(problem).tolist():
        tactics = running[block].tolist()
        listed = [number(float(problem.money.base_price[block]))] * problem.tail
        base, shelf = (numbers(table[block]) + listed for table in (regular, on_shelf))
        amounts = [
            numbers(outcome.units[block]),
            numbers(outcome.reference_units[block]),
            moneys(outcome.gross_sales[block]),
            moneys(outcome.variable_spend[block]),
            moneys(outcome.fees[block]),
            moneys(outcome.profit[block]),
            moneys(outcome.retailer_profit[block]),
            moneys(outcome.profit_no_promotion[block]),
            moneys(outcome.retailer_profit_no_promotion[block]),
        ]
        names = (problem.account[block], problem.product[block])
        for week, (tactic, *cells) in enumerate(zip(tactics, *amounts, strict=True)):
            shown = (base[week], shelf[week])
            first = (*names, problem.weeks[week], problem.tactics[tactic], *shown)
            yield [*first, *cells, tail[week]]
