"""Log-linear response: the form of contract section 3 itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.spillover import multiplicative_units
from models.simulator.truth import Deals, Floats, Tastes, Truth


@dataclass(frozen=True)
class LogLinear:
    """x = elasticity ln(1 - depth) + feature effect x feature + display effect x display.

    Units follow from x by `multiplicative_units`.
    """

    name: str = "log-linear"
    tabular: bool = True

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """x above; deals (A, N, any)."""
        return (
            tastes.elasticity[:, :, None] * np.log1p(-deals.depth)
            + tastes.feature[:, :, None] * deals.feature
            + tastes.display[:, :, None] * deals.display
        )

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W)."""
        return multiplicative_units(truth, self.own_effect(truth.tastes, truth.deals))
