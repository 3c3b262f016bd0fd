"""Rebates on an account's sales of the horizon, for a plan and for no promotion.

Reading: docs/readings.md, section Rebates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.problem import Floats, Ints, Problem, Tier
from workspace.money import to_cents


@dataclass(frozen=True)
class Rebates:
    """Rebates by account in cents, excl. VAT; accounts without any are left out. Shapes (A,)."""

    account: tuple[str, ...]
    plan: Ints
    no_promotion: Ints

    @property
    def change_cents(self) -> int:
        """What the plan adds to the rebates of all accounts."""
        return int(self.plan.sum()) - int(self.no_promotion.sum())


def rebates(
    problem: Problem,
    units: Floats,
    net_sales: Ints,
    units_no_promotion: Floats,
    net_sales_no_promotion: Ints,
) -> Rebates:
    """The rebates that units (P, T) and net sales (P, T; cents, gross - spend - fees) earn."""
    accounts = tuple(sorted({tier.account for tier in problem.tiers}))
    plan = np.zeros(len(accounts), dtype=np.int64)
    before = np.zeros(len(accounts), dtype=np.int64)
    owner = np.array(problem.account, dtype=np.object_)
    for i, account in enumerate(accounts):
        tiers = [tier for tier in problem.tiers if tier.account == account]
        mine = owner == account
        plan[i] = due(tiers, float(units[mine].sum()), int(net_sales[mine].sum()))
        before[i] = due(
            tiers, float(units_no_promotion[mine].sum()), int(net_sales_no_promotion[mine].sum())
        )
    return Rebates(accounts, plan, before)


def due(tiers: list[Tier], units: float, net_sales: int) -> int:
    """The rebate in cents on `net_sales` (cents) and `units` of one account.

    Of the `all` steps of a basis the highest one reached pays on everything; `excess` steps pay on
    the part above them, up to the next one. Negative net sales earn nothing.
    """
    if net_sales <= 0:
        return 0
    sales = net_sales / 100.0
    total = 0.0
    for basis, size in (("net_sales", sales), ("units", units)):
        steps = sorted((t for t in tiers if t.basis == basis), key=lambda t: t.threshold)
        reached = [t for t in steps if t.reach == "all" and size >= t.threshold]
        if reached:
            total += reached[-1].rate * sales
        excess = [t for t in steps if t.reach == "excess"]
        for i, tier in enumerate(excess):
            top = excess[i + 1].threshold if i + 1 < len(excess) else np.inf
            above = min(size, top) - tier.threshold
            if above > 0.0:
                total += tier.rate * sales * above / size
    return int(to_cents(np.array(total)))
