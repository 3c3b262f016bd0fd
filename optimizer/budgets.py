"""Budgets as coupling rows: trade spend, without rebates, of the blocks and weeks they name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from optimizer.problem import Quantity, Row, Sense
from optimizer.selection import Traits, window
from optimizer.spec import Spec
from workspace.workspace import Workspace

SELECTORS = ("account", "brand", "product")


def budget_rows(
    workspace: Workspace, spec: Spec, traits: Traits, first_week: np.datetime64, horizon: int
) -> tuple[Row, ...]:
    """One row for every budget, by name; without blocks where it touches nothing planned.

    Amounts are scaled by the scenario, or replaced by its own.
    """
    rows = []
    table = workspace.budgets.sort_values("budget")
    columns = {name: table[name].tolist() for name in table.columns}
    for i, name in enumerate(columns["budget"]):
        selectors = {key: columns[key][i] for key in SELECTORS if columns[key][i]}
        low, high = window(
            _day(columns["first_week"][i]), _day(columns["last_week"][i]), first_week, horizon
        )
        blocks = np.flatnonzero(traits.matching(selectors)).astype(np.int64)
        if low > high:
            low, high, blocks = 0, horizon - 1, blocks[:0]
        amount = spec.budgets.get(name, columns["amount"][i] * spec.budget_scale)
        rows.append(
            Row(
                name=name,
                quantity=Quantity.SPEND,
                sense=Sense.AT_LEAST if columns["kind"][i] == "floor" else Sense.AT_MOST,
                limit=float(amount),
                blocks=blocks,
                first=low,
                last=high,
                rule="budget",
            )
        )
    return tuple(rows)


def _day(week: pd.Timestamp) -> date | None:
    return None if pd.isna(week) else week.date()
