"""What a deal does outside its own product and week, in the forms that multiply."""

from __future__ import annotations

import numpy as np

from models.simulator.truth import Floats, Tastes, Truth


def pull_of(share: Floats, effect: Floats) -> Floats:
    """ln(1 + share (exp(effect) - 1)): the growth of a category in which the product has `share`.

    `share` (A, N), `effect` (A, N, any): 0 where the deal has no effect.
    """
    return np.asarray(np.log1p(share[:, :, None] * np.expm1(effect)))


def lagged(effect: Floats, lag: int) -> Floats:
    """`effect` (A, N, W) of `lag` weeks ago; nothing ran before the first week."""
    if lag == 0:
        return effect
    shifted = np.zeros_like(effect)
    shifted[:, :, lag:] = effect[:, :, :-lag]
    return shifted


def own_dynamics(tastes: Tastes, effect: Floats) -> Floats:
    """The deal's effect less what its product borrowed from this week in earlier ones."""
    total = effect.copy()
    for lag in range(1, tastes.carry.shape[2] + 1):
        total -= tastes.carry[:, :, lag - 1, None] * lagged(effect, lag)
    return total


def multiplicative_units(truth: Truth, effect: Floats) -> Floats:
    """Expected units (A, N, W) from the deals' own log effects x = `effect` (A, N, W):

    ln units[p,t] = log_base[p,t] + base_elasticity[p] ln(price / listed price) + x[p,t]
                  - sum_m carry[p,m] x[p,t-m] - sum_m cross[p,m] sum_q pull[q,t-m]

    q runs over the other products of the category.
    """
    tastes = truth.tastes
    log_units = truth.log_base + tastes.base_elasticity[:, :, None] * truth.log_price
    log_units = log_units + own_dynamics(tastes, effect)
    pull = pull_of(tastes.share, effect)
    others = truth.same - np.eye(len(truth.products))
    siblings = np.einsum("pq,aqt->apt", others, pull)
    for lag in range(tastes.cross.shape[2]):
        log_units = log_units - tastes.cross[:, :, lag, None] * lagged(siblings, lag)
    return np.asarray(np.exp(log_units))
