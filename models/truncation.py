"""Signs that economics knows, put on the posterior: no deal lowers sales, no price raises them.

A normal vector with one coordinate cut at zero has mean and covariance in closed form (Tallis
1961): the coordinate becomes a truncated normal, the others follow along their regression on it.
Several signs are put on one after the other, each on the moments that the last one left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri_exp

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_VARIANCE = 1e-16


@dataclass(frozen=True)
class Cut:
    """One sign put on all N series: the coordinate before the cut, and what follows it."""

    term: int
    sign: int
    mean: Floats  # (N,)
    sd: Floats  # (N,)
    gain: Floats  # (N, K) regression of all coordinates on this one


@dataclass(frozen=True)
class Truncated:
    """Posterior moments with the signs on, and how to put them on draws."""

    mean: Floats  # (N, K)
    covariance: Floats  # (N, K, K)
    wrong: Floats  # (N, K) probability of the wrong sign without them, 0 where any is right
    cuts: tuple[Cut, ...]

    def only(self, chosen: Bools) -> Truncated:
        """The series where `chosen` (N,) is true."""
        cuts = tuple(
            replace(cut, mean=cut.mean[chosen], sd=cut.sd[chosen], gain=cut.gain[chosen])
            for cut in self.cuts
        )
        return Truncated(self.mean[chosen], self.covariance[chosen], self.wrong[chosen], cuts)

    def apply(self, draw: Floats) -> Floats:
        """A draw (N, K) of the normal posterior, moved into the signs by its quantiles."""
        moved = draw.copy()
        for cut in self.cuts:
            value = cut.sign * moved[:, cut.term]
            middle = cut.sign * cut.mean
            # Survival of the cut normal is the product of two survivals; logs keep far tails.
            above = log_ndtr((middle - value) / cut.sd) + log_ndtr(middle / cut.sd)
            inside = np.maximum(middle - cut.sd * ndtri_exp(above), 0.0)
            moved += cut.gain * (cut.sign * (inside - value))[:, None]
        for cut in self.cuts:
            # A later cut may have pushed an earlier coordinate back over zero.
            moved[:, cut.term] = cut.sign * np.maximum(cut.sign * moved[:, cut.term], 0.0)
        return moved


def truncate(mean: Floats, covariance: Floats, signs: tuple[int, ...]) -> Truncated:
    """Put `signs` (one a term; 0: any) on posteriors with mean (N, K), covariance (N, K, K)."""
    mean, covariance = mean.copy(), covariance.copy()
    wrong = np.zeros_like(mean)
    cuts: list[Cut] = []
    for term, sign in enumerate(signs):
        if sign == 0:
            continue
        middle = sign * mean[:, term]
        variance = np.maximum(covariance[:, term, term], LEAST_VARIANCE)
        sd = np.sqrt(variance)
        below = -middle / sd
        wrong[:, term] = ndtr(below)
        gain = covariance[:, :, term] / variance[:, None]
        cuts.append(Cut(term, sign, mean[:, term].copy(), sd, gain))
        hazard = np.exp(-0.5 * below**2 - log_ndtr(-below)) / np.sqrt(2.0 * np.pi)
        shrink = np.clip(hazard * (hazard - below), 0.0, 1.0)  # share of the variance cut away
        mean += gain * (sign * sd * hazard)[:, None]
        lost = (shrink * variance)[:, None, None]
        covariance -= lost * gain[:, :, None] * gain[:, None, :]
    for cut in cuts:
        mean[:, cut.term] = cut.sign * np.maximum(cut.sign * mean[:, cut.term], 0.0)
    return Truncated(mean, covariance, wrong, tuple(cuts))
