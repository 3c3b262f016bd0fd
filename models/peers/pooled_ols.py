"""One regression for all series: common slopes, an intercept for each."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from models.base_price import RegularPrices
from models.panel import Panel
from models.peers.account_ols import LARGEST_LOG, LEAST_SPREAD, MOST_TIMES, drivers

Floats = NDArray[np.float64]


def pooled_ols(panel: Panel, regular: RegularPrices) -> Floats:
    """ln units on ln price, feature, display within series; forecasts exp(x'b + s^2/2): (N, T)."""
    del regular
    used = panel.used
    x = drivers(panel)
    y = np.log(np.where(used, panel.units, 1.0))
    count = np.maximum(used.sum(axis=1), 1)
    centre_x = np.where(used[:, :, None], x, 0.0).sum(axis=1) / count[:, None]
    centre_y = np.where(used, y, 0.0).sum(axis=1) / count
    within = x - centre_x[:, None, :]
    varies = np.abs(within[used]).max(axis=0, initial=0.0) > LEAST_SPREAD
    freedom = int(used.sum()) - int(used.any(axis=1).sum()) - int(varies.sum())
    if not varies.any() or freedom < 1:
        return np.broadcast_to(np.exp(centre_y)[:, None], y.shape).copy()
    response = (y - centre_y[:, None])[used]
    fitted = sm.OLS(response, within[used][:, varies]).fit()
    noise = float(fitted.ssr) / freedom
    predicted = centre_y[:, None] + within[:, :, varies] @ fitted.params
    expected = np.exp(np.minimum(predicted + 0.5 * noise, LARGEST_LOG))
    highest = np.where(used, panel.units, 0.0).max(axis=1, initial=0.0)
    return np.asarray(np.minimum(expected, MOST_TIMES * highest[:, None]))
