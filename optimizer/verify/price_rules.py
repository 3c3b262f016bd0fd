"""Rules on regular and announced prices, read again from docs/readings.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations

import numpy as np

from optimizer.verify.books import Books, Floats, Selection
from optimizer.verify.effects import Event


def prior_price(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """Days at the regular price before each cut that has an earlier one, against thirty."""
    del value
    cuts: dict[int, list[Event]] = defaultdict(list)
    for event in (*books.history, *books.events):
        terms = books.facts.terms.get((event.block, event.tactic))
        if event.block < len(books.facts.blocks) and terms is not None and terms.depth > 0:
            cuts[event.block].append(event)
    yield from _raised(books, selection, cuts)
    for block, events in sorted(cuts.items()):
        events.sort(key=lambda e: e.start)
        for i, event in enumerate(events):
            planned = event.start >= 0 and selection.blocks[block]
            if i and planned and selection.weeks[event.start]:
                end = max(e.start + e.weeks for e in events[:i])
                days = float(7 * (event.start - end))
                yield days, days - 30.0


def _raised(
    books: Books, selection: Selection, cuts: dict[int, list[Event]]
) -> Iterator[tuple[float, float]]:
    """Days from the last raise of the regular price to each cut, against thirty."""
    listed, weeks = books.facts.column("base_price"), books.facts.T
    prices = np.concatenate([listed, books.deals.price[:, :weeks]], axis=1)
    raised = prices[:, 1:] > prices[:, :-1] + 1e-9
    for block, events in sorted(cuts.items()):
        for event in events:
            if event.start < 0 or not selection.blocks[block] or not selection.weeks[event.start]:
                continue
            before = np.flatnonzero(raised[block, : event.start + 1])
            if len(before):
                days = float(7 * (event.start - before[-1]))
                yield days, days - 30.0


def pack_price_order(
    books: Books, selection: Selection, value: float
) -> Iterator[tuple[float, float]]:
    """Price per size of every larger pack over that of every smaller one of its family."""
    del value
    if not selection.weeks.any():
        return
    size = books.facts.column("size")[:, 0]
    for price in _different_weeks(books, selection):
        yield from _ratios(books, selection, size, price)


def _different_weeks(books: Books, selection: Selection) -> Iterator[Floats]:
    """The regular prices (B,) of each selected week, equal weeks once."""
    yield from np.unique(books.deals.price[:, : books.facts.T][:, selection.weeks], axis=1).T


def _ratios(
    books: Books, selection: Selection, size: Floats, price: Floats
) -> Iterator[tuple[float, float]]:
    for members in _alike(books, selection, "account", "brand", "category", "size_unit"):
        known = [m for m in members if np.isfinite(size[m])]
        for one, other in combinations(known, 2):
            if size[one] != size[other]:
                small, large = sorted((one, other), key=size.__getitem__)
                ratio = float((price[large] / size[large]) / (price[small] / size[small]))
                yield ratio, 1.0 - ratio


def price_parity(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """The spread of each product's regular prices over the accounts of a market."""
    if not selection.weeks.any():
        return
    markets = books.facts.blocks["market"].tolist()
    for price in _different_weeks(books, selection):
        for members in _alike(books, selection, "market", "product"):
            if len(members) > 1 and markets[members[0]]:
                prices = price[members]
                spread = float(max(prices) / min(prices) - 1.0)
                yield spread, value - spread


def _alike(books: Books, selection: Selection, *names: str) -> Iterator[list[int]]:
    """Selected blocks with the same codes."""
    columns = [books.facts.blocks[name].tolist() for name in names]
    found: dict[Hashable, list[int]] = defaultdict(list)
    for block in np.flatnonzero(selection.blocks).tolist():
        found[tuple(column[block] for column in columns)].append(block)
    yield from found.values()
