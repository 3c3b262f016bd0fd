"""What can be delivered: rows that keep a product's units within its supply, week by week.

Where what is not used is kept whole for the next week (carry_over 1), no week runs short exactly
if the units since the start of the run of weeks never exceed what has arrived since then. Where
nothing is kept (0) every week stands alone. Other shares would need weights that rows lack.
"""

from __future__ import annotations

import numpy as np

from optimizer.blocks import Pairs
from optimizer.problem import Ints, Quantity, Row, Sense
from workspace.faults import Fault
from workspace.text import Text
from workspace.weeks import week_index
from workspace.workspace import Workspace


def supply_rows(
    workspace: Workspace,
    blocks: Pairs,
    first_week: np.datetime64,
    horizon: int,
    faults: list[Fault],
) -> tuple[Row, ...]:
    """One row for each product of the problem and week of the horizon in `supply`.

    Weeks before the horizon leave nothing. Adds a fault for shares other than 0 and 1 that
    matter: those followed by another week of the product.
    """
    table = workspace.supply
    weeks = week_index(table["week"].to_numpy(), first_week).tolist()
    columns = (table["product"], table["units"], table["carry_over"])
    products, units, shares = (column.tolist() for column in columns)
    places = _places(blocks)
    rows: list[Row] = []
    start, total = 0, 0.0
    for i, (product, week) in enumerate(zip(products, weeks, strict=True)):
        if product not in places or not 0 <= week < horizon:
            continue
        follows = i > 0 and products[i - 1] == product and weeks[i - 1] == week - 1 >= 0
        if follows and shares[i - 1] not in (0.0, 1.0):
            found = f"{shares[i - 1]:g}"
            expected = Text("0 or 1: plans cannot keep another share of unused units yet")
            file, row = workspace.source("supply"), workspace.row("supply", i - 1)
            faults.append(Fault(file, row, "carry_over", found, expected))
        kept = follows and shares[i - 1] == 1.0
        start, total = (start, total + units[i]) if kept else (week, units[i])
        day = first_week + np.timedelta64(7 * week, "D")
        rows.append(
            Row(
                name=f"supply {product} {day}",
                quantity=Quantity.UNITS,
                sense=Sense.AT_MOST,
                limit=float(total),
                blocks=places[product],
                first=start,
                last=week,
                rule="supply",
                selection=f"product={product}",
            )
        )
    return tuple(rows)


def _places(blocks: Pairs) -> dict[str, Ints]:
    """The blocks of each product."""
    names = np.array(blocks.product, dtype=np.object_)
    return {
        product: np.flatnonzero(names == product).astype(np.int64)
        for product in set(blocks.product)
    }
