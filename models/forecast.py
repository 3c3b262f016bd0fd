"""Units expected in given weeks, and how far they may be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.estimator import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# What is not known about a prediction may raise its mean by at most exp(.25): farther from the
# data a normal posterior's tail, not the data, would make the forecast.
MOST_VARIANCE = 0.5
# No forecast above this many times the most that a series ever sold.
MOST_TIMES = 5.0


@dataclass(frozen=True)
class Forecast:
    """N series by H weeks: ln units are normal around `log_mean` with variance `noise + unsure`."""

    log_mean: Floats  # (N, H)
    unsure: Floats  # (N, H) variance of the prediction
    noise: Floats  # (N, H) variance of a week around it, shocks to come included
    most: Floats  # (N,) cap of expected units
    counts: Bools  # (N,) small counts: `log_mean` is of their mean, a week is a negative binomial

    @property
    def expected(self) -> Floats:
        """Expected units, a mean and not a median: (N, H)."""
        noise = np.where(self.counts[:, None], 0.0, self.noise)
        spread = noise + np.minimum(self.unsure, MOST_VARIANCE)
        return np.asarray(np.minimum(np.exp(self.log_mean + 0.5 * spread), self.most[:, None]))

    @property
    def deviation(self) -> Floats:
        """Standard deviation of ln units, the week's own noise included: (N, H)."""
        return np.asarray(np.sqrt(self.noise + self.unsure))


def forecast(estimate: Estimate, weeks: Ints) -> Forecast:
    """Forecast weeks of the estimate's panel, indices (H,), from their prices and merchandising."""
    x = estimate.design.x[:, weeks]
    log_mean = np.einsum("nhk,nk->nh", x, estimate.coefficients) + estimate.levels.ahead(weeks)
    unsure = variance_of(x, estimate.covariance)
    ahead = weeks[None, :] > estimate.levels.last[:, None]
    noise = estimate.noise[:, None] + np.where(ahead, estimate.shocks[:, None], 0.0)
    return Forecast(log_mean, unsure, noise, most_units(estimate), estimate.counts)


def variance_of(x: Floats, covariance: Floats) -> Floats:
    """x'Cx for rows x (N, H, K) and covariances (N, K, K): (N, H)."""
    return np.asarray(np.maximum(np.einsum("nhk,nhk->nh", x @ covariance, x), 0.0))


def most_units(estimate: Estimate) -> Floats:
    """The cap on a series' forecasts: (N,), infinite for a series that never sold."""
    panel = estimate.panel
    highest = np.where(panel.used, panel.units, 0.0).max(axis=1, initial=0.0)
    return np.asarray(np.where(highest > 0.0, MOST_TIMES * highest, np.inf))
