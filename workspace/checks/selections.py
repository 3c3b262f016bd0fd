"""Tactics and budgets: lengths and weeks in order, selectors that leave something."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.columns import Bools
from workspace.faults import Findings
from workspace.table import Table
from workspace.text import Text


def check_tactics(tables: Mapping[str, Table], findings: Findings) -> None:
    """An event's shortest length is not above its longest."""
    tactics = tables.get("tactics")
    if tactics is None:
        return
    low, high = tactics.numbers("min_weeks"), tactics.numbers("max_weeks")
    where = np.flatnonzero(low > high)
    findings.fault_rows(
        tactics.file,
        "max_weeks",
        tactics.rows[where],
        lambda i: Text("{weeks:g}", weeks=float(high[where[i]])),
        lambda i: Text("at least min_weeks, {low:g}", low=float(low[where[i]])),
    )


def check_budgets(tables: Mapping[str, Table], findings: Findings) -> None:
    """A budget's last week is not before its first."""
    budgets = tables.get("budgets")
    if budgets is None:
        return
    first, last = budgets.weeks("first_week"), budgets.weeks("last_week")
    where = np.flatnonzero(last < first)
    findings.fault_rows(
        budgets.file,
        "last_week",
        budgets.rows[where],
        lambda i: Text("{week}", week=last[where[i]]),
        lambda i: Text("a week not before {first}", first=first[where[i]]),
    )


def check_selectors(tables: Mapping[str, Table], findings: Findings) -> None:
    """Note rows of tactics and budgets whose brand and product contradict each other."""
    products = tables.get("products")
    if products is None:
        return
    codes, brands = products.words("product").words(), products.words("brand").words()
    brand_of = dict(zip(codes, brands, strict=True))
    for name in ("tactics", "budgets"):
        table = tables.get(name)
        if table is None:
            continue
        for i in np.flatnonzero(_contradictory(table, brand_of)):
            findings.note(
                table.file,
                int(table.rows[i]),
                "product",
                Text("the product is not of the brand beside it: the row selects nothing"),
            )


def _contradictory(table: Table, brand_of: Mapping[str, str]) -> Bools:
    brand, product = table.words("brand").words(), table.words("product").words()
    pairs = zip(product, brand, strict=True)
    return np.array(
        [bool(p and b and p in brand_of and brand_of[p] != b) for p, b in pairs], dtype=np.bool_
    )
