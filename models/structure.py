"""Structural terms: what a deal borrows from later weeks, and what it takes from the shelf.

They start from `pressure`, the ln lift that the last fit gives a week's deal, and from `pull`,
ln(1 + share (exp(pressure) - 1)), the same seen from the sub-category: a strong deal of a small
product takes little. An index of depths would miss features, displays and sizes. A shelf is an
account's products of one category, competitors' among them: their deals take from ours as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Weights of the deals 1, 2, 3 weeks ago in a product's dip: each week forgets two fifths.
DIP_WEIGHTS = (0.51, 0.31, 0.18)
# Weights of the shelf's deals 1 to 12 weeks ago in what households have in stock: they eat a good
# fifth a week. A shorter memory reads what it leaves out as a lower baseline, and promises it.
_EATEN = 0.22
_LEFT = [(1.0 - _EATEN) ** lag for lag in range(1, 13)]
STOCK_WEIGHTS = tuple(left / sum(_LEFT) for left in _LEFT)
# What plans are told of it: the same sum within 8 weeks, as longer tails slow their search down.
STOCK_TOLD = tuple(left / sum(_LEFT[:8]) for left in _LEFT[:8])


def pressures(depth_log: Floats, feature: Floats, display: Floats, effects: Floats) -> Floats:
    """The ln lift of deals, at least 0: same shape as the three deals, effects (N, 3) by series.

    `effects` are the coefficients of -ln(1 - depth), feature and display.
    """
    each = effects[:, None, :] if depth_log.ndim == 2 else effects
    lift = each[..., 0] * depth_log + each[..., 1] * feature + each[..., 2] * display
    return np.maximum(np.asarray(lift, dtype=np.float64), 0.0)


def shares(panel: Panel) -> Floats:
    """Each series' share of the units of its shelf, competitors included: (N,)."""
    count = panel.used.sum(axis=1)
    mean = np.where(panel.used, panel.units, 0.0).sum(axis=1) / np.maximum(count, 1)
    shelf = shelves(panel)
    total = np.bincount(shelf, mean)[shelf] if len(shelf) else mean
    return np.where(total > 0.0, mean / np.where(total > 0.0, total, 1.0), 0.0)


def shelves(panel: Panel) -> Ints:
    """A number for each account and category: (N,)."""
    codes = panel.account * (int(panel.category.max(initial=0)) + 1) + panel.category
    _, index = np.unique(codes, return_inverse=True)
    return np.asarray(index, dtype=np.int64)


def pulls(pressure: Floats, share: Floats) -> Floats:
    """What deals of these pressures (N, any) take from their shelf, in ln units."""
    return np.log1p(share[:, None] * np.expm1(pressure))


def overlaps(pressure: Floats, share: Floats, shelf: Ints) -> Floats:
    """How much less the shelf's other deals grow the category together than each alone: (N, T).

    The sum of their pulls less ln((1 + all growth) / (1 + own growth)), a deal's growth being
    share (exp(pressure) - 1); >= 0, and 0 where one deal is alone on the shelf.
    """
    growth = share[:, None] * np.expm1(pressure)
    others = of_others(growth, shelf)
    together = np.log1p(others / (1.0 + growth))
    return np.maximum(of_others(np.log1p(growth), shelf) - together, 0.0)


def weighted_past(cells: Floats, weights: tuple[float, ...]) -> Floats:
    """Weighted cells of the weeks before: (N, T); before history nothing is known, 0."""
    column = np.zeros_like(cells)
    for lag, weight in enumerate(weights, start=1):
        column[:, lag:] += weight * cells[:, :-lag]
    return column


def of_others(cells: Floats, shelf: Ints) -> Floats:
    """The sum over the other series on the same shelf: (N, T)."""
    total = np.zeros((int(shelf.max(initial=-1)) + 1, cells.shape[1]))
    np.add.at(total, shelf, cells)
    return np.asarray(total[shelf] - cells)
