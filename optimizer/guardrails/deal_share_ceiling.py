"""Units sold on promotion at most a share of all units, or of units agreed beforehand."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import UNITS_TOLERANCE, Kind, Measure, Sight
from optimizer.guardrails.values import SHARE
from optimizer.problem import Quantity, Rule, Sense, Term
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row over the whole selection: units of promoted weeks, less the share of all units."""
    assert rule.value is not None
    if rule.first > rule.last or not rule.blocks.size:
        return
    limit = 0.0 if rule.of is None else rule.value * rule.of
    share = Term(Quantity.UNITS, -rule.value, rule.blocks, rule.first, rule.last)
    more = (share,) if rule.of is None else ()
    draft.add_row(rule, "", Quantity.DEAL_UNITS, Sense.AT_MOST, limit, rule.blocks, more=more)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the share sold on promotion; slack in units. Nothing sold: no share."""
    assert rule.value is not None
    weeks = slice(rule.first, rule.last + 1)
    units = sight.outcome.units[rule.blocks, weeks]
    deal = float(units[sight.promoted[rule.blocks, weeks]].sum())
    whole = float(units.sum()) if rule.of is None else rule.of
    slack = rule.value * whole - deal
    worst = deal / whole if whole > 0.0 else None
    message = Text(
        "at most {value:.1%} of units sold on promotion: {worst}",
        value=rule.value,
        worst="-" if worst is None else f"{worst:.2%}",
    )
    tolerance = UNITS_TOLERANCE * (1.0 if rule.of is None else max(1.0, rule.value * rule.of))
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        slack,
        message,
        tolerance,
        shortage=max(0.0, -slack) if slack < -tolerance else 0.0,
    )


KIND = Kind("deal_share_ceiling", SHARE, restrict, measure, soft=True)
