"""At most so many products on promotion in an account in each week."""

from __future__ import annotations

from optimizer.guardrails.crowd import fullest, limit_crowds
from optimizer.guardrails.draft import Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import COUNT
from optimizer.problem import Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row per account and week, where more products could run than there are slots."""
    assert rule.value is not None
    limit_crowds(rule, draft, draft.by_account(rule.blocks[draft.active[rule.blocks]]), rule.value)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the most selected products that an account promotes in a selected week."""
    assert rule.value is not None
    crowd = fullest(rule, sight, clusters(rule.blocks, sight.problem.account), rule.value)
    message = Text(
        "at most {value} products on promotion in an account and week: {worst} in {where}, {week}",
        value=int(rule.value),
        worst=crowd.count,
        where=crowd.where,
        week=crowd.week,
    )
    slack = rule.value - crowd.count
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        crowd.count,
        slack,
        message,
        shortage=crowd.excess,
    )


KIND = Kind("slots", COUNT, restrict, measure, soft=True)
