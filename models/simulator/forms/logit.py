"""Multinomial-logit switching: what a deal sells comes from the siblings and from buying none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.log_linear import LogLinear
from models.simulator.forms.spillover import own_dynamics
from models.simulator.truth import Deals, Floats, Tastes, Truth


@dataclass(frozen=True)
class Logit:
    """units = potential x share, share = exp(v) / (1 + sum over the category of exp(v)).

    v[p,t] = log_base[p,t] - ln outside + base_elasticity ln(price / listed price) + x[p,t]
           - sum over lags m of carry[p,m] x[p,t-m],  x the log-linear effect of the deal.
    `outside` is what of a category's potential no product sells in a typical week without deals,
    so that those units are exp(log_base) where the season stands at 1. Cross effects are not
    parameters here: they are the denominator.
    """

    name: str = "logit"
    tabular: bool = False

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """x above: the change of utility; deals (A, N, any)."""
        return LogLinear().own_effect(tastes, deals)

    def shares(self, truth: Truth) -> tuple[Floats, Floats]:
        """Shares of the potential of a product, and of those of its category who buy nothing.

        Two arrays (A, N, W); the second is the same for all products of a category.
        """
        effect = self.own_effect(truth.tastes, truth.deals)
        typical = np.exp(truth.log_base.mean(axis=2))
        outside = truth.tastes.potential - typical @ truth.same
        utility = truth.log_base - np.log(outside)[:, :, None]
        utility = utility + truth.tastes.base_elasticity[:, :, None] * truth.log_price
        weight = np.exp(utility + own_dynamics(truth.tastes, effect))
        everything = 1.0 + np.einsum("pq,aqt->apt", truth.same, weight)
        return weight / everything, 1.0 / everything

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W)."""
        bought, _ = self.shares(truth)
        return truth.tastes.potential[:, :, None] * bought
