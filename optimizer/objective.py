"""What a plan is for: profit, revenue, volume, weights of these, or what both sides gain (nash).

Everything is counted against no promotion, tail included. Rebates move profit from us to the
retailer; the ordinary search leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.problem import Aim, Floats, Problem
from optimizer.value import Outcome
from workspace.money import to_cents

PROFIT, NASH = "profit", "nash"
AIMS = {
    "profit": Aim.PROFIT,
    "revenue": Aim.REVENUE,
    "volume": Aim.VOLUME,
    "retailer_profit": Aim.RETAILER_PROFIT,
}
NAMED = ("profit", "revenue", "volume", NASH)  # objectives that a scenario gives by name

Objective = str | Mapping[str, float]


def weights_of(objective: Objective) -> dict[str, float]:
    """What a unit of each aim is worth; empty for `nash`, which weighs nothing."""
    if not isinstance(objective, str):
        return dict(objective)
    return {} if objective == NASH else {objective: 1.0}


def rebate_weight(objective: Objective) -> float:
    """What a unit of rebates costs the objective, < 0 where it gains; 0 for `nash` and others."""
    weights = weights_of(objective)
    return weights.get(PROFIT, 0.0) - weights.get("retailer_profit", 0.0)


def aims_for(objective: Objective, blocks: int) -> Floats | None:
    """The weights as a problem has them, (P, Aim); None for profit alone, where `nash` begins."""
    weights = weights_of(objective)
    if objective == NASH or weights == {PROFIT: 1.0}:
        return None
    aims = np.zeros((blocks, len(Aim)))
    for name, weight in weights.items():
        aims[:, AIMS[name]] = weight
    return aims


def weighed(problem: Problem, outcome: Outcome) -> float:
    """What a calendar gains by the problem's aims, before rebates, in the objective's unit."""
    if problem.aims is None:
        return (int(outcome.profit.sum()) - int(outcome.profit_no_promotion.sum())) / 100.0
    cells = {
        Aim.PROFIT: (outcome.profit - outcome.profit_no_promotion) / 100.0,
        Aim.REVENUE: (outcome.gross_sales - outcome.gross_sales_no_promotion) / 100.0,
        Aim.VOLUME: outcome.units - outcome.reference_units,
        Aim.RETAILER_PROFIT: (outcome.retailer_profit - outcome.retailer_profit_no_promotion)
        / 100.0,
    }
    return float(
        sum((problem.aims[:, aim] * cell.sum(axis=1)).sum() for aim, cell in cells.items())
    )


def gains(outcome: Outcome) -> tuple[int, int]:
    """What we and the retailers gain, rebates included, in cents."""
    ours = outcome.objective_cents
    return ours, outcome.retailer_change_cents + outcome.rebates.change_cents


def worth(outcome: Outcome, objective: Objective) -> int:
    """The objective in hundredths of its unit: currency, consumer units, or currency squared."""
    ours, theirs = gains(outcome)
    if objective == NASH:
        return int(to_cents(np.array(max(0, ours) * max(0, theirs) / 10_000.0)))
    sales = int(outcome.gross_sales.sum()) - int(outcome.gross_sales_no_promotion.sum())
    change = float(outcome.units.sum() - outcome.reference_units.sum())
    amounts = {
        "profit": ours / 100.0,
        "revenue": sales / 100.0,
        "volume": change,
        "retailer_profit": theirs / 100.0,
    }
    if objective == PROFIT:
        return ours
    total = sum(weight * amounts[name] for name, weight in weights_of(objective).items())
    return int(to_cents(np.array(total)))
