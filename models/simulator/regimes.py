"""What no model of demand foresees: levels that shift for good, and weeks far off the rest."""

from __future__ import annotations

import numpy as np
from scipy import stats

from models.simulator.truth import Floats

FARTHEST = 8.0  # scales: no week's noise is farther off, so that exp(noise) has a mean


def level_shifts(
    shifts: float, deviation: float, weeks: int, shape: tuple[int, int, int],
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Sums of steps in ln units that stay: (A, N, W).

    Each product, and each pair on its own, has Poisson(shifts / 2) steps in the history of
    `weeks` weeks, of N(0, deviation^2); weeks after it keep the last level.
    """
    total = np.zeros(shape)
    for size in ((1, shape[1]), shape[:2]):
        counts = rng.poisson(shifts / 2, size)
        for place in np.argwhere(counts):
            at = tuple(place)
            for _ in range(counts[at]):
                week, step = int(rng.integers(1, weeks)), float(rng.normal(0.0, deviation))
                rows = slice(None) if size[0] == 1 else at[0]
                total[rows, at[1], week:] += step
    return total


def log_noise(
    scale: float, freedom: float, shape: tuple[int, ...], rng: np.random.Generator
) -> Floats:
    """Noise of ln units whose exponential has mean one.

    Normal where `freedom` is infinite; else Student's t of so many degrees, cut off at FARTHEST
    scales, less the logarithm of its exponential's mean.
    """
    if not np.isfinite(freedom):
        return np.asarray(rng.normal(0.0, scale, shape) - scale**2 / 2)
    law = stats.t(freedom)
    low, high = law.cdf(-FARTHEST), law.cdf(FARTHEST)
    error = scale * law.ppf(rng.uniform(low, high, shape))
    # The mean of the exponential, by the trapezoidal rule on a grid much finer than the scale.
    grid = np.linspace(-FARTHEST, FARTHEST, 20_001)
    mean = np.trapezoid(np.exp(scale * grid) * law.pdf(grid), grid) / (high - low)
    return np.asarray(error - np.log(mean))
