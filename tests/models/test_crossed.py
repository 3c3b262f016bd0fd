"""The EM against brute force: dense generalised least squares, and the likelihood itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.stats import multivariate_normal

from models.crossed import e_step, fit_crossed, m_step
from models.moments import Moments
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]
TERMS = 3


def _data(
    accounts: int, products: int, seed: int, *, dropped: int = 0
) -> tuple[Floats, Floats, NDArray[np.bool_], Moments]:
    random = np.random.default_rng(seed)
    account = np.repeat(np.arange(accounts), products)
    product = np.tile(np.arange(products), accounts)
    series, weeks = len(account), 7
    x = random.normal(size=(series, weeks, TERMS))
    x[:, :, 0] = 1.0
    used = random.random((series, weeks)) < 0.8
    if dropped:
        used[:dropped] = False
    y = random.normal(size=(series, weeks))
    return x, y, used, Moments.of(x, y, used, account, product)


def _variances(moments: Moments, seed: int) -> Variances:
    random = np.random.default_rng(seed)
    root = random.normal(size=(TERMS, TERMS))
    crossed = moments.accounts > 1 and moments.products > 1
    return Variances(
        noise=random.uniform(0.1, 0.6, len(moments.count)),
        common_noise=0.3,
        pair=0.1 * np.eye(TERMS) + 0.1 * root @ root.T,
        account=random.uniform(0.1, 0.5, TERMS) if crossed else None,
        product=random.uniform(0.1, 0.5, TERMS) if crossed else None,
    )


PRIORS = CrossedPriors(
    effect_scale=np.array([1.0, 0.2, 0.1]),
    mean=np.array([0.5, -1.0, 0.3]),
    mean_precision=np.array([0.1, 0.5, 2.0]),
)


def _dense(
    x: Floats, y: Floats, used: NDArray[np.bool_], moments: Moments, variances: Variances
) -> tuple[Floats, Floats, float]:
    """E b (N, K), Cov of all b (N K, N K), and ln p(y), by the joint normal of b and y."""
    series = len(x)
    same_account = moments.account[:, None] == moments.account[None, :]
    same_product = moments.product[:, None] == moments.product[None, :]
    prior = np.kron(np.ones((series, series)), np.diag(1.0 / PRIORS.mean_precision))
    prior = prior + np.kron(np.eye(series), variances.pair)
    if variances.account is not None and variances.product is not None:
        prior = prior + np.kron(same_account, np.diag(variances.account))
        prior = prior + np.kron(same_product, np.diag(variances.product))
    mean = np.tile(PRIORS.mean, series)
    z = block_diag(
        *[x[i][used[i]] if used[i].any() else np.zeros((0, TERMS)) for i in range(series)]
    )
    noise = np.diag(np.repeat(variances.noise, used.sum(axis=1)))
    seen = y[used]
    total = z @ prior @ z.T + noise
    gain = prior @ z.T @ np.linalg.inv(total)
    best = mean + gain @ (seen - z @ mean)
    log_density = multivariate_normal(z @ mean, total).logpdf(seen)
    return best.reshape(series, TERMS), prior - gain @ z @ prior, float(log_density)


@pytest.mark.parametrize(
    ("accounts", "products", "dropped"), [(4, 3, 0), (3, 4, 0), (4, 3, 2), (1, 5, 0), (5, 1, 1)]
)
def test_posterior_and_likelihood_equal_dense_solution(
    accounts: int, products: int, dropped: int
) -> None:
    x, y, used, moments = _data(accounts, products, 1, dropped=dropped)
    variances = _variances(moments, 2)
    mean, covariance, log_density = _dense(x, y, used, moments, variances)
    found = e_step(moments, variances, PRIORS)
    # Both invert matrices of condition 1e3 at most: 1e-8 leaves room for rounding only.
    np.testing.assert_allclose(found.coefficients, mean, atol=1e-8)
    blocks = [
        covariance[i * TERMS : (i + 1) * TERMS, i * TERMS : (i + 1) * TERMS] for i in range(len(x))
    ]
    np.testing.assert_allclose(found.covariance, blocks, atol=1e-8)
    assert found.log_likelihood == pytest.approx(log_density, abs=1e-7)


def test_dense_solution_of_other_data_differs() -> None:
    x, y, used, moments = _data(4, 3, 1)
    variances = _variances(moments, 2)
    mean, _, log_density = _dense(x, y[:, ::-1], used[:, ::-1], moments, variances)
    found = e_step(moments, variances, PRIORS)
    assert np.abs(found.coefficients - mean).max() > 1e-3
    assert abs(found.log_likelihood - log_density) > 1e-3


@pytest.mark.parametrize(("accounts", "products"), [(5, 4), (3, 6), (1, 8), (8, 1)])
def test_each_step_raises_the_likelihood(accounts: int, products: int) -> None:
    *_, moments = _data(accounts, products, 7)
    fitted = fit_crossed(moments, PRIORS, steps=60, tolerance=0.0)
    gains = np.diff(fitted.objective)
    assert len(gains) >= 20
    # Near the top a step gains less than the rounding of the sum.
    assert gains.min() > -1e-8


def test_steps_with_a_wrong_variance_do_not_raise_it() -> None:
    *_, moments = _data(5, 4, 7)
    fitted = fit_crossed(moments, PRIORS, steps=60, tolerance=0.0)
    posterior = e_step(moments, fitted.variances, PRIORS)
    right = m_step(moments, posterior, fitted.variances, PRIORS)
    wrong = Variances(
        right.noise * 1.5, right.common_noise, right.pair, right.account, right.product
    )

    def objective(variances: Variances) -> float:
        return e_step(moments, variances, PRIORS).log_likelihood + PRIORS.log_density(variances)

    assert objective(wrong) < objective(fitted.variances) <= objective(right) + 1e-8


def test_one_product_merges_its_effects_into_the_pair() -> None:
    *_, moments = _data(6, 1, 3)
    fitted = fit_crossed(moments, PRIORS)
    assert fitted.variances.account is None
    assert fitted.posterior.solid_index is None
    assert np.isfinite(fitted.posterior.coefficients).all()


def test_sub_block_equals_moments_of_fewer_columns() -> None:
    x, y, used, moments = _data(4, 3, 1)
    fewer = Moments.of(x[:, :, [0, 2]], y, used, moments.account, moments.product)
    kept = moments.keep([0, 2])
    np.testing.assert_allclose(kept.gram, fewer.gram)
    np.testing.assert_allclose(kept.cross, fewer.cross)


def test_start_from_the_end_stops_at_once() -> None:
    *_, moments = _data(4, 3, 1)
    long = fit_crossed(moments, PRIORS, steps=2000, tolerance=1e-9)
    again = fit_crossed(moments, PRIORS, start=long.variances)
    assert long.converged
    assert len(again.objective) == 2
    np.testing.assert_allclose(again.posterior.coefficients, long.posterior.coefficients, atol=1e-3)
