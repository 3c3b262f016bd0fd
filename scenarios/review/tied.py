"""Parts in whole thousandths or cents that sum to their whole number exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workspace.money import REMAINDER_DIGITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


NOTHING = 1e-9  # a part below this is none, and gets no remainder


def tied(parts: Floats, total: int) -> Ints:
    """Parts (n,) of either sign, rounded so that they sum to `total`.

    Each is cut towards minus infinity; what is left goes one by one to the largest remainders,
    earlier parts first. Parts that are nothing stay nothing, unless all are: then the last has it.
    """
    some = np.abs(parts) > NOTHING
    whole = np.zeros(len(parts), dtype=np.int64)
    if not some.any():
        whole[-1] = total
        return whole
    below = np.floor(parts[some])
    left = int(total) - int(below.sum())
    order = np.argsort(-np.round(parts[some] - below, REMAINDER_DIGITS), kind="stable")
    rounds, more = divmod(left, int(some.sum()))
    below = below.astype(np.int64) + rounds
    below[order[:more]] += 1
    whole[some] = below
    return whole
