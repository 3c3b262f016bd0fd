"""A feast that moves: what the weeks before Easter do to demand."""

from __future__ import annotations

import numpy as np

from models.simulator.truth import Floats, Weeks

# Easter Sundays, from a printed calendar: the estimator's way to find them is not used here.
SUNDAYS = np.array(
    ["2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
     "2028-04-16"],
    dtype="datetime64[D]",
)  # fmt: skip
BEFORE = 0.5  # the week before the feast's own adds this much of it


def easter_bump(days: Weeks) -> Floats:
    """1 in the week that ends with Easter, BEFORE in the week before: (W,), by Mondays `days`."""
    sunday = days.astype("datetime64[D]") + 6
    before = np.isin(sunday + 7, SUNDAYS)
    return np.isin(sunday, SUNDAYS) + BEFORE * before
