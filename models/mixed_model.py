"""The mixed-model equations of a crossed model, its larger factor eliminated block by block.

Henderson's equations for mu and the effects A of accounts and B of products, each series i telling
`told[i]` (K, K) about g_i = mu + A + B, with right-hand side `said[i]` (K,). Effects of one factor
do not meet each other, so its levels are eliminated one at a time; what is left is as large as the
smaller factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.moments import Moments
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Factor:
    """Accounts or products: the level of each series, and the variances of the levels' effects."""

    index: Ints  # (N,)
    levels: int
    variance: Floats  # (K,)

    def sums(self, cells: Floats) -> Floats:
        """Sums by level of cells of N series: (levels, ...)."""
        return sums_by(self.index, self.levels, cells)


@dataclass(frozen=True)
class Equations:
    """What is left after elimination: schur x solid = schur_rhs, and the way back.

    `solid` is mu and the L effects of the factor that stays, D = K (1 + L). An eliminated level's
    effects are loose_rhs - slope solid, with variance loose_cov around that.
    """

    schur: Floats  # (D, D)
    schur_rhs: Floats  # (D,)
    solid_index: Ints | None  # (N,) None without factors
    loose_rhs: Floats  # (J, K)
    loose_cov: Floats  # (J, K, K)
    slope: Floats  # (J, K, D)
    loose_index: Ints | None  # (N,)
    log_constant: float  # what priors and elimination add to the likelihood


def equations_of(
    moments: Moments, variances: Variances, priors: CrossedPriors, told: Floats, said: Floats
) -> Equations:
    """Set up and eliminate. With one product or one account there is nothing to eliminate."""
    known = np.diag(priors.mean_precision)
    known_rhs = priors.mean_precision * priors.mean
    constant = 0.5 * float(np.sum(np.log(priors.mean_precision)))
    constant -= 0.5 * float(np.sum(known_rhs * priors.mean))
    if variances.account is not None and variances.product is not None:
        by_account = Factor(moments.account, moments.accounts, variances.account)
        by_product = Factor(moments.product, moments.products, variances.product)
        large_first = moments.accounts >= moments.products
        large, small = (by_account, by_product) if large_first else (by_product, by_account)
        return _eliminated(large, small, told, said, known, known_rhs, constant)
    terms = said.shape[1]
    return Equations(
        schur=known + told.sum(axis=0),
        schur_rhs=known_rhs + said.sum(axis=0),
        solid_index=None,
        loose_rhs=np.zeros((0, terms)),
        loose_cov=np.zeros((0, terms, terms)),
        slope=np.zeros((0, terms, terms)),
        loose_index=None,
        log_constant=constant,
    )


def _eliminated(
    large: Factor,
    small: Factor,
    told: Floats,
    said: Floats,
    known: Floats,
    known_rhs: Floats,
    constant: float,
) -> Equations:
    """The Schur complement of the larger factor's blocks."""
    terms = said.shape[1]
    size = terms * (1 + small.levels)
    # How each eliminated level meets mu and each level that stays: (J, 1 + L, K, K).
    place = large.index * (1 + small.levels) + 1 + small.index
    coupling = sums_by(place, large.levels * (1 + small.levels), told)
    coupling = coupling.reshape(large.levels, 1 + small.levels, terms, terms)
    coupling[:, 0] = coupling[:, 1:].sum(axis=1)
    block = coupling[:, 0] + np.diag(1.0 / large.variance)
    wide = coupling.transpose(0, 2, 1, 3).reshape(large.levels, terms, size)
    block_cov = symmetric(np.linalg.inv(block))
    rhs = large.sums(said)
    slope = block_cov @ wide
    loose = (block_cov @ rhs[:, :, None])[:, :, 0]
    kept, kept_rhs = _kept(small, told, said, known, known_rhs)
    flat = wide.reshape(large.levels * terms, size)
    constant += 0.5 * float(np.sum(rhs * loose))
    constant -= 0.5 * float(np.sum(np.linalg.slogdet(block)[1]))
    for factor in (large, small):
        constant -= 0.5 * factor.levels * float(np.sum(np.log(factor.variance)))
    return Equations(
        schur=symmetric(kept - flat.T @ slope.reshape(-1, size)),
        schur_rhs=kept_rhs - flat.T @ loose.reshape(-1),
        solid_index=small.index,
        loose_rhs=loose,
        loose_cov=block_cov,
        slope=slope,
        loose_index=large.index,
        log_constant=constant,
    )


def _kept(
    small: Factor, told: Floats, said: Floats, known: Floats, known_rhs: Floats
) -> tuple[Floats, Floats]:
    """Equations of mu and the smaller factor alone: (D, D) and (D,)."""
    terms = said.shape[1]
    told_by_level, said_by_level = small.sums(told), small.sums(said)
    matrix = np.zeros((1 + small.levels, terms, 1 + small.levels, terms))
    matrix[0, :, 0, :] = told_by_level.sum(axis=0) + known
    matrix[0, :, 1:, :] = told_by_level.transpose(1, 0, 2)
    matrix[1:, :, 0, :] = told_by_level
    level = np.arange(1, 1 + small.levels)
    matrix[level, :, level, :] = told_by_level + np.diag(1.0 / small.variance)
    first = said_by_level.sum(axis=0) + known_rhs
    size = terms * (1 + small.levels)
    return matrix.reshape(size, size), np.concatenate([first, said_by_level.ravel()])


def groups_of(
    system: Equations, solid: Floats, solid_cov: Floats, loose: Floats, series: int
) -> tuple[Floats, Floats]:
    """Mean (N, K) and covariance (N, K, K) of each series' g = mu + A + B."""
    terms = loose.shape[1]
    if system.solid_index is None or system.loose_index is None:
        cov = np.broadcast_to(solid_cov, (series, terms, terms)).copy()
        return np.broadcast_to(solid, (series, terms)).copy(), cov
    levels = len(solid) // terms
    effects = solid.reshape(levels, terms)
    kept = 1 + system.solid_index
    mean = effects[0] + effects[kept] + loose[system.loose_index]
    blocks = solid_cov.reshape(levels, terms, levels, terms)
    each = np.arange(levels)
    with_mean = blocks[0].transpose(1, 0, 2)  # (levels, K, K): Cov(mu, effect)
    fixed = blocks[0, :, 0, :] + with_mean + np.swapaxes(with_mean, 1, 2)
    fixed = fixed + blocks[each, :, each, :]
    moved = spread_along(system.slope, solid_cov)
    around = system.loose_cov + moved @ np.swapaxes(system.slope, 1, 2)
    by_level = moved.reshape(len(loose), terms, levels, terms)
    j = system.loose_index
    between = by_level[j, :, 0, :] + by_level[j, :, kept, :]
    cov = fixed[kept] + around[j] - between - np.swapaxes(between, 1, 2)
    return mean, symmetric(cov)


def sums_by(index: Ints, levels: int, cells: Floats) -> Floats:
    """Sums of cells (N, ...) with the same index (N,): (levels, ...), 0 where there is none.

    By runs of sorted cells, ten times as fast as adding them one by one.
    """
    order = np.argsort(index, kind="stable")
    ranked = index[order]
    first = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]])[: len(ranked)])
    total = np.zeros((levels, *cells.shape[1:]))
    if len(first):
        total[ranked[first]] = np.add.reduceat(cells[order], first, axis=0)
    return total


def spread_along(slope: Floats, solid_cov: Floats) -> Floats:
    """slope[j] solid_cov of every eliminated level, (J, K, D): one product is far faster."""
    size = len(solid_cov)
    return np.asarray((slope.reshape(-1, size) @ solid_cov).reshape(slope.shape))


def symmetric(matrices: NDArray[np.floating]) -> Floats:
    """The symmetric part: rounding must not grow into asymmetry."""
    return np.asarray(0.5 * (matrices + np.swapaxes(matrices, -1, -2)))
