"""The sampler against what made the data, and against each series on its own."""

from __future__ import annotations

import numpy as np

from benchmarks.demand.gibbs import sample


def test_coefficients_are_recovered_better_than_series_by_series() -> None:
    random = np.random.default_rng(2)
    series, weeks = 40, 10
    true = np.array([4.0, -2.0, 0.5]) + random.normal(0.0, [0.5, 0.3, 0.2], (series, 3))
    x = np.concatenate([np.ones((series, weeks, 1)), random.normal(size=(series, weeks, 2))], 2)
    noise = np.exp(random.normal(-0.7, 0.2, series))
    y = np.einsum("ntk,nk->nt", x, true) + noise[:, None] * random.normal(size=(series, weeks))
    found, variance = sample(x, y, np.full(series, weeks), draws=400, seed=1)
    alone = np.stack([np.linalg.lstsq(x[i], y[i], rcond=None)[0] for i in range(series)])
    slopes = slice(1, 3)
    error = np.sqrt(np.mean((found - true)[:, slopes] ** 2))
    assert error < 0.9 * np.sqrt(np.mean((alone - true)[:, slopes] ** 2))
    assert error < 0.2
    assert np.corrcoef(np.log(variance), np.log(noise**2))[0, 1] > 0.3


def test_the_same_seed_gives_the_same_draws() -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(size=(5, 12, 2)), random.normal(size=(5, 12))
    once, twice, other = (
        sample(x, y, np.full(5, 12), draws=20, seed=seed)[0] for seed in (1, 1, 2)
    )
    assert (once == twice).all()
    assert (once != other).any()
