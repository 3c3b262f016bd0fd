"""How a cap on what one block may have becomes a limit of the block, or a row of its own."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.problem import Ints, Quantity, Rule, Sense


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
