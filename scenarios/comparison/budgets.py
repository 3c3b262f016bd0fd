"""The budgets of a plan that are a comparison's business, as budgets.csv has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from scenarios.comparison.contender import Contender, cents_of
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Budget:
    """One budget in one plan: whole cents; None where the plan does not say."""

    name: str
    ceiling: bool
    amount: int
    planned: int
    p95: int | None  # 19 times in 20 the spend is no more than this
    marginal_profit: float | None  # what one more unit of it earns

    @property
    def doubtful(self) -> bool:
        """Whether spend may exceed it more often than 1 time in 20."""
        return self.ceiling and self.p95 is not None and self.p95 > self.amount


def budgets_of(
    contender: Contender, workspace: Workspace, accounts: Collection[str]
) -> tuple[Budget, ...]:
    """Those of all accounts, or of one of `accounts`, by name: others' budgets are not shown."""
    table = workspace.budgets
    kinds = {
        name: kind != "floor"
        for name, kind, account in zip(
            table["budget"], table["kind"], table["account"], strict=True
        )
        if not account or account in accounts
    }
    rows = contender.tables["budgets"].to_dict("records")
    return tuple(
        Budget(
            name=row["budget"],
            ceiling=kinds[row["budget"]],
            amount=cents_of(row["amount"]),
            planned=cents_of(row["planned"]),
            p95=cents_of(row["spend_p95"]) if row["spend_p95"] else None,
            marginal_profit=float(row["marginal_profit"]) if row["marginal_profit"] else None,
        )
        for row in rows
        if row["budget"] in kinds
    )
