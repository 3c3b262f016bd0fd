"""Intervals that hold what they say: widened by what the last weeks of the learning data show.

A normal interval of ln units is too narrow for data with fat tails and drifting levels. So the
model is fitted once more without the last weeks, which it then forecasts, and the width of each
interval is what would have been right there, in promoted weeks and in the others apart: a deal's
success varies more than a quiet week's sales. Of short histories a third is held out: the errors of
a fit in weeks that it learned from tell little of those to come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.base_price import RegularPrices
from models.counts import count_interval
from models.estimator import Estimate, estimate
from models.forecast import Forecast, forecast
from models.member import Member
from models.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEVELS = (0.5, 0.8, 0.9)  # the intervals that are reported
HELD_OUT = 13  # weeks of each series at most,
SHARE_HELD_OUT = 3  # and one in so many
# Fewer held-out weeks than this say little about a 90 % interval.
LEAST_POINTS = 100
MOST_SERIES = 2000  # that are fitted once more for this
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
        low, high = np.exp(forecast.log_mean - half), np.exp(forecast.log_mean + half)
        if forecast.counts.any():
            rows = forecast.counts
            mean, variance = forecast.expected[rows], forecast.deviation[rows] ** 2
            low[rows], high[rows] = count_interval(mean, variance, level)
        return low, high


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
    chosen = _sampled(panel)
    if not chosen.all():
        panel = panel.only(chosen)
        regular = replace(regular, price=regular.price[chosen])
    hidden = last_weeks(panel.used, _held_out(panel.used)) & panel.own[:, None]
    if hidden.sum() >= LEAST_POINTS:
        inner = estimate(panel.learning(~hidden), regular, members, country)
        return _calibration(inner, hidden[panel.own], held_out=True)
    return _calibration(fitted, fitted.panel.used, held_out=False)


def _sampled(panel: Panel) -> Bools:
    """Series of as many accounts, evenly spread over the codes, as have MOST_SERIES: (N,).

    The factors are everybody's, and a few thousand series tell them as well as all.
    """
    accounts = np.unique(panel.account)
    count = max(int(len(accounts) * MOST_SERIES / max(panel.series, 1)), 1)
    if count >= len(accounts):
        return np.ones(panel.series, dtype=np.bool_)
    places = np.linspace(0, len(accounts) - 1, count).round().astype(np.int64)
    return np.isin(panel.account, accounts[places])


def _held_out(used: Bools) -> Ints:
    """How many of its last weeks each series is tried on: (N,)."""
    return np.asarray(np.minimum(used.sum(axis=1) // SHARE_HELD_OUT, HELD_OUT))


def _calibration(fitted: Estimate, scored: Bools, *, held_out: bool) -> Calibration:
    """Factors from the ln errors of an estimate in the weeks `scored` (N, T)."""
    made = forecast(fitted, np.arange(scored.shape[1]))
    scored = scored & ~fitted.counts[:, None]  # counts have no logarithm to be off
    units = np.where(scored, fitted.panel.units, 1.0)
    errors = np.abs(np.log(units) - made.log_mean) / made.deviation
    everywhere = right_widths(errors[scored])

    def widths(kind: Bools) -> tuple[float, ...]:
        here = errors[scored & kind]
        weight = len(here) / (len(here) + SHARED_WEEKS)
        right = weight * right_widths(here) + (1.0 - weight) * everywhere
        narrowest = NARROWEST if held_out else 1.0
        return tuple(float(width) for width in np.clip(right, narrowest, WIDEST))

    seen = errors[scored]
    held = tuple(float((seen <= normal_half(level)).mean()) for level in LEVELS if len(seen))
    return Calibration(
        widths(~fitted.promoted),
        widths(fitted.promoted),
        int(scored.sum()),
        held_out,
        held,
    )


def right_widths(errors: Floats) -> Floats:
    """The factors by which intervals hold each of LEVELS of weeks to come; 1 without any errors.

    Of n errors seen, the k-th smallest is expected to be above k / (n + 1) of those to come
    (conformal prediction: Vovk, Gammerman and Shafer 2005).
    """
    if not len(errors):
        return np.ones(len(LEVELS))
    halves = np.array([normal_half(level) for level in LEVELS])
    return np.asarray(np.quantile(errors, LEVELS, method="weibull") / halves)


def last_weeks(weeks: Bools, count: int | Ints) -> Bools:
    """The last `count` true cells of each row, or (N,) counts of them: (N, T)."""
    from_end = np.cumsum(weeks[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(weeks & (from_end <= np.reshape(count, (-1, 1))))
