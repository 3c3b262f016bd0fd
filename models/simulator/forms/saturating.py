"""A lift that saturates: there are only so many shoppers to win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.log_linear import LogLinear
from models.simulator.forms.spillover import multiplicative_units
from models.simulator.truth import Deals, Floats, Tastes, Truth


@dataclass(frozen=True)
class Saturating:
    """exp(x) = 1 + ceiling (1 - exp(-(exp(y) - 1) / ceiling)), y the log-linear effect.

    Small deals act as in the log-linear form; no deal multiplies units by more than 1 + ceiling.
    """

    name: str = "saturating"
    tabular: bool = True

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """x above; deals (A, N, any)."""
        added = np.expm1(LogLinear().own_effect(tastes, deals))
        limited = -tastes.ceiling * np.expm1(-added / tastes.ceiling)
        return np.asarray(np.log1p(limited))

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W)."""
        return multiplicative_units(truth, self.own_effect(truth.tastes, truth.deals))
