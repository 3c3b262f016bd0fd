"""pnl.csv: the profit and loss of each account and brand, ours and the retailer's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.plan import Plan
from optimizer.problem import Ints
from optimizer.reports.cells import money
from workspace.money import split_cents

HEADER = ("account", "brand", "line", "no_promotion", "plan", "change")
LINES = (
    "gross_sales",
    "variable_spend",
    "fees",
    "rebates",
    "net_sales",
    "cogs",
    "profit",
    "retailer_profit",
)


def pnl(plan: Plan) -> Iterator[list[str]]:
    """Eight rows for each account and brand, sorted; sums of the weekly rows, tail included."""
    pairs = owners(plan)
    before = _rebates(plan, pairs, promoted=False)
    after = _rebates(plan, pairs, promoted=True)
    for pair, blocks in pairs.items():
        none = _lines(plan, blocks, before.get(pair, 0), promoted=False)
        some = _lines(plan, blocks, after.get(pair, 0), promoted=True)
        for line, a, b in zip(LINES, none, some, strict=True):
            yield [*pair, line, money(a), money(b), money(b - a)]


def owners(plan: Plan) -> dict[tuple[str, str], Ints]:
    """The blocks of each account and brand, sorted by account and brand."""
    products = plan.workspace.products
    brand = dict(zip(products["product"], products["brand"], strict=True))
    problem = plan.problem
    found: dict[tuple[str, str], list[int]] = {}
    for block in range(problem.blocks):
        pair = (problem.account[block], brand[problem.product[block]])
        found.setdefault(pair, []).append(block)
    return {pair: np.array(found[pair], dtype=np.int64) for pair in sorted(found)}


def _lines(plan: Plan, blocks: Ints, rebate: int, promoted: bool) -> list[int]:
    """The amounts of LINES in cents."""
    outcome = plan.outcome
    gross = outcome.gross_sales if promoted else outcome.gross_sales_no_promotion
    profit = outcome.profit if promoted else outcome.profit_no_promotion
    retailer = outcome.retailer_profit if promoted else outcome.retailer_profit_no_promotion
    sales = int(gross[blocks].sum())
    variable = int(outcome.variable_spend[blocks].sum()) if promoted else 0
    fees = int(outcome.fees[blocks].sum()) if promoted else 0
    net = sales - variable - fees - rebate
    left = int(profit[blocks].sum()) - rebate
    theirs = int(retailer[blocks].sum()) + rebate
    return [sales, variable, fees, rebate, net, net - left, left, theirs]


def _rebates(
    plan: Plan, pairs: dict[tuple[str, str], Ints], promoted: bool
) -> dict[tuple[str, str], int]:
    """Each account's rebate divided among its brands by their net sales of the horizon."""
    outcome, horizon = plan.outcome, plan.problem.horizon
    gross = outcome.gross_sales if promoted else outcome.gross_sales_no_promotion
    net = gross[:, :horizon] - (outcome.spend if promoted else 0)
    given = outcome.rebates.plan if promoted else outcome.rebates.no_promotion
    shares: dict[tuple[str, str], int] = {}
    for account, total in zip(outcome.rebates.account, given.tolist(), strict=True):
        brands = [pair for pair in pairs if pair[0] == account]
        sizes = np.array([max(0, int(net[pairs[pair]].sum())) for pair in brands], dtype=np.float64)
        if brands and not sizes.any():
            sizes[0] = 1.0
        if brands:
            shares |= dict(zip(brands, split_cents(int(total), sizes).tolist(), strict=True))
    return shares
