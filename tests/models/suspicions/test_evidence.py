"""The robust statistics against numpy's, and against tails that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from models.suspicions.evidence import around, median, runs
from models.suspicions.two_way import two_way
from models.suspicions.volumes import RISK, tail_limit


def test_median_is_numpy_s_with_gaps() -> None:
    random = np.random.default_rng(1)
    cells = random.normal(size=(50, 12))
    cells[random.random(cells.shape) < 0.4] = np.nan
    cells[3] = np.nan
    cells[4, 1:] = np.nan
    known = np.isfinite(cells).any(axis=1)
    assert median(cells)[known] == pytest.approx(np.nanmedian(cells[known], axis=1))
    assert np.isnan(median(cells)[~known]).all()


def test_a_week_is_left_out_of_what_is_usual_around_it() -> None:
    cells = np.array([[1.0, 2.0, 90.0, 3.0, 4.0]])
    assert around(cells, 1)[0].tolist() == [2.0, 45.5, 2.5, 47.0, 3.0]


def test_runs_of_flags() -> None:
    assert runs(np.array([True, False, True, True])) == [(0, 0), (2, 3)]
    assert runs(np.zeros(3, dtype=np.bool_)) == []


def test_limits_follow_the_tails() -> None:
    """Beyond the limit lies about RISK of a normal distribution; heavy tails push it out."""
    random = np.random.default_rng(2)
    normal = np.abs(random.normal(size=20_000))
    heavy = np.abs(random.standard_t(3, size=20_000))
    exact = float(stats.norm.isf(RISK / 2))
    assert tail_limit(normal) == pytest.approx(exact, rel=0.25)
    assert tail_limit(heavy) > 2.0 * exact


def test_one_pair_that_does_not_fit_stands_out() -> None:
    account, product = np.repeat(np.arange(4), 5), np.tile(np.arange(5), 4)
    values = 2.0 * account + 0.5 * product
    values[7] += 1.0
    apart, effect = two_way(values, account, product)
    assert apart[7] == pytest.approx(1.0)
    assert np.delete(apart, 7) == pytest.approx(0.0)
    assert np.diff(effect) == pytest.approx(2.0)
