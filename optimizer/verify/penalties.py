"""What soft rules cost, each rule's shortage counted again from docs/readings.md."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import Guardrail
from optimizer.verify.books import Books, Selection, select
from optimizer.verify.crowding import by_account, by_market
from optimizer.verify.rules import MEASURES, tolerance

Shortage = Callable[[Books, Selection, Guardrail], float]


def penalty(books: Books, rule: Guardrail) -> float | None:
    """What a soft rule costs, in currency, unrounded; None for a hard rule."""
    if rule.hard:
        return None
    selection = select(books.facts, rule)
    return float(rule.penalty or 0.0) * SHORTAGES[rule.rule](books, selection, rule)


def _crowded(books: Books, selection: Selection, rule: Guardrail) -> float:
    counts = by_market if rule.rule == "rivals_apart" else by_account
    most = float(rule.value or 0.0) if rule.rule == "slots" else 1.0
    return float(sum(np.maximum(0.0, n - most).sum() for n in counts(books, selection)))


def _events(books: Books, selection: Selection, rule: Guardrail) -> float:
    count = np.zeros(len(selection.blocks))
    for event in books.events:
        count[event.block] += selection.begins(event)
    return float(np.maximum(0.0, count - float(rule.value or 0.0)).sum())


def _weeks(books: Books, selection: Selection, rule: Guardrail) -> float:
    promoted: NDArray[np.generic] = selection.cells(books.deals.promoted)
    return float(np.maximum(0.0, promoted.sum(axis=1) - float(rule.value or 0.0)).sum())


def _places(books: Books, selection: Selection, rule: Guardrail) -> float:
    """The sum over every place where the rule is measured."""
    measured = MEASURES[rule.rule](books, selection, float(rule.value or 0.0))
    return sum(-slack for _, slack in measured if slack < -tolerance(rule))


SHORTAGES: dict[str, Shortage] = {
    "slots": _crowded,
    "apart": _crowded,
    "rivals_apart": _crowded,
    "max_events": _events,
    "max_weeks_on_deal": _weeks,
    "blackout": _places,
    "required": _places,
    "volume_floor": _places,
    "retailer_margin_floor": _places,
    "roi_floor": _places,
    "deal_share_ceiling": _places,
}
