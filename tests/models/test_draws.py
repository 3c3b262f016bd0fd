from __future__ import annotations

import numpy as np

from models.crossed import fit_crossed
from models.draws import coefficient_draws
from models.moments import Moments
from models.truncation import truncate
from models.variances import CrossedPriors


def fitted(accounts: int, products: int) -> tuple[Moments, CrossedPriors]:
    random = np.random.default_rng(1)
    account = np.repeat(np.arange(accounts), products)
    product = np.tile(np.arange(products), accounts)
    x = random.normal(size=(len(account), 8, 2))
    moments = Moments.of(
        x, random.normal(size=x.shape[:2]), np.ones(x.shape[:2], bool), account, product
    )
    return moments, CrossedPriors(np.array([0.3, 0.2]), np.zeros(2), np.ones(2))


def test_draws_have_the_posterior_moments() -> None:
    for shape in ((4, 3), (3, 4), (1, 6)):
        crossed = fit_crossed(*fitted(*shape))
        posterior = crossed.posterior
        free = truncate(posterior.coefficients, posterior.covariance, (0, 0))
        draws = np.array(list(coefficient_draws(posterior, free, 6000, seed=3)))
        spread = np.sqrt(np.einsum("nkk->nk", posterior.covariance))
        # Five standard errors.
        error = (draws.mean(axis=0) - posterior.coefficients) / spread
        assert np.abs(error).max() < 5.0 / np.sqrt(6000)
        for i in range(len(spread)):
            found = np.cov(draws[:, i].T)
            np.testing.assert_allclose(found, posterior.covariance[i], atol=0.1 * spread.max() ** 2)


def test_series_of_one_account_move_together() -> None:
    crossed = fit_crossed(*fitted(4, 3))
    posterior = crossed.posterior
    free = truncate(posterior.coefficients, posterior.covariance, (0, 0))
    draws = np.array(list(coefficient_draws(posterior, free, 3000, seed=3)))[:, :, 0]
    between = np.corrcoef(draws.T)
    assert between[0, 1] > 0.05  # same account


def test_seed_decides() -> None:
    crossed = fit_crossed(*fitted(3, 3))
    posterior = crossed.posterior
    signed = truncate(posterior.coefficients, posterior.covariance, (0, -1))
    one, again, other = (
        list(coefficient_draws(posterior, signed, 3, seed=seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert (np.array(one)[:, :, 1] <= 0.0).all()
