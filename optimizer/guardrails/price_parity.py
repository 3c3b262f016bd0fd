"""A product's regular price across the accounts of a market within a share of the lowest one."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.planned_prices import keep_below
from optimizer.guardrails.values import Value
from optimizer.problem import Floats, Ints, Kin, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Where regular prices are given nothing brings them together; planned ones are kept so."""
    assert rule.value is not None
    if rule.first > rule.last:
        return
    if draft.ladder is not None:
        for _, blocks in _twins(rule, draft.kin, draft.product):
            for one, other in permutations(blocks.tolist(), 2):
                keep_below(rule, draft, one, other, 1.0 + rule.value)
        return
    worst, _ = _widest(rule, draft.kin, draft.money.base_price, draft.product)
    if worst is not None and worst > rule.value + EDGE:
        draft.impossible(rule)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the highest regular price of a product in a market over the lowest, less 1."""
    assert rule.value is not None
    problem = sight.problem
    assert problem.kin is not None
    worst, where = None, "-"
    if rule.first <= rule.last:
        weeks = sight.regular[:, rule.first : rule.last + 1]
        for prices in np.unique(weeks, axis=1).T:
            spread, name = _widest(rule, problem.kin, prices, problem.product)
            if spread is not None and (worst is None or spread > worst):
                worst, where = spread, name
    message = Text(
        "a product's regular prices in a market within {value:.1%}: {worst} for {where}",
        value=rule.value,
        worst="-" if worst is None else f"{worst:.2%}",
        where=where,
    )
    slack = None if worst is None else rule.value - worst
    return Measure(rule.rule, rule.selection, rule.value, worst, slack, message, EDGE)


def _widest(
    rule: Rule, kin: Kin, base_price: Floats, product: tuple[str, ...]
) -> tuple[float | None, str]:
    """The widest spread and where it is; accounts without a market are left out."""
    worst, where = None, "-"
    for name, blocks in _twins(rule, kin, product):
        if blocks.size < 2:
            continue
        spread = float(base_price[blocks].max() / base_price[blocks].min()) - 1.0
        if worst is None or spread > worst:
            worst, where = spread, name
    return worst, where


def _twins(rule: Rule, kin: Kin, product: tuple[str, ...]) -> list[tuple[str, Ints]]:
    """Selected blocks of one product in one market."""
    labels = [f"{m} {p}" if m else "" for m, p in zip(kin.market, product, strict=True)]
    return clusters(rule.blocks, labels)


KIND = Kind("price_parity", Value(high=100.0), restrict, measure)
