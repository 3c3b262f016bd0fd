"""What deals do to units besides their own lift: dips, cross and rival effects (contract 3)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimizer.problem import Edges, Floats, Ints


def felt(
    pressure: Floats, pull: Floats, carry: Floats, edges: Edges, grid: Ints, first: int, weeks: int
) -> Floats:
    """ln units that deals add to each block and week 0..weeks-1, without their own lift.

    grid: (N, G) tactics run in the weeks first, first + 1, ..; `first` may be negative. N may
    exceed P, the number of rows of `carry` (P, C): the blocks beyond are sources only. pressure,
    pull: (N, K+1). Returns (P, weeks).
    """
    blocks, lags = carry.shape
    effect = np.zeros((blocks, weeks))
    rows = np.arange(grid.shape[0])[:, None]
    pressed = pressure[rows, grid] if lags else grid
    for lag in range(1, lags + 1):
        here, there = _shift(first + lag, grid.shape[1], weeks)
        effect[:, here] -= carry[:, lag - 1, None] * pressed[:blocks, there]
    pulled = pull[rows, grid] if edges.lag.size else grid
    for lag in np.unique(edges.lag):
        chosen = edges.lag == lag
        matrix = csr_array(
            (edges.coefficient[chosen], (edges.target[chosen], edges.source[chosen])),
            shape=(blocks, grid.shape[0]),
        )
        here, there = _shift(first + int(lag), grid.shape[1], weeks)
        effect[:, here] += matrix @ np.ascontiguousarray(pulled[:, there])
    return effect


def _shift(offset: int, length: int, weeks: int) -> tuple[slice, slice]:
    """Weeks 0..weeks-1 that columns 0..length-1 land on when moved by `offset`, and the columns."""
    low, high = max(0, offset), min(weeks, offset + length)
    if high <= low:
        return slice(0, 0), slice(0, 0)
    return slice(low, high), slice(low - offset, high - offset)
