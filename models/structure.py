"""Structural terms: what a deal borrows from the product's own later weeks, and from siblings.

Both start from `pressure`, the ln lift that a first fit gives a week's deal, and `pull`,
ln(1 + share (exp(pressure) - 1)), the same seen from the sub-category: a strong deal of a small
product takes little. An index of depths would miss features, displays and sizes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Weights of the deals 1, 2, 3 weeks ago in a product's dip: each week forgets two fifths.
DIP_WEIGHTS = (0.51, 0.31, 0.18)


def pressures(depth_log: Floats, feature: Floats, display: Floats, effects: Floats) -> Floats:
    """The ln lift of deals, at least 0: same shape as the three deals, effects (N, 3) by series.

    `effects` are the coefficients of -ln(1 - depth), feature and display.
    """
    each = effects[:, None, :] if depth_log.ndim == 2 else effects
    lift = each[..., 0] * depth_log + each[..., 1] * feature + each[..., 2] * display
    return np.maximum(np.asarray(lift, dtype=np.float64), 0.0)


def shares(panel: Panel) -> Floats:
    """Each series' share of the units of its account and category, competitors included: (N,)."""
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
    """What deals of these pressures (N, any) take from their sub-category, in ln units."""
    return np.log1p(share[:, None] * np.expm1(pressure))


def dip_column(pressure: Floats) -> Floats:
    """The weighted pressure of the weeks before: (N, T); before history nothing is known, 0."""
    column = np.zeros_like(pressure)
    for lag, weight in enumerate(DIP_WEIGHTS, start=1):
        column[:, lag:] += weight * pressure[:, :-lag]
    return column


def sibling_column(pull: Floats, shelf: Ints) -> Floats:
    """The pulls of the other products on the same shelf: (N, T)."""
    total = np.zeros((int(shelf.max(initial=-1)) + 1, pull.shape[1]))
    np.add.at(total, shelf, pull)
    return np.asarray(total[shelf] - pull)
