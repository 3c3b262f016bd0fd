"""Shifts that stay, and noise with heavy tails whose exponential has mean one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from models.simulator.regimes import level_shifts, log_noise


def test_levels_shift_in_the_history_and_stay_after_it() -> None:
    shifts = level_shifts(2.0, 0.25, 50, (5, 40, 80), np.random.default_rng(1))
    steps = np.diff(shifts, axis=2)
    assert (shifts[:, :, 0] == 0.0).all()
    assert (steps[:, :, 49:] == 0.0).all()
    common = (steps == steps[:1]).all(axis=0) & (steps[0] != 0.0)
    assert 15 < common.sum() < 70  # a product's own: about one each
    per_series = (steps != 0.0).sum() / 200
    assert per_series == pytest.approx(2.0, abs=0.3)
    sizes = steps[steps != 0.0]
    assert sizes.std() == pytest.approx(0.25, abs=0.06)


def test_control_without_shifts_levels_stand() -> None:
    assert not level_shifts(0.0, 0.25, 50, (2, 3, 60), np.random.default_rng(1)).any()


@pytest.mark.parametrize("freedom", [np.inf, 3.0, 5.0])
def test_the_exponential_of_noise_has_mean_one(freedom: float) -> None:
    noise = log_noise(0.2, freedom, (400_000,), np.random.default_rng(2))
    assert np.exp(noise).mean() == pytest.approx(1.0, abs=0.003)


def test_few_degrees_of_freedom_make_heavy_tails() -> None:
    rng = np.random.default_rng(3)
    heavy, light = (log_noise(0.1, freedom, (100_000,), rng) for freedom in (3.0, np.inf))
    assert stats.kurtosis(heavy) > 3.0
    assert abs(stats.kurtosis(light)) < 0.1
    assert np.abs(heavy - np.median(heavy)).max() <= 0.8 + 1e-3
