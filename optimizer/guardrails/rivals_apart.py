"""A product is never on promotion in two accounts of one market in the same week."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.guardrails.crowd import fullest, limit_crowds
from optimizer.guardrails.draft import Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import Kin, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row per market, product and week. Accounts without a market have no rivals."""
    active = rule.blocks[draft.active[rule.blocks]]
    limit_crowds(rule, draft, clusters(active, _labels(draft.kin, draft.product)), 1.0)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the most accounts of a market that promote a product in a selected week."""
    kin = sight.problem.kin
    assert kin is not None
    crowd = fullest(rule, sight, clusters(rule.blocks, _labels(kin, sight.problem.product)), 1.0)
    message = Text(
        "a product on promotion in one account of a market at a time: {worst} in {where}, {week}",
        worst=crowd.count,
        where=crowd.where,
        week=crowd.week,
    )
    slack = 1.0 - crowd.count
    return Measure(
        rule.rule, rule.selection, None, crowd.count, slack, message, shortage=crowd.excess
    )


def _labels(kin: Kin, product: Sequence[str]) -> list[str]:
    """A label for each block: its market and product, "" without a market."""
    pairs = zip(kin.market, product, strict=True)
    return [f"{market} {code}" if market else "" for market, code in pairs]


KIND = Kind("rivals_apart", NONE, restrict, measure, soft=True)
