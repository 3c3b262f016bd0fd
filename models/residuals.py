"""What a fit leaves unexplained, and what that looks like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.estimator import Estimate

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def residuals(estimate: Estimate) -> Floats:
    """ln units less what the terms explain, 0 where a week is not learned from: (N, T)."""
    used = estimate.panel.used
    explained = np.einsum("ntk,nk->nt", estimate.design.x, estimate.coefficients)
    return np.where(used, np.log(np.where(used, estimate.panel.units, 1.0)) - explained, 0.0)


def autocorrelation(cells: Floats, used: NDArray[np.bool_]) -> float | None:
    """Correlation of residuals a week apart, pooled; None without two weeks in a row.

    Each series against its own mean and deviation.
    """
    count = np.maximum(used.sum(axis=1, keepdims=True), 1)
    centred = np.where(used, cells - cells.sum(axis=1, keepdims=True) / count, 0.0)
    scale = np.sqrt((centred**2).sum(axis=1, keepdims=True) / count)
    standard = centred / np.where(scale > 0.0, scale, 1.0)
    both = used[:, 1:] & used[:, :-1]
    if not both.any():
        return None
    return float((standard[:, 1:] * standard[:, :-1])[both].mean())


def diagnostics(estimate: Estimate) -> dict[str, float | None]:
    """Of residuals over their series' own noise: JSON-able figures.

    `autocorrelation` a week apart; `skew` and `excess_kurtosis`, 0 for a normal; `beyond_3`, the
    share beyond three deviations, .0027 for a normal; `promoted_over_quiet`, the ratio of
    variances of promoted and other weeks, None without either.
    """
    used, rest = estimate.panel.used, residuals(estimate)
    standard = (rest / np.sqrt(estimate.noise)[:, None])[used]
    deviation = float(standard.std()) or 1.0
    centred = (standard - standard.mean()) / deviation
    deals = estimate.promoted & used
    quiet = used & ~estimate.promoted
    ratio = None
    if deals.any() and quiet.any():
        scaled = (rest / np.sqrt(estimate.noise)[:, None]) ** 2
        ratio = float(scaled[deals].mean() / max(float(scaled[quiet].mean()), 1e-12))
    return {
        "autocorrelation": autocorrelation(rest, used),
        "skew": float((centred**3).mean()),
        "excess_kurtosis": float((centred**4).mean() - 3.0),
        "beyond_3": float((np.abs(centred) > 3.0).mean()),
        "promoted_over_quiet": ratio,
    }
