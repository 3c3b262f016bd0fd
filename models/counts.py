"""Small counts: weeks of a few units, or of none, as a negative binomial has them.

A logarithm of two units says less than one of two hundred, and that of none nothing at all. For
series that sell little, of mean m = exp(x'b) and variance m + s^2 m^2, the crossed model is fitted
to the working observation and weight of the quasi-likelihood (McCullagh and Nelder 1989, 9.2)

    z = ln m + (q - m) / m,      weight 1 / (1/m + s^2),

again and again, weeks without a unit among them. Then x'b is the logarithm of the mean itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Mean units a week below which a series is counted: from there on a Poisson's own deviation is
# under a fifth, less than a week's other noise.
SMALL = 20.0
LEAST_MEAN = 0.05  # units: the logarithm of less is far from everything
LEAST_NOISE = 0.0025  # s^2: at none it could not come back
FARTHEST = 10.0  # of (q - m) / m: one sale where next to none was expected is no lever


def small_counts(panel: Panel) -> Bools:
    """Series that are counted: (N,)."""
    seen = panel.used | _zeros(panel)
    mean = np.where(seen, panel.units, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.asarray(panel.used.any(axis=1) & (mean < SMALL))


def counted(panel: Panel, small: Bools, log_mean: Floats, noise: Floats, weight: Floats) -> Panel:
    """The panel with working observations of its `small` series (N,), zero weeks among them.

    `log_mean` (N, T) of units, by the last fit; `noise` (N,) its s^2; `weight` (N, T) how far weeks
    of the other series are believed.
    """
    used = panel.used | (_zeros(panel) & small[:, None])
    log_mean = np.maximum(log_mean, np.log(LEAST_MEAN))
    mean = np.exp(log_mean)
    variance = np.maximum(noise, LEAST_NOISE)[:, None]
    away = np.minimum((np.nan_to_num(panel.units) - mean) / mean, FARTHEST)
    logs = np.where(small[:, None] & used, log_mean + away, panel.logs)
    worth = variance / (variance + 1.0 / mean)
    return replace(
        panel,
        used=used,
        working=logs,
        weight=np.where(small[:, None], worth, weight),
    )


def count_interval(mean: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the central interval of a negative binomial: `variance` of ln mean, any shapes."""
    from scipy.stats import nbinom  # takes half a second to load

    size = 1.0 / np.expm1(np.maximum(variance, 1e-6))
    share = size / (size + mean)
    low, high = (nbinom.ppf(0.5 + half * level, size, share) for half in (-0.5, 0.5))
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _zeros(panel: Panel) -> Bools:
    """Weeks in stock without a unit, between the first and the last week learned from: (N, T)."""
    if panel.zero is None:
        return np.zeros(panel.used.shape, dtype=np.bool_)
    begun = np.logical_or.accumulate(panel.used, axis=1)
    goes_on = np.logical_or.accumulate(panel.used[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(panel.zero & begun & goes_on)
