"""A constant price threshold: cuts that are too small to be seen do nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.spillover import multiplicative_units
from models.simulator.truth import Deals, Floats, Tastes, Truth


@dataclass(frozen=True)
class Threshold:
    """x = elasticity ln(1 - depth) [depth >= threshold] + features and displays as ever.

    The threshold is one depth for all. At it the response jumps to the log-linear one; below it a
    cut has no effect at all: no lift, no dip, nothing taken from siblings.
    """

    name: str = "threshold"
    tabular: bool = True

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """x above; deals (A, N, any)."""
        # A cut of exactly the threshold is seen, whatever its last binary digit.
        seen = deals.depth >= tastes.threshold - 1e-9
        return (
            tastes.elasticity[:, :, None] * np.log1p(-deals.depth) * seen
            + tastes.feature[:, :, None] * deals.feature
            + tastes.display[:, :, None] * deals.display
        )

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W)."""
        return multiplicative_units(truth, self.own_effect(truth.tastes, truth.deals))
