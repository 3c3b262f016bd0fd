"""At least so many consumer units sold in the selection."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import UNITS_TOLERANCE, Kind, Measure, Sight
from optimizer.guardrails.values import AMOUNT
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row over the whole selection, promoted or not."""
    assert rule.value is not None
    if rule.value == 0.0:
        return
    if rule.blocks.size and rule.first <= rule.last:
        draft.add_row(rule, "", Quantity.UNITS, Sense.AT_LEAST, rule.value, rule.blocks)
    else:
        draft.impossible(rule)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the units of the selected blocks and weeks."""
    assert rule.value is not None
    worst = float(sight.outcome.units[rule.blocks, rule.first : rule.last + 1].sum())
    message = Text("at least {value:,.1f} units: {worst:,.1f}", value=rule.value, worst=worst)
    tolerance = UNITS_TOLERANCE * max(1.0, rule.value)
    slack = worst - rule.value
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        slack,
        message,
        tolerance,
        shortage=-slack if slack < -tolerance else 0.0,
    )


KIND = Kind("volume_floor", AMOUNT, restrict, measure, soft=True)
