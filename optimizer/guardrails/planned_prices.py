"""Rows that hold planned regular prices of two blocks to each other, week by week."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.problem import Quantity, Rule, Sense, Term


def keep_below(rule: Rule, draft: Draft, dear: int, cheap: int, ratio: float) -> None:
    """The regular price of block `dear` at most `ratio` times that of `cheap` where selected.

    No row where no level of either could break it; where neither is planned and they do, no plan.
    """
    assert draft.ladder is not None
    highest = draft.price_range(dear)[1]
    lowest = ratio * draft.price_range(cheap)[0]
    if highest <= lowest * (1.0 + EDGE):
        return
    priced = draft.ladder.priced
    if not priced[dear] and not priced[cheap]:
        draft.impossible(rule)
        return
    names = f"{draft.block_name(dear)} < {draft.block_name(cheap)}"
    # The row of a block whose price stays is a number: it moves into the limit.
    limit = 0.0 if priced[dear] else -float(draft.money.base_price[dear])
    limit += 0.0 if priced[cheap] else ratio * float(draft.money.base_price[cheap])
    for week in range(rule.first, rule.last + 1):
        terms = [
            Term(Quantity.REGULAR_PRICE, weight, np.array([block], dtype=np.int64), week, week)
            for block, weight in ((dear, 1.0), (cheap, -ratio))
            if priced[block]
        ]
        # A row counts its first term once, so that the others are weighed by it.
        scale = terms[0].weight
        more = tuple(
            Term(t.quantity, t.weight / abs(scale), t.blocks, week, week) for t in terms[1:]
        )
        draft.add_row(
            rule,
            f"{names} week {week + 1}",
            Quantity.REGULAR_PRICE,
            Sense.AT_MOST if scale > 0.0 else Sense.AT_LEAST,
            limit / scale,
            terms[0].blocks,
            first=week,
            last=week,
            more=more,
        )
