"""No shelf price below a floor, promoted or not."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import AMOUNT
from optimizer.problem import Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """No event with a cheaper shelf price in a selected week. Nothing helps a low base price."""
    assert rule.value is not None
    draft.forbid(rule, draft.money.shelf_price < rule.value - EDGE)
    low = draft.money.base_price[rule.blocks] < rule.value - EDGE
    if low.any() and rule.first <= rule.last:
        draft.broken.append(rule.name)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the lowest shelf price (incl. VAT) of a selected block in a selected week."""
    assert rule.value is not None
    grid = sight.grid[rule.blocks, rule.first : rule.last + 1]
    prices = sight.problem.money.shelf_price[rule.blocks[:, None], grid]
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
