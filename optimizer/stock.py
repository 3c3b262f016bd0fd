"""What there is of a product week by week: what arrives, and what the week before has left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.problem import Floats
from workspace.weeks import week_index


def stock(
    supply: pd.DataFrame, first_week: np.datetime64, horizon: int, sold: Mapping[str, Floats]
) -> Iterator[tuple[str, int, Floats]]:
    """Product, week and the units available then, for every row of `supply` in the horizon.

    `sold` (..., W): the units of each product that the plan is about, on one estimate or on many
    draws side by side; what is available has its leading axes. What is not used is carried over to
    the next week, where that has a row too; weeks before the horizon leave nothing.
    """
    weeks = week_index(supply["week"].to_numpy(), first_week).tolist()
    before: tuple[str, int] | None = None
    kept: Floats = np.zeros(())
    columns = (supply["product"], weeks, supply["units"], supply["carry_over"])
    for product, week, units, carry_over in zip(*columns, strict=True):
        if product not in sold or not 0 <= week < horizon:
            continue
        used = sold[product][..., week]
        arrived = np.full(used.shape, float(units))
        available: Floats = arrived + kept if before == (product, week - 1) else arrived
        before, kept = (product, week), float(carry_over) * np.maximum(0.0, available - used)
        yield product, week, available
