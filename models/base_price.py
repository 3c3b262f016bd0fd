"""The regular shelf price of every week, and whether deals can be told from it at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]

REACH = 6  # weeks on either side of a week in which its regular price is looked for
NEAR = 0.002  # a price within .2 % of the regular one is regular: rounding, not a deal
# Shelf prices spend most weeks at a plateau. Averages paid over many shops never sit on one: a
# regular price taken from them would be an invention, so demand is put on the price itself.
PLATEAU = 0.5


@dataclass(frozen=True)
class RegularPrices:
    """Regular prices of a panel, in its currency, VAT included.

    `separate` says whether a deal is told from a lasting change of price: then demand has an
    elasticity of the regular price and a larger one of the deal; else one of the price paid.
    """

    price: Floats  # (N, T), NaN where nothing is near
    separate: bool
    given: bool  # from the column base_price, at least in most weeks
    at_regular: float  # share of the used weeks whose price is within .2 % of the regular one

    def depth_log(self, price: Floats) -> Floats:
        """-ln(1 - depth) of the prices paid: (N, T), at least 0, 0 where unknown."""
        with np.errstate(invalid="ignore", divide="ignore"):
            depth = np.log(self.price / price)
        return np.where(np.isfinite(depth), np.maximum(depth, 0.0), 0.0)

    def recent(self, weeks: int) -> Floats:
        """The regular price at the end of history: mean of the last known `weeks`, (N,)."""
        known = np.isfinite(self.price)
        # Known weeks counted from the end.
        rank = np.cumsum(known[:, ::-1], axis=1)[:, ::-1]
        last = known & (rank <= weeks)
        total = np.where(last, self.price, 0.0).sum(axis=1)
        count = last.sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def regular_prices(panel: Panel) -> RegularPrices:
    """Given regular prices; the others estimated from the prices paid.

    The estimate is the second highest price within six weeks on either side: deals are lower, and
    one odd price cannot move it. It needs regular weeks among any thirteen.
    """
    estimated = second_highest(panel.price, REACH)
    given = np.isfinite(panel.base_price)
    price = np.where(given, panel.base_price, estimated)
    used = panel.used
    weeks = max(int(used.sum()), 1)
    with np.errstate(invalid="ignore"):
        regular = used & (np.abs(np.log(panel.price / price)) <= NEAR)
    at_regular = float(regular.sum()) / weeks
    mostly_given = bool((given & used).sum() > 0.5 * weeks)
    return RegularPrices(
        price=price,
        separate=mostly_given or at_regular >= PLATEAU,
        given=mostly_given,
        at_regular=at_regular,
    )


def second_highest(values: Floats, reach: int) -> Floats:
    """The second highest value within `reach` columns of each, the only one where there is one.

    Shape (N, T), NaN where there is none.
    """
    known = np.where(np.isfinite(values), values, -np.inf)
    first = np.full(values.shape, -np.inf)
    second = np.full(values.shape, -np.inf)
    weeks = values.shape[1]
    for shift in range(-reach, reach + 1):
        low, high = max(0, -shift), min(weeks, weeks - shift)
        if low >= high:
            continue
        here = slice(low, high)
        seen = known[:, low + shift : high + shift]
        second[:, here] = np.maximum(second[:, here], np.minimum(first[:, here], seen))
        first[:, here] = np.maximum(first[:, here], seen)
    found = np.where(np.isfinite(second), second, first)
    return np.where(np.isfinite(found), found, np.nan)
