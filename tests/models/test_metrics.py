from __future__ import annotations

import math

import numpy as np
import pytest

from models import metrics

ACTUAL = np.array([10.0, 0.0, 30.0])


def test_wape_and_bias() -> None:
    forecast = np.array([12.0, 4.0, 26.0])
    assert metrics.wape(forecast, ACTUAL) == pytest.approx(10 / 40)
    assert metrics.bias(forecast, ACTUAL) == pytest.approx(2 / 40)
    assert metrics.bias(ACTUAL, ACTUAL) == 0.0


def test_pinball_is_least_at_the_quantile() -> None:
    actual = np.random.default_rng(1).gamma(3.0, 10.0, 20_000)
    for level in (0.05, 0.5, 0.9):
        losses = [
            metrics.pinball(np.full_like(actual, np.quantile(actual, q)), actual, level)
            for q in (0.01, 0.05, 0.3, 0.5, 0.7, 0.9, 0.99)
        ]
        assert int(np.argmin(losses)) == (0.01, 0.05, 0.3, 0.5, 0.7, 0.9, 0.99).index(level)


def test_coverage_counts_the_ends() -> None:
    assert metrics.coverage(ACTUAL, ACTUAL, ACTUAL) == 1.0
    assert metrics.coverage(ACTUAL + 1, ACTUAL + 2, ACTUAL) == 0.0


def test_nothing_to_measure() -> None:
    nothing = np.zeros(0)
    assert math.isnan(metrics.wape(nothing, nothing))
    assert math.isnan(metrics.coverage(nothing, nothing, nothing))
