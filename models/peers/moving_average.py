"""The spreadsheet: the average of the last eight weeks, times the usual lift of a deal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.base_price import RegularPrices
from models.calibration import last_weeks
from models.panel import Panel

Floats = NDArray[np.float64]

WEEKS = 8
DEEP = 0.05  # a cut of 5 % is a deal
SHOWN = 0.10  # so is feature or display in a tenth of the stores


def moving_average(panel: Panel, regular: RegularPrices) -> Floats:
    """Expected units: (N, T).

    Lift: mean units of deal weeks over mean units of the others, all series of the product
    together, each measured against its own mean. The average of the last weeks is of units with
    the deals' lift divided out.
    """
    deal = regular.depth_log(panel.price) >= -np.log1p(-DEEP)
    deal |= np.nan_to_num(panel.feature) >= SHOWN
    deal |= np.nan_to_num(panel.display) >= SHOWN
    units = np.where(panel.used, panel.units, 0.0)
    count = np.maximum(panel.used.sum(axis=1), 1)
    mean = np.maximum(units.sum(axis=1) / count, 1e-9)
    relative = units / mean[:, None]
    lift = np.ones(panel.series)
    for product in np.unique(panel.product):
        rows = panel.product == product
        on = panel.used[rows] & deal[rows]
        off = panel.used[rows] & ~deal[rows]
        if on.any() and off.any():
            ratio = relative[rows][on].mean() / max(relative[rows][off].mean(), 1e-9)
            lift[rows] = max(float(ratio), 1.0)
    factor = np.where(deal, lift[:, None], 1.0)
    recent = last_weeks(panel.used, WEEKS)
    base = np.where(recent, units / factor, 0.0).sum(axis=1) / np.maximum(recent.sum(axis=1), 1)
    return np.asarray(base[:, None] * factor)
