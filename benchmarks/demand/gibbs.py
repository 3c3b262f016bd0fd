"""Full Bayes for every series at once, by Gibbs sampling: the hierarchical linear model of texts.

    y_i = X_i b_i + e_i, e ~ N(0, s_i^2);  b_i ~ N(mu, V);  weak conjugate priors on mu, V, s_i^2

The same model, priors and number of draws as `rhierLinearModel` of the R package bayesm (Rossi,
Allenby and McCulloch 2005, section 3.7), written from its equations, for machines without R.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.demand.regressors import Regressors, expected_units, log_units
from models.base_price import RegularPrices
from models.panel import Panel

Floats = NDArray[np.float64]

DRAWS, BURNED = 2_000, 500


def gibbs(panel: Panel, regular: RegularPrices, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Expected units (N, T) at the posterior means of all coefficients and variances."""
    design = Regressors.of(panel, regular)
    x = np.where(panel.used[:, :, None], design.x, 0.0)
    y = log_units(panel)
    coefficients, variance = sample(x, y, panel.used.sum(axis=1), draws, seed)
    log_mean = np.einsum("ntk,nk->nt", design.x, coefficients)
    return expected_units(panel, log_mean, variance)


def sample(
    x: Floats, y: Floats, count: NDArray[np.int64], draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Posterior means of b (N, K) and s^2 (N,); x (N, T, K) and y (N, T) 0 in weeks not used."""
    random = np.random.default_rng(seed)
    series, _, terms = x.shape
    crossed, moments = np.einsum("ntk,ntj->nkj", x, x), np.einsum("ntk,nt->nk", x, y)
    squares = (y**2).sum(axis=1)
    freedom, spread = terms + 3.0, (terms + 3.0) * np.eye(terms)  # V ~ IW(freedom, spread)
    scale = np.maximum((squares - (y.sum(axis=1) ** 2) / np.maximum(count, 1)), 1e-6)
    scale = scale / np.maximum(count - 1, 1)  # prior of s_i^2: 3 weeks of the series' own variance
    mean, precision, noise = np.zeros(terms), np.eye(terms), scale.copy()
    total, total_noise, kept = np.zeros((series, terms)), np.zeros(series), 0
    for draw in range(draws):
        inner = crossed / noise[:, None, None] + precision
        root = np.linalg.cholesky(inner)
        middle = np.linalg.solve(inner, (moments / noise[:, None] + precision @ mean)[..., None])
        shock = random.standard_normal((series, terms, 1))
        b = (middle + np.linalg.solve(np.swapaxes(root, 1, 2), shock))[..., 0]
        rest = squares - 2 * (b * moments).sum(axis=1) + np.einsum("nk,nkj,nj->n", b, crossed, b)
        noise = (3.0 * scale + np.maximum(rest, 0.0)) / random.chisquare(3.0 + count)
        apart = b - mean
        precision = np.atleast_2d(
            stats.wishart.rvs(
                freedom + series, np.linalg.inv(spread + apart.T @ apart), random_state=random
            )
        )
        cover = np.linalg.inv(series * precision + 0.01 * precision)
        centre = b.sum(axis=0) / (series + 0.01)
        mean = centre + np.linalg.cholesky(cover) @ random.standard_normal(terms)
        if draw >= min(BURNED, draws // 4):
            total, total_noise, kept = total + b, total_noise + noise, kept + 1
    return total / kept, total_noise / kept
