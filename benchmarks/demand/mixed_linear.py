"""statsmodels' mixed linear model: common slopes, and each series' own around them, by REML."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM

from benchmarks.demand.regressors import Regressors, expected_units, log_units
from models.base_price import RegularPrices
from models.panel import Panel

Floats = NDArray[np.float64]
SEASON = ("sine", "cosine")  # common to all series


def mixed_linear(panel: Panel, regular: RegularPrices) -> Floats:
    """Expected units (N, T): fixed and predicted random effects, exp(x'b + s^2 / 2)."""
    design = Regressors.of(panel, regular)
    random = [k for k, name in enumerate(design.names) if name not in SEASON]
    series = np.nonzero(panel.used)[0]
    x, y = design.x[panel.used], log_units(panel)[panel.used]
    with warnings.catch_warnings():
        # Variances at their bounds are what the data say, not an error.
        warnings.simplefilter("ignore")
        fitted = MixedLM(y, x, groups=series, exog_re=x[:, random]).fit(method=["lbfgs", "bfgs"])
    own = np.zeros((panel.series, x.shape[1]))
    for i, effects in fitted.random_effects.items():
        own[int(i), random] = np.asarray(effects)
    log_mean = np.einsum("ntk,nk->nt", design.x, np.asarray(fitted.fe_params) + own)
    return expected_units(panel, log_mean, np.full(panel.series, float(fitted.scale)))
