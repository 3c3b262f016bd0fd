"""Weeks far off everything that the terms, shocks and levels explain: listed, with how far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.estimator import Estimate
from models.residuals import residuals

FAR = 5.0  # robust deviations of the series' own weeks
LEAST_DEVIATION = 0.02  # of ln units: series that repeat themselves have no outliers of rounding
NORMAL = 1.4826  # a normal's deviation over its median absolute one
COLUMNS = ("account", "product", "week", "units", "expected", "deviations", "weight")
LISTED = 100  # in fit.json; the file has them all
LEAST_WEEKS = 13


def outliers(estimate: Estimate) -> pd.DataFrame:
    """Weeks learned from whose ln units lie FAR from what was to be expected, COLUMNS.

    Deviations are of the series' own residuals, by their median absolute deviation, so that an
    outlier does not hide itself; signed. `weight` is how far the fit believed the week, 0..1.
    Farthest first.
    """
    panel, used = estimate.panel, estimate.panel.used
    rest = residuals(estimate)
    # Counts have no logarithms to be off.
    rows = np.flatnonzero((used.sum(axis=1) >= LEAST_WEEKS) & ~estimate.counts)
    found = []
    for series in rows.tolist():
        cells = rest[series, used[series]]
        middle = float(np.median(cells))
        spread = max(NORMAL * float(np.median(np.abs(cells - middle))), LEAST_DEVIATION)
        far = (cells - middle) / spread
        for place in np.flatnonzero(np.abs(far) >= FAR).tolist():
            week = int(np.flatnonzero(used[series])[place])
            account, product = panel.codes(series)
            units = float(panel.units[series, week])
            expected = units * float(np.exp(middle - cells[place]))
            weight = float(estimate.belief.weight[series, week])
            cells_of = (account, product, panel.weeks[week], units, expected)
            found.append((*cells_of, float(far[place]), weight))
    if not found:
        return none()
    table = pd.DataFrame(found, columns=list(COLUMNS))
    order = np.argsort(-table["deviations"].abs().to_numpy(dtype=np.float64), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def listed(table: pd.DataFrame) -> list[dict[str, object]]:
    """The first LISTED outliers, JSON-able."""
    return [
        {
            "account": str(row.account),
            "product": str(row.product),
            "week": str(row.week)[:10],
            **{name: float(getattr(row, name)) for name in COLUMNS[3:]},
        }
        for row in table.head(LISTED).itertuples(index=False)
    ]


def none() -> pd.DataFrame:
    """No outliers."""
    kinds = {"account": "str", "product": "str", "week": "datetime64[s]"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "float64")) for name in COLUMNS})
