"""At most so many events for each account and product."""

from __future__ import annotations

from optimizer.guardrails.caps import cap_blocks
from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import COUNT
from optimizer.problem import Quantity, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """A cap of the block over the whole horizon, a row over a part of it."""
    cap_blocks(rule, draft, draft.limits.max_events, Quantity.STARTS)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the most events that a block starts in the selected weeks."""
    assert rule.value is not None
    counts = sight.starts[rule.blocks, rule.first : rule.last + 1].sum(axis=1)
    worst = int(counts.max(initial=0))
    where = sight.name(int(rule.blocks[counts.argmax()])) if worst else ""
    message = Text(
        "at most {value} events of a product in an account: {worst} of {where}",
        value=int(rule.value),
        worst=worst,
        where=where or "-",
    )
    slack = rule.value - worst
    excess = float((counts - rule.value).clip(min=0).sum())
    return Measure(rule.rule, rule.selection, rule.value, worst, slack, message, shortage=excess)


KIND = Kind("max_events", COUNT, restrict, measure, soft=True)
