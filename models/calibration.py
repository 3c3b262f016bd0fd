"""Intervals that hold what they say: widened by what the last weeks of the learning data show.

A normal interval of ln units is too narrow for data with fat tails and drifting levels. So the
model is fitted once more without the last weeks, which it then forecasts, and the width of each
interval is what would have been right there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.base_price import RegularPrices
from models.estimator import Estimate, estimate
from models.forecast import Forecast, forecast
from models.member import Member
from models.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVELS = (0.5, 0.8, 0.9)  # the intervals that are reported
HELD_OUT = 13  # weeks
# Fewer held-out weeks than this say little about a 90 % interval.
LEAST_POINTS = 100
LEAST_LEARNING = 2 * HELD_OUT  # weeks that a series must keep
# Held-out weeks of one quarter may have been calm or wild by chance.
NARROWEST, WIDEST = 0.8, 2.0


@dataclass(frozen=True)
class Calibration:
    """Factors on the normal interval's half width at each of LEVELS, in ln units."""

    widths: tuple[float, ...]
    points: int  # forecasts that they rest on
    held_out: bool  # False: too little history, residuals of the fit itself

    def interval(self, forecast: Forecast, level: float) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of `level` (one of LEVELS), in units: (N, H)."""
        half = self.widths[LEVELS.index(level)] * normal_half(level) * forecast.deviation
        return np.exp(forecast.log_mean - half), np.exp(forecast.log_mean + half)


def normal_half(level: float) -> float:
    """Half the width of the central interval of a standard normal."""
    return float(ndtri(0.5 + 0.5 * level))


def calibrate(
    panel: Panel, regular: RegularPrices, member: Member, country: str, fitted: Estimate
) -> Calibration:
    """Calibrate the intervals of `fitted`, the member's estimate on this panel."""
    hidden = last_weeks(panel.used, HELD_OUT) & panel.own[:, None]
    hidden &= (panel.used.sum(axis=1) >= HELD_OUT + LEAST_LEARNING)[:, None]
    if hidden.sum() >= LEAST_POINTS:
        inner = estimate(panel.learning(~hidden), regular, member, country)
        return _calibration(inner, hidden[panel.own], held_out=True)
    return _calibration(fitted, fitted.panel.used, held_out=False)


def _calibration(fitted: Estimate, scored: Bools, *, held_out: bool) -> Calibration:
    """Factors from the ln errors of an estimate in the weeks `scored` (N, T)."""
    made = forecast(fitted, np.arange(scored.shape[1]))
    units = np.where(scored, fitted.panel.units, 1.0)
    errors = np.abs(np.log(units) - made.log_mean) / made.deviation
    errors = errors[scored]
    widths: list[float] = []
    for level in LEVELS:
        right = float(np.quantile(errors, level)) / normal_half(level) if len(errors) else 1.0
        low = NARROWEST if held_out else 1.0
        widths.append(float(np.clip(right, low, WIDEST)))
    return Calibration(tuple(widths), len(errors), held_out)


def last_weeks(weeks: Bools, count: int) -> Bools:
    """The last `count` true cells of each row: (N, T)."""
    from_end = np.cumsum(weeks[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(weeks & (from_end <= count))
