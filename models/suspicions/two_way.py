"""What a pair should be like, judged by the account's other pairs and the product's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.suspicions.evidence import median

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SWEEPS = 8
LEAST = 3  # pairs of an account or a product below which its effect is not told


def two_way(values: Floats, row: Ints, column: Ints) -> tuple[Floats, Floats]:
    """Tukey's median polish: residuals of the pairs and effects of the rows, (N,) and (R,).

    Tukey 1977, Exploratory Data Analysis, chapter 11. Residuals are NaN where the account or the
    product has too few pairs to say what is usual.
    """
    rows, columns = int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1
    grid = np.full((rows, columns), np.nan)
    grid[row, column] = values
    enough = np.isfinite(grid)
    effect = np.zeros(rows)
    for _ in range(SWEEPS):
        down = np.nan_to_num(median(grid.T))
        grid = grid - down
        across = np.nan_to_num(median(grid))
        centre = float(np.median(across)) if rows else 0.0
        effect += across - centre
        grid = grid - across[:, None]
    told = (enough.sum(axis=1) >= LEAST)[:, None] & (enough.sum(axis=0) >= LEAST)[None, :]
    return np.where(told, grid, np.nan)[row, column], effect
