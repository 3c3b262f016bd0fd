"""Larger packs of one thing cost no more per unit of size than smaller ones, at regular prices.

Deals are left out: they cheapen one pack for a while, which is what they are for.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.planned_prices import keep_below
from optimizer.guardrails.values import NONE
from optimizer.problem import Floats, Ints, Kin, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Where regular prices are given nothing mends their order; planned ones are kept in it."""
    if rule.first > rule.last:
        return
    if draft.ladder is not None:
        _rows(rule, draft)
        return
    worst, _ = _steepest(rule, draft.kin, draft.money.base_price, draft.account)
    if worst is not None and worst > 1.0 + EDGE:
        draft.impossible(rule)


def _rows(rule: Rule, draft: Draft) -> None:
    """Each pack against those of the next smaller size: the others follow from these."""
    size = draft.kin.size
    for packs in _families(rule, draft.kin, draft.account):
        sizes = np.unique(size[packs])
        for smaller, larger in pairwise(sizes.tolist()):
            for small in packs[size[packs] == smaller].tolist():
                for large in packs[size[packs] == larger].tolist():
                    keep_below(rule, draft, large, small, larger / smaller)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the highest price per size of a pack over that of a smaller one."""
    problem = sight.problem
    assert problem.kin is not None
    worst, where = None, -1
    if rule.first <= rule.last:
        weeks = sight.regular[:, rule.first : rule.last + 1]
        for prices in np.unique(weeks, axis=1).T:
            ratio, large = _steepest(rule, problem.kin, prices, problem.account)
            if ratio is not None and (worst is None or ratio > worst):
                worst, where = ratio, large
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
    for packs in _families(rule, kin, account):
        each = base_price[packs] / kin.size[packs]
        for i, large in enumerate(packs):
            smaller = each[kin.size[packs] < kin.size[large]]
            ratio = each[i] / smaller.min() if smaller.size else None
            if ratio is not None and (worst is None or ratio > worst):
                worst, where = float(ratio), int(large)
    return worst, where


def _families(rule: Rule, kin: Kin, account: tuple[str, ...]) -> list[Ints]:
    """Selected packs of one thing in one account, of known size."""
    sized: Ints = rule.blocks[np.isfinite(kin.size[rule.blocks])]
    labels = [f"{a} {f}" for a, f in zip(account, kin.family, strict=True)]
    return [packs for _, packs in clusters(sized, labels)]


KIND = Kind("pack_price_order", NONE, restrict, measure)
