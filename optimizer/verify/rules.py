"""Whether a calendar keeps the scenario's rules, each rule read again from docs/readings.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import Guardrail
from optimizer.verify.books import Books, Selection, select
from optimizer.verify.crowding import apart, rivals_apart, slots, together
from optimizer.verify.effects import Event
from optimizer.verify.price_rules import pack_price_order, price_parity, prior_price
from optimizer.verify.sales_rules import deal_share_ceiling, roi_floor


@dataclass(frozen=True)
class Ruling:
    """How near a calendar comes to breaking a rule; `slack` < 0: it breaks it.

    `worst` and `slack` are None where the selection has nothing to measure.
    """

    worst: float | None
    slack: float | None
    kept: bool


Measure = Callable[[Books, Selection, float], Iterable[tuple[float | None, float]]]
"""(measured, slack) of every place where the rule is measured."""

# How far floats may carry a kept rule past its value: far less than any rule means by its value.
TOLERANCE = {
    "max_depth": 1e-9,
    "price_floor": 1e-9,
    "price_ceiling": 1e-9,
    "retailer_margin_floor": 1e-4,
    "roi_floor": 1e-4,
    "pack_price_order": 1e-9,
    "price_parity": 1e-9,
}


def judge(books: Books, rule: Guardrail) -> Ruling:
    """The ruling on one guardrail."""
    selection, value = select(books.facts, rule), float(rule.value or 0.0)
    measured = list(MEASURES[rule.rule](books, selection, value))
    if not measured:
        return Ruling(None, None, kept=True)
    worst, slack = min(measured, key=_slack)
    return Ruling(worst, slack, kept=slack >= -tolerance(rule))


def _slack(pair: tuple[float | None, float]) -> float:
    return pair[1]


def tolerance(rule: Guardrail) -> float:
    """How far past its limit a rule still counts as kept, in the unit of its slack."""
    if rule.rule == "volume_floor":
        return 1e-7 * max(1.0, abs(float(rule.value or 0.0)))
    if rule.rule == "deal_share_ceiling":
        return 1e-7 * max(1.0, float(rule.value or 0.0) * (rule.of or 0.0))
    return TOLERANCE.get(rule.rule, 0.0)


def _by_block(selection: Selection) -> list[int]:
    return [int(block) for block in np.flatnonzero(selection.blocks)]


def _max_events(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    count = dict.fromkeys(_by_block(selection), 0)
    for event in books.events:
        if selection.begins(event):
            count[event.block] += 1
    most = max(count.values(), default=0)
    yield most, value - most


def _max_weeks(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    promoted = selection.cells(books.deals.promoted)
    most = float(np.max(promoted.sum(axis=1), initial=0))
    yield most, value - most


def _min_gap(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    before: dict[int, Event] = {}
    ordered = sorted([*books.history, *books.events], key=lambda e: (e.block, e.start))
    for event in ordered:
        last = before.get(event.block)
        if last is not None and event.start >= 0:
            gap = event.start - (last.start + last.weeks)
            if selection.meets(event) and selection.meets(last):
                yield gap, gap - value
        before[event.block] = event


def _blackout(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    weeks = float(selection.cells(books.deals.promoted).sum())
    yield weeks, -weeks


def _required(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    n = sum(selection.begins(event) for event in books.events)
    yield n, n - value


def _max_depth(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    depths = selection.cells(np.where(books.deals.promoted, books.deals.depth, 0.0))
    deepest = float(np.max(depths, initial=0.0))
    yield deepest, value - deepest


def _shelf(books: Books, selection: Selection) -> NDArray[np.generic]:
    return selection.cells(books.deals.price * (1 - books.deals.depth))


def _price_floor(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    prices = _shelf(books, selection)
    if prices.size:
        yield float(np.min(prices)), float(np.min(prices)) - value


def _price_ceiling(
    books: Books, selection: Selection, value: float
) -> Iterator[tuple[float, float]]:
    prices = _shelf(books, selection)
    if prices.size:
        yield float(np.max(prices)), value - float(np.max(prices))


def _retailer(
    books: Books, selection: Selection, value: float
) -> Iterator[tuple[float | None, float]]:
    """Slack in currency: the account's profit above what it must be at least."""
    if not selection.weeks.any():
        return
    accounts = books.facts.blocks["account"].to_numpy()
    for account in sorted(set(accounts[selection.blocks])):
        here = Selection(selection.blocks & (accounts == account), selection.weeks, True)
        profit = float(np.sum(here.cells(books.cents["retailer_profit"])))
        without = float(np.sum(here.cells(books.cents["retailer_profit_no_promotion"])))
        yield profit / without if without else None, (profit - value * without) / 100


def _volume(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    units = float(np.sum(selection.cells(books.units)))
    yield units, units - value


MEASURES: dict[str, Measure] = {
    "max_events": _max_events,
    "max_weeks_on_deal": _max_weeks,
    "min_gap_weeks": _min_gap,
    "slots": slots,
    "apart": apart,
    "together": together,
    "rivals_apart": rivals_apart,
    "roi_floor": roi_floor,
    "deal_share_ceiling": deal_share_ceiling,
    "prior_price": prior_price,
    "pack_price_order": pack_price_order,
    "price_parity": price_parity,
    "blackout": _blackout,
    "required": _required,
    "max_depth": _max_depth,
    "price_floor": _price_floor,
    "price_ceiling": _price_ceiling,
    "retailer_margin_floor": _retailer,
    "volume_floor": _volume,
}
