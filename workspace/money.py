"""Money in whole cents: rounded once, half to even, and split without losing a cent.

Sums of cents are exact in int64, so every total is the sum of its lines whatever the order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Cents = NDArray[np.int64]
Floats = NDArray[np.float64]

# Amounts are products of a few floats: their error is far below this, and a tie that was exact in
# decimals must round to even on every machine.
TIE = 1e-6  # of a cent
# Where amounts are in the hundreds of millions floats lie further apart than that: what counts is
# then the error of the amount and of the product, two units in the last place.
TWO_ULPS = 2.0**-51
FARTHEST = 0.25  # of a cent: whole cents are never ties
# Beyond this a float no longer tells cents apart.
LARGEST = 2.0**53
# Remainders are compared at this resolution, so that equal shares are served in order.
REMAINDER_DIGITS = 9


def to_cents(amounts: Floats) -> Cents:
    """Round amounts of any shape, in units of currency, to cents, half to even.

    A value within 1e-6 of a cent and two units in the last place of a tie counts as a tie. Raises
    ValueError where an amount is not finite or so large that cents cannot be told apart.
    """
    exact = np.asarray(amounts, dtype=np.float64) * 100.0
    if not np.all(np.abs(exact) < LARGEST):  # NaN compares false
        raise ValueError("an amount is not finite, or too large for cents")
    below = np.floor(exact)
    odd = np.mod(below, 2.0)
    part = exact - below
    tie = np.abs(part - 0.5) <= np.minimum(TIE + TWO_ULPS * np.abs(exact), FARTHEST)
    rounded = np.where(tie, below + odd, np.rint(exact))
    return rounded.astype(np.int64)


def from_cents(cents: Cents) -> Floats:
    """Amounts in units of currency: the float nearest to each number of cents."""
    return np.asarray(cents, dtype=np.int64) / 100.0


def split_cents(total: int, sizes: Floats) -> Cents:
    """Divide `total` cents in proportion to `sizes` (n,), summing to `total` exactly.

    Quotas are cut towards minus infinity; the cents left go to the largest remainders, compared
    after rounding to 1e-9, earlier entries first. `sizes` must be finite, >= 0 and not all 0, or
    ValueError is raised.
    """
    weights = np.asarray(sizes, dtype=np.float64)
    whole = float(weights.sum())
    if weights.ndim != 1 or not np.all(weights >= 0.0) or not 0.0 < whole < np.inf:
        raise ValueError("sizes must be finite, not negative, and not all zero")
    quotas = total * (weights / whole)
    shares = np.floor(quotas)
    remainders = np.round(quotas - shares, REMAINDER_DIGITS)
    cents = shares.astype(np.int64)
    left = int(total) - int(cents.sum())
    # Float error can leave more cents than entries, or fewer than none: whole rounds, then a part.
    rounds, part = divmod(left, len(cents))
    cents += rounds
    cents[np.argsort(-remainders, kind="stable")[:part]] += 1
    return cents
