"""Envelopes are the maximum over every configuration, and chords lie above what they replace."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimizer.kernels.hull import CAPACITY, Trail, highest, merge, scratch
from optimizer.kernels.worth import Envelope, at
from optimizer.problem import Floats, Ints


def merged(
    slopes: Floats, pays: Floats, opens: Ints, low: float, high: float, lines: int = CAPACITY
) -> tuple[Envelope, Trail]:
    """Merge all effects, (n, K+1) each, into one week's envelope on [low, high]."""
    n, configurations = slopes.shape
    envelope = Envelope(np.ones(1, np.int64), np.ones((1, lines)), np.zeros((1, lines)))
    shape = (1, n, lines)
    trail = Trail(np.full(shape, -1, np.int64), np.full(shape, -1, np.int64))
    work = scratch(configurations)
    for e in range(n):
        ahead = slopes[e + 1 :]
        least = np.minimum(1.0, ahead.min(axis=1)).prod()
        most = np.maximum(1.0, ahead.max(axis=1)).prod()
        merge(
            envelope, trail, work, 0, e, slopes[e], pays[e], opens[e],
            min(low * least, low * most), max(high * least, high * most),
        )  # fmt: skip
    return envelope, trail


def best(slopes: Floats, pays: Floats, opens: Ints, worth: float) -> float:
    """The maximum over all configurations, one by one."""
    n = len(slopes)
    choices = [np.flatnonzero(opens[e]) for e in range(n)]
    return float(
        max(
            worth * np.prod([slopes[e, k] for e, k in enumerate(ks)])
            + sum(pays[e, k] for e, k in enumerate(ks))
            for ks in product(*choices)
        )
    )


def case(seed: int) -> tuple[Floats, Floats, Ints, float, float]:
    rng = np.random.default_rng(seed)
    n, configurations = int(rng.integers(1, 6)), int(rng.integers(2, 5))
    slopes = np.exp(rng.normal(-0.2, 0.3, (n, configurations)))
    slopes[:, 0] = 1.0
    pays = np.abs(rng.normal(0.0, 30.0, slopes.shape)) * np.sign(1.0 - slopes)
    if seed % 5 == 0:  # ties of every kind
        slopes, pays = slopes.round(1), pays.round(-1)
    opens = (rng.random(slopes.shape) < 0.8).astype(np.int64)
    opens[:, 0] |= opens.sum(axis=1) == 0
    low, high = np.sort(rng.normal(50.0, 120.0, 2))
    return slopes, pays, opens, float(low), float(high)


@pytest.mark.parametrize("seed", range(40))
def test_envelope_is_the_best_configuration(seed: int) -> None:
    slopes, pays, opens, low, high = case(seed)
    envelope, trail = merged(slopes, pays, opens, low, high)
    for worth in [low, high, *np.random.default_rng(seed).uniform(low, high, 12).tolist()]:
        expected = best(slopes, pays, opens, worth)
        assert at(envelope, 0, worth) == pytest.approx(expected, abs=1e-8)
        # The trail leads back to configurations that are worth just that.
        line, total, left = highest(envelope, 0, worth), 0.0, worth
        for e in range(len(slopes) - 1, -1, -1):
            k = trail.choice[0, e, line]
            assert opens[e, k]
            total, left = total + pays[e, k], left * slopes[e, k]
            line = trail.line[0, e, line]
        assert total + left == pytest.approx(expected, abs=1e-8)


def test_control_a_configuration_forgotten_is_caught() -> None:
    wrong = 0
    for seed in range(40):
        slopes, pays, opens, low, high = case(seed)
        lost = opens.copy()
        lost[-1, np.flatnonzero(opens[-1])[0]] = 0
        if lost[-1].any():
            envelope, _ = merged(slopes, pays, lost, low, high)
            middle = 0.5 * (low + high)
            wrong += at(envelope, 0, middle) < best(slopes, pays, opens, middle) - 1e-6
    assert wrong > 5


@pytest.mark.parametrize("low", [-40.0, 0.0, 100.0])
def test_too_many_lines_become_chords_just_above(low: float) -> None:
    """Tangents of a parabola: far more lines than there is room for, all of them needed."""
    high = low + 900.0
    touch = np.linspace(low, high, 3 * CAPACITY)
    slopes = 0.1 + (touch - low) / 1000.0
    pays = (touch - low) ** 2 / 2000.0 + 0.1 * touch - slopes * touch
    envelope, _ = merged(slopes[None], pays[None], np.ones((1, touch.size), np.int64), low, high)
    assert CAPACITY / 4 <= envelope.lines[0] <= CAPACITY
    for worth in np.linspace(low, high, 500):
        exact = float((slopes * worth + pays).max())
        assert exact - 1e-9 <= at(envelope, 0, worth) <= exact + 0.01
    assert (envelope.slope[0, : envelope.lines[0]] > 0).all()


def test_chords_of_lines_that_meet_in_one_point_lie_above() -> None:
    slopes = np.linspace(0.5, 2.0, 3 * CAPACITY)
    shake = np.random.default_rng(1).normal(0.0, 1e-13, slopes.size)
    envelope, _ = merged(
        slopes[None], (-7.0 * slopes + shake)[None], np.ones((1, slopes.size), np.int64), 0.0, 9.0
    )
    for worth in np.linspace(0.0, 9.0, 50):
        assert at(envelope, 0, worth) >= (slopes * (worth - 7.0)).max() - 1e-9
