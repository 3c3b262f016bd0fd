"""One member's estimator: crossed random coefficients by EM.

    ln q[i,t] = x[i,t]'b[i] + e[i,t],          var e[i,t] = s[i]^2
    b[i] = mu + A[account of i] + B[product of i] + w[i]
    A ~ N(0, diag S_A),  B ~ N(0, diag S_B),  w ~ N(0, S_w)

for each series i (an account x product). A tactic never run in an account borrows from the product
elsewhere and from the account's other products, with the variance that goes with it. With one
product or one account the effects of both merge into w, which has the same index.

The E-step integrates b[i] out of the mixed-model equations (Henderson 1975): with P = S_w^-1,
S_i = X'X/s_i^2, r_i = X'y/s_i^2 and C_i = (S_i + P)^-1, series i tells P - P C_i P about
g_i = mu + A + B, and P C_i r_i as their right-hand side. The blocks of the factor with more levels
are eliminated one by one, so the work grows with the number of series, and with the cube of the
smaller factor only. The M-step takes second moments with the priors of `CrossedPriors`; each step
raises the penalised marginal likelihood, `EStep.log_likelihood` plus `CrossedPriors.log_density`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.mixed_model import equations_of, groups_of, spread_along, symmetric
from models.moments import Moments
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class EStep:
    """The joint posterior of all coefficients given the variances.

    `solid` stacks mu and the effects of the factor with fewer levels: shape (D,), D = K (1 + L).
    The effects of the other factor (eliminated, level j) given `solid` are
    N(loose[j] - slope[j] (solid - solid mean), loose_cov[j]); a series' coefficients given
    g = mu + A + B are N(own[i] + pull[i] g, own_cov[i]).
    """

    solid: Floats  # (D,)
    solid_cov: Floats  # (D, D)
    solid_index: Ints | None  # (N,) level of the factor that stays, None without factors
    loose: Floats  # (J, K)
    loose_cov: Floats  # (J, K, K)
    slope: Floats  # (J, K, D)
    loose_index: Ints | None  # (N,)
    own: Floats  # (N, K)
    own_cov: Floats  # (N, K, K)
    pull: Floats  # (N, K, K)
    group: Floats  # (N, K) E g
    group_cov: Floats  # (N, K, K)
    log_likelihood: float

    @property
    def coefficients(self) -> Floats:
        """E b: (N, K)."""
        return self.own + (self.pull @ self.group[:, :, None])[:, :, 0]

    @property
    def covariance(self) -> Floats:
        """Cov b: (N, K, K)."""
        moved = self.pull @ self.group_cov @ np.swapaxes(self.pull, 1, 2)
        return self.own_cov + moved

    def only(self, chosen: Bools) -> EStep:
        """The posterior of the series where `chosen` (N,) is true; effects stay as they are."""
        index = {
            name: None if getattr(self, name) is None else getattr(self, name)[chosen]
            for name in ("solid_index", "loose_index")
        }
        return replace(
            self,
            own=self.own[chosen],
            own_cov=self.own_cov[chosen],
            pull=self.pull[chosen],
            group=self.group[chosen],
            group_cov=self.group_cov[chosen],
            solid_index=index["solid_index"],
            loose_index=index["loose_index"],
        )


@dataclass(frozen=True)
class Crossed:
    """A fitted member: its posterior, its variances, and how the EM went."""

    posterior: EStep
    variances: Variances
    objective: tuple[float, ...]  # penalised log-likelihood at each step
    converged: bool

    def only(self, chosen: Bools) -> Crossed:
        """The same fit, told of the series where `chosen` (N,) is true."""
        variances = replace(self.variances, noise=self.variances.noise[chosen])
        return replace(self, posterior=self.posterior.only(chosen), variances=variances)


# Data without any noise would drive its variance to zero: a tenth of a percent is little enough.
LEAST_NOISE = 1e-6
# A step that gains less than this much log-likelihood per week of data moves nothing that matters.
TOLERANCE = 5e-6


def fit_crossed(
    moments: Moments,
    priors: CrossedPriors,
    *,
    start: Variances | None = None,
    steps: int = 200,
    tolerance: float = TOLERANCE,
) -> Crossed:
    """EM until the penalised log-likelihood gains less than `tolerance` per week in a step.

    Deterministic. `start` are variances to start from (default: wide effects). Series without any
    usable week get their group's coefficients.
    """
    variances = start or _start(moments, priors)
    enough = tolerance * float(moments.count.sum())
    objective: list[float] = []
    while True:
        posterior = e_step(moments, variances, priors)
        objective.append(posterior.log_likelihood + priors.log_density(variances))
        converged = len(objective) > 1 and objective[-1] - objective[-2] < enough
        if converged or len(objective) > steps:
            return Crossed(posterior, variances, tuple(objective), converged)
        variances = m_step(moments, posterior, variances, priors)


def _start(moments: Moments, priors: CrossedPriors) -> Variances:
    """Wide effects, and the noise of a common ridge regression in every series."""
    crossed = moments.accounts > 1 and moments.products > 1
    effect = priors.effect_scale.copy()
    ridge = moments.gram + np.diag(1.0 / effect)
    slopes = np.linalg.solve(ridge, moments.cross[:, :, None])[:, :, 0]
    rest = moments.square - np.einsum("nk,nk->n", slopes, moments.cross)
    common = max(float(rest.sum()) / max(float(moments.count.sum()), 1.0), 1e-4)
    return Variances(
        noise=np.full(len(moments.count), common),
        common_noise=common,
        pair=np.diag(effect),
        account=effect if crossed else None,
        product=effect if crossed else None,
    )


def e_step(moments: Moments, variances: Variances, priors: CrossedPriors) -> EStep:
    """The exact joint posterior given the variances, and the marginal likelihood of the data."""
    precision = np.linalg.inv(variances.pair)
    noise = variances.noise
    rhs = moments.cross / noise[:, None]
    information = moments.gram / noise[:, None, None] + precision
    own_cov = symmetric(np.linalg.inv(information))
    own = (own_cov @ rhs[:, :, None])[:, :, 0]
    pull = own_cov @ precision
    told = symmetric(precision - precision @ pull)  # (N, K, K): what a series tells about g
    said = own @ precision  # (N, K)

    likelihood = -0.5 * float(
        np.sum(moments.count * np.log(2.0 * np.pi * noise) + moments.square / noise)
    )
    likelihood += 0.5 * float(np.sum(rhs * own))
    likelihood -= 0.5 * float(np.sum(np.linalg.slogdet(information)[1]))
    likelihood += 0.5 * len(noise) * float(np.linalg.slogdet(precision)[1])

    system = equations_of(moments, variances, priors, told, said)
    solid_cov = symmetric(np.linalg.inv(system.schur))
    solid = solid_cov @ system.schur_rhs
    likelihood += system.log_constant + 0.5 * float(solid @ system.schur_rhs)
    likelihood -= 0.5 * float(np.linalg.slogdet(system.schur)[1])
    loose = system.loose_rhs - np.einsum("jkd,d->jk", system.slope, solid)
    group, group_cov = groups_of(system, solid, solid_cov, loose, len(noise))
    return EStep(
        solid=solid,
        solid_cov=solid_cov,
        solid_index=system.solid_index,
        loose=loose,
        loose_cov=system.loose_cov,
        slope=system.slope,
        loose_index=system.loose_index,
        own=own,
        own_cov=own_cov,
        pull=pull,
        group=group,
        group_cov=group_cov,
        log_likelihood=likelihood,
    )


def m_step(
    moments: Moments, posterior: EStep, variances: Variances, priors: CrossedPriors
) -> Variances:
    """The variances that maximise the expected penalised log-likelihood."""
    terms = posterior.own.shape[1]
    weight = priors.effect_weight
    back = posterior.pull - np.eye(terms)
    own = posterior.own + (back @ posterior.group[:, :, None])[:, :, 0]  # E w
    spread = posterior.own_cov + back @ posterior.group_cov @ np.swapaxes(back, 1, 2)
    second = own.T @ own + spread.sum(axis=0) + weight * np.diag(priors.effect_scale)
    pair = symmetric(second / (len(own) + weight))

    mean, cov = posterior.coefficients, posterior.covariance
    rest = moments.square - 2.0 * np.einsum("nk,nk->n", mean, moments.cross)
    rest += np.einsum("nk,nkl,nl->n", mean, moments.gram, mean)
    rest += np.einsum("nkl,nkl->n", moments.gram, cov)
    pseudo = priors.noise_weight
    # Rounding can leave a perfect fit below zero.
    rest = np.maximum(rest, 0.0)
    noise = (rest + pseudo * variances.common_noise) / (moments.count + pseudo)
    noise = np.maximum(noise, LEAST_NOISE)
    common = len(noise) / float(np.sum(1.0 / noise))
    found = replace(variances, noise=noise, common_noise=common, pair=pair)
    if variances.account is None:
        return found
    loose, solid = _effect_moments(posterior, terms)
    eliminated_accounts = moments.accounts >= moments.products
    account, product = (loose, solid) if eliminated_accounts else (solid, loose)
    prior = weight * priors.effect_scale
    return replace(
        found,
        account=(account + prior) / (moments.accounts + weight),
        product=(product + prior) / (moments.products + weight),
    )


def _effect_moments(posterior: EStep, terms: int) -> tuple[Floats, Floats]:
    """Sums over levels of the effects' squares, expected: eliminated and kept factor, (K,) each."""
    along = spread_along(posterior.slope, posterior.solid_cov)
    moved = np.einsum("jkd,jkd->k", along, posterior.slope)
    loose = (posterior.loose**2).sum(axis=0) + moved
    loose = loose + np.einsum("jkk->k", posterior.loose_cov)
    variance = np.diag(posterior.solid_cov).reshape(-1, terms)[1:]
    effects = posterior.solid.reshape(-1, terms)[1:]
    return loose, (effects**2 + variance).sum(axis=0)
