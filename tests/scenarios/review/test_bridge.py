"""The steps of the bridge against closed forms."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from scenarios.review.bridge import BITS, shapley


def test_shapley_is_the_mean_over_all_orders() -> None:
    values = np.random.default_rng(3).normal(size=(5, 8))
    expected = np.zeros((5, 3))
    for order in permutations(range(3)):
        mix = 0
        for k in order:
            expected[:, k] += (values[:, mix | BITS[k]] - values[:, mix]) / 6
            mix |= BITS[k]
    found = shapley(values)
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(found.sum(axis=1), values[:, 7] - values[:, 0])


def test_what_adds_up_goes_to_each() -> None:
    parts = np.array([0.3, -0.2, 0.5])
    values = np.array([[sum(p for p, bit in zip(parts, BITS, strict=True) if mix & bit)
                        for mix in range(8)]])  # fmt: skip
    assert shapley(values)[0] == pytest.approx(parts)
    # Control: an interaction is shared, not lost.
    values[0, 7] += 0.3
    assert shapley(values)[0] == pytest.approx(parts + 0.1)
