"""How good forecasts are. Sums run over all weeks given; units may be zero, their sum may not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def wape(forecast: Floats, actual: Floats) -> float:
    """Weighted absolute percentage error: sum |forecast - actual| / sum actual."""
    return _ratio(np.abs(forecast - actual), actual)


def bias(forecast: Floats, actual: Floats) -> float:
    """sum (forecast - actual) / sum actual; above 0 the forecast is too high."""
    return _ratio(forecast - actual, actual)


def pinball(quantile: Floats, actual: Floats, level: float) -> float:
    """Loss of a quantile forecast, relative to sales: least where it is the quantile `level`."""
    above = actual - quantile
    return _ratio(np.maximum(level * above, (level - 1.0) * above), actual)


def coverage(low: Floats, high: Floats, actual: Floats) -> float:
    """Share of weeks whose units lie between low and high, both included; NaN without weeks."""
    if len(actual) == 0:
        return float("nan")
    return float(np.mean((low <= actual) & (actual <= high)))


def _ratio(errors: Floats, actual: Floats) -> float:
    total = float(np.sum(actual))
    return float(np.sum(errors)) / total if total > 0.0 else float("nan")
