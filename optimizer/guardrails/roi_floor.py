"""Incremental profit before spend at least (1 + value) times spend."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import MONEY_TOLERANCE, Kind, Measure, Sight
from optimizer.guardrails.values import Value
from optimizer.problem import Quantity, Rule, Sense, Term
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row over the whole selection: profit less `value` times spend, against no promotion."""
    assert rule.value is not None
    if rule.first > rule.last or not rule.blocks.size:
        return
    cents = int(draft.reference_profit[rule.blocks, rule.first : rule.last + 1].sum())
    spend = Term(Quantity.SPEND, -rule.value, rule.blocks, rule.first, rule.last)
    draft.add_row(
        rule, "", Quantity.PROFIT, Sense.AT_LEAST, cents / 100.0, rule.blocks, more=(spend,)
    )


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: incremental profit over spend, None without spend; slack in currency."""
    assert rule.value is not None
    here = (rule.blocks, slice(rule.first, rule.last + 1))
    outcome = sight.outcome
    gained = int(outcome.profit[here].sum()) - int(outcome.profit_no_promotion[here].sum())
    spend = int(outcome.spend[here].sum())
    slack = (gained - rule.value * spend) / 100.0
    worst = gained / spend if spend else None
    message = Text(
        "return on spend at least {value:.1%}: {worst}",
        value=rule.value,
        worst="-" if worst is None else f"{worst:.2%}",
    )
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        slack,
        message,
        MONEY_TOLERANCE,
        shortage=-slack if slack < -MONEY_TOLERANCE else 0.0,
    )


KIND = Kind("roi_floor", Value(low=-1.0, high=100.0), restrict, measure, soft=True)
