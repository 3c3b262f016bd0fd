"""Deals that few notice when they are small, and that only so many can answer when large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.spillover import multiplicative_units
from models.simulator.truth import Deals, Floats, Tastes, Truth

BLUR = 0.02  # depth over which shoppers' thresholds are spread


@dataclass(frozen=True)
class SShaped:
    """x = ln(1 + ceiling (1 - exp(-(exp(y) - 1) / ceiling))),

    y = elasticity ln(1 - depth) noticed + features and displays as in the log-linear form,
    noticed = max(1 / (1 + exp(-(depth - threshold) / BLUR)), feature, display).

    Shoppers' thresholds are spread around `threshold`; a deal that is featured or displayed is
    noticed whatever its depth. So depth and merchandising interact twice: in being noticed, and
    under one ceiling.
    """

    name: str = "s-shaped"
    tabular: bool = True

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """x above; deals (A, N, any)."""
        alone = 1.0 / (1.0 + np.exp(-(deals.depth - tastes.threshold) / BLUR))
        noticed = np.maximum(alone, np.maximum(deals.feature, deals.display))
        effect = (
            tastes.elasticity[:, :, None] * np.log1p(-deals.depth) * noticed
            + tastes.feature[:, :, None] * deals.feature
            + tastes.display[:, :, None] * deals.display
        )
        limited = -tastes.ceiling * np.expm1(-np.expm1(effect) / tastes.ceiling)
        return np.asarray(np.log1p(limited))

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W)."""
        return multiplicative_units(truth, self.own_effect(truth.tastes, truth.deals))
