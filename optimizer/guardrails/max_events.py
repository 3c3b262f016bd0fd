"""At most so many events for each account and product."""

from __future__ import annotations

from optimizer.guardrails.caps import cap_blocks, measured
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
    counts = sight.starts[rule.blocks, rule.first : rule.last + 1].sum(axis=1)
    return measured(rule, sight, counts, _message)


def _message(value: int, worst: int, where: str) -> Text:
    return Text(
        "at most {value} events of a product in an account: {worst} of {where}",
        value=value,
        worst=worst,
        where=where,
    )


KIND = Kind("max_events", COUNT, restrict, measure, soft=True)
