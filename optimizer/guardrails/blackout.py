"""Nothing promoted in the selection."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """No event with a selected week; where soft, a row that counts the promoted weeks."""
    if rule.soft:
        if rule.first <= rule.last and rule.blocks.size:
            draft.add_row(rule, "", Quantity.ACTIVE, Sense.AT_MOST, 0.0, rule.blocks)
        return
    draft.forbid(rule, np.ones(draft.depth.shape, dtype=np.bool_))


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the promoted weeks of all selected blocks together."""
    promoted = sight.promoted[rule.blocks, rule.first : rule.last + 1]
    worst = int(promoted.sum())
    where = sight.name(int(rule.blocks[promoted.any(axis=1).argmax()])) if worst else "-"
    message = Text(
        "nothing on promotion: {worst} promoted weeks, first of {where}", worst=worst, where=where
    )
    return Measure(rule.rule, rule.selection, None, worst, -worst, message, shortage=worst)


KIND = Kind("blackout", NONE, restrict, measure, soft=True)
