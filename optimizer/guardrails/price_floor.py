"""No shelf price below a floor, promoted or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import AMOUNT
from optimizer.problem import Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """No cheaper shelf price in a selected week. Nothing helps a low base price that stays."""
    assert rule.value is not None
    least = rule.value - EDGE
    draft.forbid_prices(rule, lambda price: price < least)
    fixed = draft.unpriced(rule.blocks)
    draft.forbid(replace(rule, blocks=fixed), draft.money.shelf_price < least)
    low = draft.money.base_price[fixed] < least
    if low.any() and rule.first <= rule.last:
        draft.broken.append(rule.name)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the lowest shelf price (incl. VAT) of a selected block in a selected week."""
    assert rule.value is not None
    prices = sight.shelf[rule.blocks, rule.first : rule.last + 1]
    worst = float(prices.min()) if prices.size else None
    where = sight.name(int(rule.blocks[np.argmin(prices.min(axis=1))])) if prices.size else "-"
    message = Text(
        "no shelf price below {value:.2f}: {worst} of {where}",
        value=rule.value,
        worst="-" if worst is None else f"{worst:.2f}",
        where=where,
    )
    slack = None if worst is None else worst - rule.value
    return Measure(rule.rule, rule.selection, rule.value, worst, slack, message, EDGE)


KIND = Kind("price_floor", AMOUNT, restrict, measure)
