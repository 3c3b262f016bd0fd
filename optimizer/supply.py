"""What can be delivered: rows that keep a product's units within its supply, week by week.

A week's stock is what arrives and the share `carry_over` of what the week before left. Unrolled to
the start of the run of weeks, no week runs short exactly if its units, and those of every week
before it times the shares between, never exceed what has arrived, weighted in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.blocks import Pairs
from optimizer.problem import Ints, Quantity, Row, Sense, Term
from workspace.weeks import week_index
from workspace.workspace import Workspace


def supply_rows(
    workspace: Workspace, blocks: Pairs, first_week: np.datetime64, horizon: int
) -> tuple[Row, ...]:
    """One row for each product of the problem and week of the horizon in `supply`.

    Weeks before the horizon leave nothing.
    """
    table = workspace.supply
    weeks = week_index(table["week"].to_numpy(), first_week).tolist()
    columns = (table["product"], table["units"], table["carry_over"])
    products, units, shares = (column.tolist() for column in columns)
    places = _places(blocks)
    rows: list[Row] = []
    kept: list[tuple[int, float]] = []  # weeks of the run, and how much of each reaches this one
    arrived = 0.0
    for i, (product, week) in enumerate(zip(products, weeks, strict=True)):
        if product not in places or not 0 <= week < horizon:
            continue
        follows = i > 0 and products[i - 1] == product and weeks[i - 1] == week - 1 >= 0
        share = shares[i - 1] if follows else 0.0
        kept = [(t, weight * share) for t, weight in kept if weight * share > 0.0]
        kept.append((week, 1.0))
        arrived = arrived * share + units[i]
        current, *before = _spans(places[product], kept)
        rows.append(
            Row(
                name=f"supply {product} {first_week + np.timedelta64(7 * week, 'D')}",
                quantity=Quantity.UNITS,
                sense=Sense.AT_MOST,
                limit=float(arrived),
                blocks=places[product],
                first=current.first,
                last=week,
                rule="supply",
                selection=f"product={product}",
                more=tuple(before),
            )
        )
    return tuple(rows)


def _spans(blocks: Ints, kept: list[tuple[int, float]]) -> Iterator[Term]:
    """Weeks in a row of one weight as one term each, the latest first."""
    last = kept[-1][0]
    for i in range(len(kept) - 1, -1, -1):
        week, weight = kept[i]
        if i == 0 or kept[i - 1][1] != weight:
            yield Term(Quantity.UNITS, weight, blocks, week, last)
            last = week - 1


def _places(blocks: Pairs) -> dict[str, Ints]:
    """The blocks of each product."""
    names = np.array(blocks.product, dtype=np.object_)
    return {
        product: np.flatnonzero(names == product).astype(np.int64)
        for product in set(blocks.product)
    }
