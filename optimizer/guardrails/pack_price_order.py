"""Larger packs of one thing cost no more per unit of size than smaller ones, at regular prices.

Deals are left out: they cheapen one pack for a while, which is what they are for.
"""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import Floats, Ints, Kin, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Regular prices are given: nothing that is planned can mend their order."""
    worst, _ = _steepest(rule, draft.kin, draft.money.base_price, draft.account)
    if rule.first <= rule.last and worst is not None and worst > 1.0 + EDGE:
        draft.impossible(rule)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the highest price per size of a pack over that of a smaller one."""
    problem = sight.problem
    assert problem.kin is not None
    worst, where = None, -1
    if rule.first <= rule.last:
        prices = problem.money.base_price
        worst, where = _steepest(rule, problem.kin, prices, problem.account)
    message = Text(
        "larger packs cost no more per unit of size: {worst} times a smaller one for {where}",
        worst="-" if worst is None else f"{worst:.4f}",
        where="-" if where < 0 else sight.name(where),
    )
    slack = None if worst is None else 1.0 - worst
    return Measure(rule.rule, rule.selection, None, worst, slack, message, EDGE)


def _steepest(
    rule: Rule, kin: Kin, base_price: Floats, account: tuple[str, ...]
) -> tuple[float | None, int]:
    """The worst ratio and the larger pack's block; packs compared within account and family."""
    worst, where = None, -1
    sized: Ints = rule.blocks[np.isfinite(kin.size[rule.blocks])]
    for _, packs in clusters(sized, [f"{a} {f}" for a, f in zip(account, kin.family, strict=True)]):
        each = base_price[packs] / kin.size[packs]
        for i, large in enumerate(packs):
            smaller = each[kin.size[packs] < kin.size[large]]
            ratio = each[i] / smaller.min() if smaller.size else None
            if ratio is not None and (worst is None or ratio > worst):
                worst, where = float(ratio), int(large)
    return worst, where


KIND = Kind("pack_price_order", NONE, restrict, measure)
