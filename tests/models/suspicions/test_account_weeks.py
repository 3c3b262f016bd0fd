"""A week booked twice stands out against its neighbours where shocks that last would hide it."""

from __future__ import annotations

import numpy as np

from models.suspicions.volumes import _against_neighbours, _odd


def _shocks(seed: int) -> np.ndarray:
    """Six accounts whose weeks move together by shocks of .25 that last: (6, 104)."""
    random = np.random.default_rng(seed)
    now = random.normal(0.0, 0.25, 6)
    weeks = []
    for _ in range(104):
        now = 0.9 * now + np.sqrt(1.0 - 0.81) * random.normal(0.0, 0.25, 6)
        weeks.append(now)
    return np.stack(weeks, axis=1)


def test_a_doubled_week_stands_out_against_its_neighbours() -> None:
    found = alone = 0
    for seed in range(10):
        common = _shocks(seed)
        common[4, 50] += np.log(2.0)
        found += bool(_odd(_against_neighbours(common))[4, 50])
        alone += bool(_odd(common)[4, 50])
    assert found >= 8
    assert alone <= 2  # what the neighbours add


def test_shocks_themselves_are_left_alone() -> None:
    """The control: nothing doubled, at most one alarm in ten times six accounts."""
    alarms = sum(int(_odd(_against_neighbours(_shocks(seed))).sum()) for seed in range(10))
    assert alarms <= 1


def test_ends_have_no_neighbours() -> None:
    found = _against_neighbours(np.zeros((2, 5)))
    ends = [True, False, False, False, True]
    np.testing.assert_array_equal(np.isnan(found), np.array([ends, ends]))
