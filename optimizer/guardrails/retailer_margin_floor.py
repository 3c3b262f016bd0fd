"""Retailer's profit of each account at least so many times its profit with no promotion."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import MONEY_TOLERANCE, Kind, Measure, Sight
from optimizer.guardrails.values import Value
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row per account, over all its selected blocks: deals elsewhere may hurt any of them."""
    assert rule.value is not None
    if rule.first > rule.last:
        return
    for account, blocks in draft.by_account(rule.blocks):
        cents = int(draft.reference_retailer[blocks, rule.first : rule.last + 1].sum())
        limit = rule.value * cents / 100.0
        draft.add_row(rule, account, Quantity.RETAILER_PROFIT, Sense.AT_LEAST, limit, blocks)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: profit over the reference of the account with the least slack; slack in currency."""
    assert rule.value is not None
    weeks = slice(rule.first, rule.last + 1)
    problem, outcome = sight.problem, sight.outcome
    slack, worst, where = None, None, "-"
    shortage = 0.0
    for account in sorted({problem.account[b] for b in rule.blocks}):
        if rule.first > rule.last:
            break
        blocks = [b for b in rule.blocks if problem.account[b] == account]
        profit = int(outcome.retailer_profit[blocks, weeks].sum())
        reference = int(outcome.retailer_profit_no_promotion[blocks, weeks].sum())
        left = (profit - rule.value * reference) / 100.0
        shortage += -left if left < -MONEY_TOLERANCE else 0.0
        if slack is None or left < slack:
            slack, where = left, account
            worst = profit / reference if reference else None
    message = Text(
        "retailer's profit at least {value} times that with no promotion: {worst} in {where}",
        value=f"{rule.value:g}",
        worst="-" if worst is None else f"{worst:.4f}",
        where=where,
    )
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        slack,
        message,
        MONEY_TOLERANCE,
        shortage,
    )


KIND = Kind("retailer_margin_floor", Value(high=100.0), restrict, measure, soft=True)
