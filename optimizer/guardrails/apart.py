"""At most one of the selected products on promotion in an account in a week."""

from __future__ import annotations

from optimizer.guardrails.crowd import fullest, limit_crowds
from optimizer.guardrails.draft import Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row per account and week."""
    limit_crowds(rule, draft, draft.by_account(rule.blocks[draft.active[rule.blocks]]), 1.0)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the most selected products that an account promotes in a selected week."""
    crowd = fullest(rule, sight, clusters(rule.blocks, sight.problem.account), 1.0)
    message = Text(
        "products never on promotion together in an account: {worst} in {where}, {week}",
        worst=crowd.count,
        where=crowd.where,
        week=crowd.week,
    )
    slack = 1.0 - crowd.count
    return Measure(
        rule.rule, rule.selection, None, crowd.count, slack, message, shortage=crowd.excess
    )


KIND = Kind("apart", NONE, restrict, measure, soft=True)
