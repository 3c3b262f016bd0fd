"""Sums by group, and by product and week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sums(group: NDArray[np.int64], values: NDArray[np.generic], groups: int) -> Floats:
    """The sum of the values of each group: (groups,). `group` (n,) is 0..groups-1."""
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


def by_product(products: list[str], values: Floats) -> tuple[list[str], Floats]:
    """Sums of (B, W) over the blocks of each product: the products sorted, and (N, W)."""
    names = sorted(set(products))
    number = {name: n for n, name in enumerate(names)}
    place = np.array([number[product] for product in products], dtype=np.int64)
    weeks = values.shape[1]
    cell = (place[:, None] * weeks + np.arange(weeks)).ravel()
    return names, sums(cell, values.ravel(), len(names) * weeks).reshape(len(names), weeks)
