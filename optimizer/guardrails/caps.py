"""A cap on what one block may have: as a limit of the block or a row of its own, and measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Measure, Sight
from optimizer.problem import Ints, Quantity, Rule, Sense
from workspace.text import Text


def cap_blocks(rule: Rule, draft: Draft, limits: Ints, quantity: Quantity) -> None:
    """Lower `limits` (P,) where a hard rule sees the whole horizon, else one row for each block."""
    assert rule.value is not None
    most = int(rule.value)
    if draft.whole(rule) and not rule.soft:
        limits[rule.blocks] = np.minimum(limits[rule.blocks], most)
        return
    if most >= rule.last - rule.first + 1:
        return
    for block in rule.blocks[draft.active[rule.blocks]]:
        draft.add_row(
            rule,
            draft.block_name(block),
            quantity,
            Sense.AT_MOST,
            float(most),
            np.array([block], dtype=np.int64),
        )


def measured(
    rule: Rule, sight: Sight, counts: Ints, message: Callable[[int, int, str], Text]
) -> Measure:
    """What the blocks' `counts` (n,), in the order of the rule's blocks, come to under the cap.

    `message` says it from the cap, the largest count and the block that has it.
    """
    assert rule.value is not None
    worst = int(counts.max(initial=0))
    where = sight.name(int(rule.blocks[counts.argmax()])) if worst else "-"
    excess = float((counts - rule.value).clip(min=0).sum())
    return Measure(
        rule.rule,
        rule.selection,
        rule.value,
        worst,
        rule.value - worst,
        message(int(rule.value), worst, where),
        shortage=excess,
    )
