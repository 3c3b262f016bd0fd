from __future__ import annotations

import numpy as np
import pytest

from models.truncation import truncate


def posterior(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    root = np.random.default_rng(seed).normal(size=(1, 3, 3))
    return np.array([[0.3, -0.4, 0.5]]), root @ np.swapaxes(root, 1, 2)


def test_moments_of_one_cut_equal_rejection_sampling() -> None:
    mean, covariance = posterior()
    cut = truncate(mean, covariance, (-1, 0, 0))
    random = np.random.default_rng(5)
    draws = random.multivariate_normal(mean[0], covariance[0], 400_000)
    kept = draws[draws[:, 0] <= 0.0]
    assert cut.wrong[0, 0] == pytest.approx(1.0 - len(kept) / len(draws), abs=0.003)
    # Four standard errors of a mean over 150,000 draws or more.
    np.testing.assert_allclose(cut.mean[0], kept.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(cut.covariance[0], np.cov(kept.T), atol=0.05)


def test_draws_have_the_moments_of_the_cut_posterior() -> None:
    mean, covariance = posterior()
    many = 100_000
    cut = truncate(np.repeat(mean, many, 0), np.repeat(covariance, many, 0), (-1, 0, 0))
    draws = np.random.default_rng(6).multivariate_normal(mean[0], covariance[0], many)
    moved = cut.apply(draws)
    assert (moved[:, 0] <= 0.0).all()
    np.testing.assert_allclose(moved.mean(axis=0), cut.mean[0], atol=0.03)
    np.testing.assert_allclose(np.cov(moved.T), cut.covariance[0], atol=0.06)
    assert np.abs(draws.mean(axis=0) - cut.mean[0]).max() > 0.2  # uncut draws do not have them


def test_what_is_far_inside_stays() -> None:
    mean = np.array([[-30.0, 2.0]])
    covariance = np.array([[[1.0, 0.5], [0.5, 1.0]]])
    cut = truncate(mean, covariance, (-1, 0))
    np.testing.assert_allclose(cut.mean, mean)
    np.testing.assert_allclose(cut.covariance, covariance)
    np.testing.assert_allclose(cut.apply(mean + 0.5), mean + 0.5)


@pytest.mark.parametrize("far", [5.0, 40.0, 400.0])
def test_what_is_far_outside_comes_in(far: float) -> None:
    mean = np.array([[far, 1.0]])
    covariance = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    cut = truncate(mean, covariance, (-1, +1))
    assert -0.5 < cut.mean[0, 0] <= 0.0
    assert np.isfinite(cut.covariance).all()
    moved = cut.apply(np.array([[far + 1.0, -3.0]]))
    assert np.isfinite(moved).all()
    assert moved[0, 0] <= 0.0 <= moved[0, 1]


def test_several_signs_hold_in_means_and_draws() -> None:
    random = np.random.default_rng(2)
    root = random.normal(size=(500, 4, 4))
    mean, covariance = random.normal(size=(500, 4)), root @ np.swapaxes(root, 1, 2)
    cut = truncate(mean, covariance, (0, -1, +1, +1))
    signs = np.array([-1, 1, 1])
    assert (cut.mean[:, 1:] * signs >= 0.0).all()
    assert (cut.apply(mean + random.normal(size=mean.shape))[:, 1:] * signs >= 0.0).all()
    assert np.linalg.eigvalsh(cut.covariance).min() > -1e-9
    assert (cut.wrong[:, 0] == 0.0).all()
