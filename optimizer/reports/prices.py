"""prices.csv: every change of a regular price that the plan recommends, and what it earns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.plan import Plan
from optimizer.problem import Moves
from optimizer.reports.calendar import Ledger, quantiles
from optimizer.reports.cells import money, moneys, number, numbers
from optimizer.uncertainty import Uncertainty
from workspace.text import Text

HEADER = (
    "change",
    "account",
    "product",
    "week",
    "weeks",
    "previous_price",
    "base_price",
    "incremental_units",
    "incremental_profit",
    "retailer_incremental_profit",
    "incremental_profit_p10",
    "incremental_profit_p90",
    "reason",
)
NO_MOVES = Moves(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def change_code(move: int) -> str:
    """The code of a row of the plan's changes."""
    return f"P{move + 1:04d}"


def prices(plan: Plan, ledger: Ledger, uncertainty: Uncertainty | None) -> Iterator[list[str]]:
    """One row for each change, sorted by account, product, week."""
    problem, moves = plan.problem, plan.calendar.moves or NO_MOVES
    assert problem.ladder is not None
    table, events = problem.ladder.price, plan.calendar.block.size
    units = numbers(ledger.incremental_units[events:])
    profit = ledger.profit[events:].tolist()
    retailer = moneys(ledger.retailer_profit[events:])
    low, high = (
        quantiles(uncertainty, level, events + moves.block.size)[events:] for level in (0.10, 0.90)
    )
    before, end = _neighbours(moves, problem.horizon)
    for i in range(moves.block.size):
        block, week, level = (int(a[i]) for a in (moves.block, moves.week, moves.level))
        old, new = float(table[block, before[i]]), float(table[block, level])
        yield [
            change_code(i),
            problem.account[block],
            problem.product[block],
            problem.weeks[week],
            str(end[i] - week),
            number(old),
            number(new),
            units[i],
            money(profit[i]),
            retailer[i],
            low[i],
            high[i],
            str(_reason(plan, profit[i], ledger.retailer_profit[events + i], level)),
        ]


def _neighbours(moves: Moves, horizon: int) -> tuple[list[int], list[int]]:
    """The level before each change, and the week in which the next one takes its place."""
    before, end = [], []
    for i in range(moves.block.size):
        same = i > 0 and moves.block[i - 1] == moves.block[i]
        more = i + 1 < moves.block.size and moves.block[i + 1] == moves.block[i]
        before.append(int(moves.level[i - 1]) if same else 0)
        end.append(int(moves.week[i + 1]) if more else horizon)
    return before, end


def _reason(plan: Plan, profit: int, retailer: int, level: int) -> Text:
    """Words of advice: whoever sells to shoppers sets the price."""
    if plan.given:
        return Text("as given with the calendar that was evaluated")
    if level == 0:
        return Text("recommended: back to the listed price")
    if profit > 0 and retailer >= 0:
        return Text("recommended: both sides earn more at this regular price")
    if profit > 0:
        return Text("recommended: we earn more at this regular price, the retailer less")
    if retailer > 0:
        return Text("recommended: the retailer earns more, which a rule of the scenario asks for")
    return Text("recommended as part of the best plan found")
