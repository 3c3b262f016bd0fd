"""Products: what only our own ones must have."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.columns import Bools
from workspace.faults import Findings
from workspace.table import Table
from workspace.text import Text


def check_products(tables: Mapping[str, Table], findings: Findings) -> None:
    """Our products need a unit cost; a competitor's have none and are never listed."""
    products = tables.get("products")
    if products is None or "product" not in products.present:
        return
    ours = products.filled("own")
    sure = ~products.faulty["own"]
    own = sure & (ours != 0.0)
    if "unit_cost" not in products.present:
        if own.any():
            findings.fault(
                products.file,
                1,
                "unit_cost",
                Text("no such column"),
                Text("the column {name}", name="unit_cost"),
            )
    else:
        _unit_costs(products, own, findings)
    codes = products.words("product")
    rivals = {codes.labels[i] for i in codes.index[sure & (ours == 0.0)] if i >= 0}
    for name in ("listings", "supply"):
        if rivals and name in tables:
            _never_planned(tables[name], rivals, findings)


def _unit_costs(products: Table, own: Bools, findings: Findings) -> None:
    blank = np.isnan(products.numbers("unit_cost")) & own
    where = np.flatnonzero(blank & ~products.faulty["unit_cost"])
    findings.fault_rows(
        products.file,
        "unit_cost",
        products.rows[where],
        lambda i: Text("a blank cell"),
        Text("a value: only products with own = 0 have none"),
    )


def _never_planned(table: Table, rivals: set[str], findings: Findings) -> None:
    where = np.flatnonzero(table.words("product").among(rivals))
    findings.fault_rows(
        table.file,
        "product",
        table.rows[where],
        lambda i: Text("a competitor's product (own = 0)"),
        Text("one of our own products"),
    )
