"""Sums by group, typed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sums(group: NDArray[np.int64], values: NDArray[np.generic], groups: int) -> Floats:
    """The sum of the values of each group: (groups,). `group` (n,) is 0..groups-1."""
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)
