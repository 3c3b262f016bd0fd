"""Intervals that hold what they say: widened by what the last weeks of the learning data show.

A normal interval of ln units is too narrow for data with fat tails and drifting levels. So the
model is fitted once more without the last weeks, which it then forecasts, and the width of each
interval is what would have been right there, in promoted weeks and in the others apart: a deal's
success varies more than a quiet week's sales.
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
# Promoted and other weeks share what they know: so many weeks of evidence for no difference.
SHARED_WEEKS = 100.0


@dataclass(frozen=True)
class Calibration:
    """Factors on the normal interval's half width at each of LEVELS, in ln units."""

    widths: tuple[float, ...]  # of weeks without a deal
    promoted_widths: tuple[float, ...]
    points: int  # forecasts that they rest on
    held_out: bool  # False: too little history, residuals of the fit itself
    # How often intervals of LEVELS held before they were widened; empty where nobody has counted.
    held: tuple[float, ...] = ()

    def interval(self, forecast: Forecast, promoted: Bools, level: float) -> tuple[Floats, Floats]:
        """Lower and upper ends of the interval of `level` (one of LEVELS), in units: (N, H).

        `promoted` (N, H) are the weeks with a deal.
        """
        place = LEVELS.index(level)
        width = np.where(promoted, self.promoted_widths[place], self.widths[place])
        half = width * normal_half(level) * forecast.deviation
        return np.exp(forecast.log_mean - half), np.exp(forecast.log_mean + half)


def normal_half(level: float) -> float:
    """Half the width of the central interval of a standard normal."""
    return float(ndtri(0.5 + 0.5 * level))


def calibrate(
    panel: Panel,
    regular: RegularPrices,
    members: tuple[Member, ...],
    country: str,
    fitted: Estimate,
) -> Calibration:
    """Calibrate the intervals of `fitted`, the members' estimate on this panel."""
    hidden = last_weeks(panel.used, HELD_OUT) & panel.own[:, None]
    hidden &= (panel.used.sum(axis=1) >= HELD_OUT + LEAST_LEARNING)[:, None]
    if hidden.sum() >= LEAST_POINTS:
        inner = estimate(panel.learning(~hidden), regular, members, country)
        return _calibration(inner, hidden[panel.own], held_out=True)
    return _calibration(fitted, fitted.panel.used, held_out=False)


def _calibration(fitted: Estimate, scored: Bools, *, held_out: bool) -> Calibration:
    """Factors from the ln errors of an estimate in the weeks `scored` (N, T)."""
    made = forecast(fitted, np.arange(scored.shape[1]))
    units = np.where(scored, fitted.panel.units, 1.0)
    errors = np.abs(np.log(units) - made.log_mean) / made.deviation
    everywhere = _right_widths(errors[scored])

    def widths(kind: Bools) -> tuple[float, ...]:
        here = errors[scored & kind]
        weight = len(here) / (len(here) + SHARED_WEEKS)
        right = weight * _right_widths(here) + (1.0 - weight) * everywhere
        narrowest = NARROWEST if held_out else 1.0
        return tuple(float(width) for width in np.clip(right, narrowest, WIDEST))

    seen = errors[scored]
    held = tuple(float((seen <= normal_half(level)).mean()) for level in LEVELS)
    return Calibration(
        widths(~fitted.promoted),
        widths(fitted.promoted),
        int(scored.sum()),
        held_out,
        held if len(seen) else (),
    )


def _right_widths(errors: Floats) -> Floats:
    """The factors that would have held each of LEVELS of these standardised errors; 1 of none."""
    if not len(errors):
        return np.ones(len(LEVELS))
    halves = np.array([normal_half(level) for level in LEVELS])
    return np.asarray(np.quantile(errors, LEVELS) / halves)


def last_weeks(weeks: Bools, count: int) -> Bools:
    """The last `count` true cells of each row: (N, T)."""
    from_end = np.cumsum(weeks[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(weeks & (from_end <= count))
