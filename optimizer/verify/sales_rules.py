"""Rules on what is sold and earned, read again from docs/readings.md."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.verify.books import Books, Selection


def deal_share_ceiling(
    books: Books, selection: Selection, value: float
) -> Iterator[tuple[float | None, float]]:
    """Units of promoted weeks against all units, or the agreed ones. Slack in units."""
    units = selection.cells(books.units)
    deal = float(np.where(selection.cells(books.deals.promoted), units, 0.0).sum())
    whole = float(np.sum(units)) if selection.of is None else selection.of
    yield (deal / whole if whole > 0 else None), value * whole - deal


def roi_floor(
    books: Books, selection: Selection, value: float
) -> Iterator[tuple[float | None, float]]:
    """Change of profit before spend, less (1 + value) times spend; slack in currency."""
    spend, profit, without = (
        float(np.sum(selection.cells(books.cents[name])))
        for name in ("variable_spend", "profit", "profit_no_promotion")
    )
    spend += float(np.sum(selection.cells(books.cents["fees"])))
    before_spend = profit + spend - without
    slack = (before_spend - (1.0 + value) * spend) / 100.0
    yield ((before_spend - spend) / spend if spend else None), slack
