"""The best joint configuration of a week is the best of all that could be tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimizer.kernels.best_week import best_week
from optimizer.kernels.hull import scratch
from optimizer.kernels.meeting import Views, height_at, keep_highest, views
from optimizer.problem import Floats

TACTICS = 4


def random_week(rng: np.random.Generator, siblings: int, helpful: bool) -> tuple[Views, Floats]:
    """Lines of every sibling and tactic, some of them closed, and gains between siblings."""
    top = 1.3 if helpful else 1.0
    gain = rng.uniform(0.6, top, (siblings, siblings, TACTICS))
    gain[:, :, 0] = 1.0
    gain[np.arange(siblings), np.arange(siblings)] = 1.0
    view, work = views(siblings, TACTICS), scratch(TACTICS)
    for i in range(siblings):
        low, high = gain[i].min(axis=1).prod(), gain[i].max(axis=1).prod()
        for k in range(TACTICS):
            n = int(rng.integers(0 if k else 1, 6))
            for j in range(n):
                # Gains of deals are near the losses that they cause, so that little can be pruned.
                work.slope[j] = rng.normal(100.0 + 60.0 * k, 20.0) * rng.choice([1.0, 1.0, -0.5])
                work.height[j] = rng.normal(-50.0 * k, 15.0)
                work.line[j], work.choice[j] = j, 0
            keep_highest(work, n, view, i, k, low, high)
    return view, gain


def worth(view: Views, gain: Floats, chosen: tuple[int, ...]) -> float:
    x = [np.prod([gain[i, q, k] for q, k in enumerate(chosen)]) for i in range(len(chosen))]
    return sum(height_at(view, i, k, float(x[i])) for i, k in enumerate(chosen))


@pytest.mark.parametrize("helpful", [False, True])
@pytest.mark.parametrize("siblings", [1, 2, 3, 4])
def test_no_configuration_is_worth_more(siblings: int, helpful: bool) -> None:
    rng = np.random.default_rng(siblings)
    below = 0
    for _ in range(25):
        view, gain = random_week(rng, siblings, helpful)
        every = itertools.product(range(TACTICS), repeat=siblings)
        best = max(worth(view, gain, one) for one in every)
        quiet = worth(view, gain, (0,) * siblings)
        chosen = np.zeros(siblings, dtype=np.int64)
        found = best_week(view, gain, np.log(gain), chosen)
        assert found == pytest.approx(best, abs=1e-9 * abs(best))
        assert worth(view, gain, tuple(chosen)) == pytest.approx(best, abs=1e-9 * abs(best))
        below += quiet < best - 1.0
    assert below > 10  # control: standing still is often not the answer
