"""The shock that deals may have been timed on: how an account's shelf sold beyond all its terms.

A buyer who expects a good week puts the deal there, and its lift gets the credit. Other products of
the shelf had the same week without the same deal, so their mean residual, smoothed both ways, tells
the good week from the lift. After the last week learned from nothing is known of it: zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.structure import of_others

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MEMORY = 0.7  # of a week's shock, what is left in the next
# Product-weeks of evidence for no shock: a shelf of one other product tells it only roughly.
DOUBT = 1.0


def shock_columns(
    residual: Floats, used: Bools, shelf: Ints, account: Ints
) -> tuple[Floats, Floats]:
    """The smoothed mean residual of a series' shelf, itself left out, and of its account's others.

    Two arrays (N, T). `residual` (N, T) are ln units less everything but the shock, where `used`;
    0 after the last week that a series learns from.
    """
    found, seen = np.where(used, residual, 0.0), used.astype(np.float64)
    total, count = of_others(found, shelf), of_others(seen, shelf)
    rest, others = of_others(found, account) - total, of_others(seen, account) - count
    weeks = used.shape[1]
    last = np.where(used.any(axis=1), weeks - 1 - np.argmax(used[:, ::-1], axis=1), -1)
    known = np.arange(weeks)[None, :] <= last[:, None]

    def mean(sums: Floats, weights: Floats) -> Floats:
        return np.where(known, _smoothed(sums) / (_smoothed(weights) + DOUBT), 0.0)

    return mean(total, count), mean(rest, others)


def _smoothed(cells: Floats) -> Floats:
    """sum_s MEMORY^|t - s| cells[s]: (N, T), one pass each way."""
    forward, backward = cells.copy(), cells.copy()
    for week in range(1, cells.shape[1]):
        forward[:, week] += MEMORY * forward[:, week - 1]
        backward[:, -1 - week] += MEMORY * backward[:, -week]
    return forward + backward - cells
