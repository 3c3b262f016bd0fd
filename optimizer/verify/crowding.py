"""Rules on how many are on promotion at once, read again from docs/readings.md."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.books import Books, Selection


def slots(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """By account and week."""
    most = max((int(n.max(initial=0)) for n in by_account(books, selection)), default=0)
    yield float(most), value - most


def apart(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """By account and week, against one."""
    del value
    yield from slots(books, selection, 1.0)


def rivals_apart(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """By market, product and week, against one."""
    del value
    most = max((int(n.max(initial=0)) for n in by_market(books, selection)), default=0)
    yield float(most), 1.0 - most


def by_account(books: Books, selection: Selection) -> Iterator[NDArray[np.int64]]:
    """Selected products on promotion in each account, by selected week."""
    yield from _counts(books, selection, books.facts.blocks["account"].tolist())


def by_market(books: Books, selection: Selection) -> Iterator[NDArray[np.int64]]:
    """Accounts of each market that promote each product, by selected week."""
    blocks = books.facts.blocks
    pairs = zip(blocks["market"], blocks["product"], strict=True)
    yield from _counts(books, selection, [(m, p) if m else None for m, p in pairs])


def _counts(
    books: Books, selection: Selection, labels: list[object]
) -> Iterator[NDArray[np.int64]]:
    promoted = books.deals.promoted[:, : books.facts.T][:, selection.weeks]
    members: dict[object, list[int]] = {}
    for block in np.flatnonzero(selection.blocks).tolist():
        if labels[block] is not None:
            members.setdefault(labels[block], []).append(block)
    for rows in members.values():
        yield promoted[rows].sum(axis=0)


def together(books: Books, selection: Selection, value: float) -> Iterator[tuple[float, float]]:
    """Events that one product of a line has and another has not, by account; included ones."""
    del value
    blocks = books.facts.blocks
    lines: dict[tuple[str, str], list[int]] = {}
    for block in np.flatnonzero(selection.blocks & blocks["included"].to_numpy()).tolist():
        lines.setdefault((blocks["account"][block], blocks["line"][block]), []).append(block)
    missing = 0
    for (_, line), members in lines.items():
        runs = [
            {(e.tactic, e.start, e.weeks) for e in books.events if e.block == member}
            for member in members
            if line
        ]
        every = set().union(*runs)
        missing += sum(len(every - mine) for mine in runs)
    yield float(missing), -float(missing)
