"""The truth of a simulated market: what shoppers really do, as arrays.

Axes: A accounts, N products (competitors' too), W weeks (history, then future), C lags of carry,
M + 1 lags of cross effects (from the same week on).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Weeks = NDArray[np.datetime64]


@dataclass(frozen=True)
class Deals:
    """What runs where and when. All arrays (A, N, W), or broadcastable to it; 0: nothing runs."""

    depth: Floats  # cut off the regular price, 0 <= depth < 1
    feature: Floats  # 0..1
    display: Floats  # 0..1

    def without(self, products: Bools, first: int) -> Deals:
        """The same deals, but none of the marked products (N,) from week index `first` on."""
        keep = np.ones(self.depth.shape)
        keep[:, products, first:] = 0.0
        return Deals(self.depth * keep, self.feature * keep, self.display * keep)


@dataclass(frozen=True)
class Tastes:
    """Parameters of the shoppers. (A, N) unless said otherwise; which ones count is the form's."""

    elasticity: Floats  # < 0, of a deal's price
    base_elasticity: Floats  # < 0, of the regular price
    feature: Floats  # >= 0, log effect of a feature in all stores
    display: Floats  # >= 0, log effect of a display in all stores
    share: Floats  # of its category's units in the account: sums to 1 over each category
    carry: Floats  # (A, N, C) >= 0, of the own deal's log effect 1..C weeks ago
    cross: Floats  # (A, N, M + 1) >= 0, of the siblings' pulls 0..M weeks ago
    potential: Floats  # units of the product's category that could be bought in a week
    attraction: Floats  # of a product to households that keep stocks; 0 where the form has none
    threshold: float  # depth below which shoppers see no price cut
    ceiling: float  # most that a deal can add, in multiples of units without deals


@dataclass(frozen=True)
class Truth:
    """All that is needed to value any calendar in a market, and to redo its history."""

    form: str  # name of a form in models.simulator.forms
    accounts: tuple[str, ...]
    products: tuple[str, ...]
    category: tuple[str, ...]  # (N,) deals take units from products of the same one
    own: Bools  # (N,) False: a competitor's
    weeks: Weeks  # (W,) Mondays, datetime64[D]
    history: int  # the first weeks are history
    log_base: Floats  # (A, N, W) ln units at the listed price with no deal of anybody
    base_price: Floats  # (A, N, W) regular shelf price incl. VAT
    listed_price: Floats  # (A, N) regular shelf price that log_base refers to
    tastes: Tastes
    deals: Deals  # (A, N, W) in history everybody's; in the future the competitors'

    @property
    def log_price(self) -> Floats:
        """ln(regular price / listed price), (A, N, W)."""
        return np.asarray(np.log(self.base_price / self.listed_price[:, :, None]))

    @property
    def same(self) -> Floats:
        """1 where two products are of one category, (N, N); a product is with itself."""
        codes = np.array(self.category)
        return np.asarray(codes[:, None] == codes[None, :], dtype=np.float64)

    def planned(self, deals: Deals) -> Truth:
        """The same market with other deals."""
        return replace(self, deals=deals)
