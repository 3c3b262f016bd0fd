"""At least so many events in the selection."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import COUNT
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row over the whole selection."""
    assert rule.value is not None
    if rule.value == 0:
        return
    blocks = rule.blocks[draft.active[rule.blocks]]
    if blocks.size and rule.first <= rule.last:
        draft.add_row(rule, "", Quantity.STARTS, Sense.AT_LEAST, rule.value, blocks)
    else:
        draft.impossible(rule)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the events whose first week is selected."""
    assert rule.value is not None
    worst = int(sight.starts[rule.blocks, rule.first : rule.last + 1].sum())
    message = Text("at least {value} events: {worst}", value=int(rule.value), worst=worst)
    slack = worst - rule.value
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        slack,
        message,
        shortage=max(0.0, -slack),
    )


KIND = Kind("required", COUNT, restrict, measure, soft=True)
