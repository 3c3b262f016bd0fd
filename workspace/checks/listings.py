"""Listings: prices that fit together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.columns import Coded, Floats
from workspace.faults import Findings
from workspace.table import Table
from workspace.text import Text

# Prices are given in cents: less than this above is rounding.
ROUNDING = 1e-9


def looked_up(words: Coded, home: Table, key: str, column: str) -> Floats:
    """For every row of `words` the number, defaults filled, of its code in another table.

    NaN where the code is blank or unknown.
    """
    codes = home.words(key)
    values = home.filled(column)
    by_code = {
        codes.labels[i]: value for i, value in zip(codes.index, values, strict=True) if i >= 0
    }
    of_label = np.array([*(by_code.get(label, np.nan) for label in words.labels), np.nan])
    found: Floats = of_label[words.index]
    return found


def check_listings(tables: Mapping[str, Table], findings: Findings) -> None:
    """List prices above the shelf price, price limits that cross, sales below cost."""
    listings = tables.get("listings")
    if listings is None:
        return
    base, invoice = listings.numbers("base_price"), listings.numbers("list_price")
    accounts, products = tables.get("accounts"), tables.get("products")
    if accounts is not None:
        vat = looked_up(listings.words("account"), accounts, "account", "vat_rate")
        net = base / (1.0 + vat)
        above = np.flatnonzero(invoice > net * (1.0 + ROUNDING))
        findings.fault_rows(
            listings.file,
            "list_price",
            listings.rows[above],
            lambda i: Text("{price:g}", price=float(invoice[above[i]])),
            lambda i: Text(
                "at most the shelf price excl. VAT, {net:.4g}", net=float(net[above[i]])
            ),
        )
    low, high = listings.numbers("min_price"), listings.numbers("max_price")
    crossed = np.flatnonzero(low > high)
    findings.fault_rows(
        listings.file,
        "max_price",
        listings.rows[crossed],
        lambda i: Text("{price:g}", price=float(high[crossed[i]])),
        lambda i: Text("at least min_price, {low:g}", low=float(low[crossed[i]])),
    )
    for i in np.flatnonzero((base < low) | (base > high)):
        findings.note(
            listings.file,
            int(listings.rows[i]),
            "base_price",
            Text("the base price is outside min_price and max_price"),
        )
    if products is not None:
        cost = looked_up(listings.words("product"), products, "product", "unit_cost")
        for i in np.flatnonzero(cost > invoice):
            findings.note(
                listings.file,
                int(listings.rows[i]),
                "list_price",
                Text("the invoice price is below the unit cost, {cost:g}", cost=float(cost[i])),
            )
