"""Whether a calendar keeps the scenario's rules, each rule read again from docs/readings.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import Guardrail
from optimizer.verify.effects import Event
from optimizer.verify.facts import Facts
from optimizer.verify.weekly import Deals

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Books:
    """A calendar and its consequences. Arrays are (B, W); `cents` by column of weekly.csv."""

    facts: Facts
    events: list[Event]
    history: list[Event]
    deals: Deals
    units: Floats
    cents: dict[str, Floats]


@dataclass(frozen=True)
class Selection:
    """The blocks (B,) and weeks of the horizon (T,) that a rule or budget is about."""

    blocks: Bools
    weeks: Bools
    open_start: bool  # no first week given, so that history is part of it

    def cells(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """(B, W) -> (b, t), the selected ones."""
        return values[np.ix_(self.blocks, np.flatnonzero(self.weeks))]

    def begins(self, event: Event) -> bool:
        """Whether the event is of the selection by its first week."""
        return bool(self.blocks[event.block] and self.weeks[event.start])

    def meets(self, event: Event) -> bool:
        """Whether any week of the event is selected; history: whether history is."""
        if not self.blocks[event.block]:
            return False
        if event.start < 0:
            return self.open_start
        return bool(self.weeks[event.start : event.start + event.weeks].any())


def select(facts: Facts, row: object) -> Selection:
    """What the selectors of a guardrail or budget leave; a blank one leaves everything."""
    blocks = np.ones(len(facts.blocks), dtype=bool)
    for name in ("account", "chain", "market", "brand", "category", "line", "product"):
        wanted = getattr(row, name, "") or ""
        if wanted:
            blocks &= (facts.blocks[name] == wanted).to_numpy()
    weeks = np.ones(facts.T, dtype=bool)
    first, last = (_week(facts, getattr(row, name)) for name in ("first_week", "last_week"))
    if first is not None:
        weeks[: max(0, first)] = False
    if last is not None:
        weeks[max(0, last + 1) :] = False
    return Selection(blocks, weeks, first is None)


def _week(facts: Facts, value: object) -> int | None:
    text = str(value)
    return None if text in ("None", "NaT", "") else facts.week_number(text[:10])


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
}


def judge(books: Books, rule: Guardrail) -> Ruling:
    """The ruling on one guardrail."""
    selection, value = select(books.facts, rule), float(rule.value or 0.0)
    measured = list(MEASURES[rule.rule](books, selection, value))
    if not measured:
        return Ruling(None, None, kept=True)
    worst, slack = min(measured, key=_slack)
    return Ruling(worst, slack, kept=slack >= -_tolerance(rule))


def _slack(pair: tuple[float | None, float]) -> float:
    return pair[1]


def _tolerance(rule: Guardrail) -> float:
    if rule.rule == "volume_floor":
        return 1e-7 * max(1.0, abs(float(rule.value or 0.0)))
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


def _slots(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    promoted = books.deals.promoted[:, : books.facts.T] & selection.blocks[:, None]
    accounts = books.facts.blocks["account"].to_numpy()
    most = 0.0
    for account in sorted(set(accounts[selection.blocks])):
        here = promoted[accounts == account][:, selection.weeks]
        most = max(most, float(np.max(here.sum(axis=0), initial=0)))
    yield most, value - most


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
    return selection.cells(books.facts.column("base_price") * (1 - books.deals.depth))


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
    "slots": _slots,
    "blackout": _blackout,
    "required": _required,
    "max_depth": _max_depth,
    "price_floor": _price_floor,
    "price_ceiling": _price_ceiling,
    "retailer_margin_floor": _retailer,
    "volume_floor": _volume,
}
