"""What the regressions beside us are given: prices, merchandising and a season, nothing clever."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base_price import RegularPrices
from models.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_SPREAD = 1e-6
SEASON_NEEDS = 78  # weeks of history, as for ours
YEAR = 365.2425
LARGEST_LOG = 50.0
MOST_TIMES = 5.0  # nobody would print a forecast above five times the highest week


@dataclass(frozen=True)
class Regressors:
    """N series by T weeks by K columns, the first of them 1; what they are, by name."""

    names: tuple[str, ...]
    x: Floats

    @staticmethod
    def of(panel: Panel, regular: RegularPrices) -> Regressors:
        """Constant; ln regular price and -ln(1 - depth), or ln price; feature, display; a wave."""
        with np.errstate(invalid="ignore", divide="ignore"):
            price = np.log(regular.price if regular.separate else panel.price)
        columns = {"price": _centred(price, panel.used)}
        if regular.separate:
            columns["deal"] = regular.depth_log(panel.price)
        columns["feature"] = np.nan_to_num(panel.feature)
        columns["display"] = np.nan_to_num(panel.display)
        if panel.used.any(axis=0).sum() >= SEASON_NEEDS:
            angle = 2 * np.pi * panel.weeks.astype("datetime64[D]").astype(np.int64) / YEAR
            for name, wave in (("sine", np.sin(angle)), ("cosine", np.cos(angle))):
                columns[name] = np.broadcast_to(wave, panel.units.shape)
        kept = {
            name: column
            for name, column in columns.items()
            if np.ptp(column[panel.used]) > LEAST_SPREAD
        }
        x = np.stack([np.ones(panel.units.shape), *kept.values()], axis=2)
        return Regressors(("constant", *kept), x)


def _centred(cells: Floats, used: Bools) -> Floats:
    """Less each series' mean while learning; 0 where unknown."""
    known = used & np.isfinite(cells)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, cells, 0.0).sum(axis=1) / count
    return np.asarray(np.nan_to_num(cells - mean[:, None]))


def log_units(panel: Panel) -> Floats:
    """ln units where used, 0 elsewhere: (N, T)."""
    return np.asarray(np.log(np.where(panel.used, panel.units, 1.0)))


def expected_units(panel: Panel, log_mean: Floats, variance: Floats) -> Floats:
    """The mean of the log-normal, (N, T), capped; `variance` (N,) or (N, 1) of ln units."""
    spread = np.reshape(variance, (-1, 1))
    expected = np.exp(np.minimum(log_mean + 0.5 * spread, LARGEST_LOG))
    highest = np.where(panel.used, panel.units, 0.0).max(axis=1, initial=0.0)
    return np.asarray(np.minimum(expected, MOST_TIMES * highest[:, None]))
