"""Weeks that may have run out without a mark: a sudden drop at the same price, then recovery.

Of a week that ran out only this is known: demand was at least what was sold. A drop far off what a
fit expects, between weeks as usual, says no more than that, so such weeks are not learned from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LOW = -3.5  # deviations of ln units from what was to be expected
USUAL = -2.0  # the weeks on either side: this, or more
LONGEST = 3  # weeks: longer than that a level has changed, or a product has gone
SURE = -6.0  # deviations of drops that are worth a suspicion of their own


def sold_out(standard: Floats, used: Bools) -> Bools:
    """Weeks that look sold out, from standardised residuals in the weeks `used`: (N, T) all.

    Runs of at most LONGEST weeks at LOW or below, with a usual week on each side.
    """
    low, usual = used & (standard <= LOW), used & (standard >= USUAL)
    return np.asarray(_between(low, usual, LONGEST))


def _between(low: Bools, usual: Bools, longest: int) -> Bools:
    """The cells of `low` in runs of at most `longest` with a `usual` cell on both sides."""
    found = np.zeros_like(low)
    weeks = low.shape[1]
    for length in range(1, longest + 1):
        if weeks < length + 2:
            break
        run = usual[:, : weeks - length - 1] & usual[:, length + 1 :]
        for k in range(1, length + 1):
            run = run & low[:, k : weeks - length - 1 + k]
        for k in range(1, length + 1):
            found[:, k : weeks - length - 1 + k] |= run
    return found
