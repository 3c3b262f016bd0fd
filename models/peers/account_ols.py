"""A regression for every series on its own, as category managers run them."""

from __future__ import annotations

import warnings

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from models.base_price import RegularPrices
from models.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LARGEST_LOG = 50.0  # an exponential must be finite before it is cut
MOST_TIMES = 5.0  # no analyst would print a forecast above five times the highest week
LEAST_SPREAD = 1e-9  # a column that never changes has no coefficient


def account_ols(panel: Panel, regular: RegularPrices) -> Floats:
    """ln units on ln price, feature and display by OLS; forecasts exp(x'b + s^2/2): (N, T).

    A series with fewer weeks than two more than coefficients gets its mean.
    """
    del regular  # a single regression does not tell deals from prices
    expected = np.zeros(panel.units.shape)
    columns = drivers(panel)
    for i in range(panel.series):
        used = panel.used[i]
        units = panel.units[i][used]
        x = columns[i]
        varies = (
            np.ptp(x[used], axis=0) > LEAST_SPREAD if used.any() else np.zeros(x.shape[1], bool)
        )
        if len(units) < 3 + varies.sum():
            expected[i] = units.mean() if len(units) else 0.0
            continue
        design = np.column_stack([np.ones(len(x)), x[:, varies]])
        with warnings.catch_warnings():
            # Collinear columns share the smallest coefficients that do: fine for a forecast.
            warnings.simplefilter("ignore", SingularMatrixWarning)
            fitted = sm.OLS(np.log(units), design[used]).fit()
        predicted = np.exp(np.minimum(design @ fitted.params + 0.5 * fitted.scale, LARGEST_LOG))
        expected[i] = np.minimum(predicted, MOST_TIMES * units.max())
    return expected


def drivers(panel: Panel) -> Floats:
    """ln price, feature and display, 0 where unknown: (N, T, 3)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.log(panel.price)
    return np.asarray(np.nan_to_num(np.stack([price, panel.feature, panel.display], axis=2)))
