"""budgets.csv: what each budget was, what the plan uses, what one more unit of it would earn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.objective import PROFIT
from optimizer.plan import Plan
from optimizer.reports.cells import money, number
from optimizer.uncertainty import Uncertainty
from workspace.money import to_cents

HEADER = ("budget", "amount", "planned", "left", "spend_p95", "marginal_profit")
HIGH = 0.95  # the quantile of spend that the column's name promises


def budgets(plan: Plan, uncertainty: Uncertainty | None) -> Iterator[list[str]]:
    """One row for each budget of the workspace, by name."""
    spend = plan.outcome.spend
    worth = marginal_profits(plan)
    for place, row in enumerate(plan.problem.budgets):
        planned = int(spend[row.blocks, row.first : row.last + 1].sum())
        amount = int(to_cents(np.array(row.limit)))
        high = ""
        if uncertainty is not None:
            quantile = np.quantile(uncertainty.budgets[:, place], HIGH)
            high = money(int(to_cents(np.array(quantile))))
        yield [
            row.name,
            money(amount),
            money(planned),
            money(amount - planned),
            high,
            number(None if worth is None else worth.get(row.name, 0.0)),
        ]


def marginal_profits(plan: Plan) -> dict[str, float] | None:
    """What a unit of currency more of each budget earns; None where nothing is known,
    or where it is not profit that is maximised.

    Budgets without a row in the problem cannot bind: they are left out.
    """
    if plan.duals is None or plan.spec.maximised != PROFIT:
        return None
    mine = {row.name for row in plan.problem.budgets}
    rows = zip(plan.problem.rows, plan.duals.tolist(), strict=True)
    return {row.name: dual + 0.0 for row, dual in rows if row.name in mine}
