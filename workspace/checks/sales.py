"""Sales: what is missing or left aside in the history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.faults import Findings
from workspace.settings import Settings
from workspace.table import Table
from workspace.text import Text
from workspace.weeks import Weeks


def in_history(weeks: Weeks, settings: Settings | None) -> np.ndarray:
    """Which weeks the declared history takes in; blanks are never in it. Shape as `weeks`."""
    inside = ~np.isnat(weeks)
    if settings is not None and settings.history.first is not None:
        inside &= weeks >= np.datetime64(settings.history.first)
    if settings is not None and settings.history.last is not None:
        inside &= weeks <= np.datetime64(settings.history.last)
    return inside


def check_sales(tables: Mapping[str, Table], settings: Settings | None, findings: Findings) -> None:
    """Note gaps in series and rows outside the history; a history without sales is a fault."""
    sales = tables.get("sales")
    if sales is None or not {"account", "product", "week"} <= sales.present:
        return
    weeks = sales.weeks("week")
    inside = in_history(weeks, settings)
    outside = np.flatnonzero(~inside & ~np.isnat(weeks))
    if len(outside) and not inside.any():
        findings.fault(
            sales.file,
            None,
            "week",
            Text("no sales in the declared history"),
            Text("weeks from {first} to {last}", first=_end(settings, 0), last=_end(settings, 1)),
        )
    elif len(outside):
        findings.note(
            sales.file,
            int(sales.rows[outside[0]]),
            "week",
            Text("{count} rows outside the declared history are not used", count=len(outside)),
        )
    _note_gaps(sales, inside, findings)
    _note_prices(sales, findings)


def _end(settings: Settings | None, which: int) -> str:
    ends = (settings.history.first, settings.history.last) if settings else (None, None)
    return str(ends[which] or "...")


def _note_gaps(sales: Table, inside: np.ndarray, findings: Findings) -> None:
    """A note for each series with weeks missing between its first and its last."""
    accounts, products = sales.words("account"), sales.words("product")
    usable = np.flatnonzero(inside & (accounts.index >= 0) & (products.index >= 0))
    weeks = sales.weeks("week")
    order = usable[np.lexsort((weeks[usable], products.index[usable], accounts.index[usable]))]
    account, product = accounts.index[order], products.index[order]
    steps = np.diff(weeks[order]).astype(np.int64) // 7
    same = (account[1:] == account[:-1]) & (product[1:] == product[:-1])
    jumps = np.flatnonzero(same & (steps > 1))
    if not len(jumps):
        return
    # One note a series, at the row after its first gap.
    series = account[jumps].astype(np.int64) * (len(products.labels) + 1) + product[jumps]
    _, first, which = np.unique(series, return_index=True, return_inverse=True)
    missing = np.bincount(which, weights=steps[jumps] - 1).astype(np.int64)
    for place, count in zip(jumps[first], missing, strict=True):
        after = int(order[place + 1])
        findings.note(
            sales.file,
            int(sales.rows[after]),
            "week",
            Text(
                "{count} weeks are missing in the sales of {account}, {product}",
                count=int(count),
                account=accounts.labels[account[place]],
                product=products.labels[product[place]],
            ),
        )


def _note_prices(sales: Table, findings: Findings) -> None:
    """A note where prices paid exceed the regular price: often two columns exchanged."""
    above = np.flatnonzero(sales.numbers("price") > sales.numbers("base_price") * 1.001)
    if len(above):
        findings.note(
            sales.file,
            int(sales.rows[above[0]]),
            "price",
            Text("{count} rows with a price above their base price", count=len(above)),
        )
