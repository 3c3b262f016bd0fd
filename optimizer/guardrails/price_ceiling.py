"""No shelf price above a ceiling, promoted or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import AMOUNT
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Where a base price that stays is above it every selected week needs a deep enough deal."""
    assert rule.value is not None
    most = rule.value + EDGE
    draft.forbid_prices(rule, lambda price: price > most)
    fixed = draft.unpriced(rule.blocks)
    draft.forbid(replace(rule, blocks=fixed), draft.money.shelf_price > most)
    if rule.first > rule.last:
        return
    for block in fixed[draft.money.base_price[fixed] > most]:
        draft.covers.append((rule.name, int(block), rule.first, rule.last))
        draft.add_row(
            rule,
            draft.block_name(block),
            Quantity.ACTIVE,
            Sense.AT_LEAST,
            float(rule.last - rule.first + 1),
            np.array([block], dtype=np.int64),
        )


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the highest shelf price (incl. VAT) of a selected block in a selected week."""
    assert rule.value is not None
    prices = sight.shelf[rule.blocks, rule.first : rule.last + 1]
    worst = float(prices.max()) if prices.size else None
    where = sight.name(int(rule.blocks[np.argmax(prices.max(axis=1))])) if prices.size else "-"
    message = Text(
        "no shelf price above {value:.2f}: {worst} of {where}",
        value=rule.value,
        worst="-" if worst is None else f"{worst:.2f}",
        where=where,
    )
    slack = None if worst is None else rule.value - worst
    return Measure(rule.rule, rule.selection, rule.value, worst, slack, message, EDGE)


KIND = Kind("price_ceiling", AMOUNT, restrict, measure)
