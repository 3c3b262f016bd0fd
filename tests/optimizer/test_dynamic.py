"""The dynamic programme finds the best calendar of a block: all calendars have been looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.kernels.arrays import pack, prices_of
from optimizer.kernels.dynamic import read_best
from optimizer.problem import Floats, Ints, Problem
from tests.optimizer.block_programme import programme
from tests.optimizer.joint_values import joint_values
from tests.optimizer.random_problem import Recipe, block_calendars, random_problem
from tests.optimizer.test_copies import some_worth

ALONE = Recipe(sizes=(1,), horizon=9)
# Gaps at least as long as carry, and dips that meet in pairs but never three at a time.
EXACT = {
    "no carry": replace(ALONE, carry=0, gaps=(0, 1)),
    "gap as long as carry": replace(ALONE, carry=2, gaps=(2, 3)),
    "pairs of dips": replace(ALONE, carry=3, gaps=(1, 2)),
    "one short": replace(ALONE, carry=1, gaps=(0,), lengths=(1, 3)),
    "long shapes": replace(ALONE, horizon=12, carry=3, gaps=(1,), lengths=(2, 3)),
    "deep": replace(ALONE, carry=3, gaps=(1,), deep=0.9),
    "few": replace(ALONE, carry=2, gaps=(1,), max_events=(1, 2), max_weeks=(2, 3)),
    "pinned": replace(ALONE, carry=3, gaps=(1, 2), pins=1.0, opens=(0, 1)),
    "closed": replace(ALONE, carry=2, gaps=(1,), closed=0.5),
}
THREE = replace(ALONE, carry=4, gaps=(0,), lengths=(1, 2), horizon=8)


def answers(problem: Problem, seed: int) -> tuple[Floats, Ints, float, Ints, float]:
    """All true values and calendars, the programme's best value and calendar, and its bound."""
    z = prices_of(problem, some_worth(np.random.default_rng(seed), problem))
    a = pack(problem)
    calendars = block_calendars(problem, 0)
    values = joint_values(problem, [0], [calendars], z)
    true = programme(a, z, 0)
    starts = np.empty(problem.horizon, dtype=np.int64)
    best = read_best(a, 0, true.table, starts) + true.quiet.sum()
    cut = programme(a, z, 0, bounding=True)
    bound = read_best(a, 0, cut.table, np.empty_like(starts)) + cut.quiet.sum()
    return values, calendars, best, starts, bound


@pytest.mark.parametrize("name", EXACT)
def test_best_of_all_calendars(name: str) -> None:
    with_events = 0
    for seed in range(25):
        values, calendars, best, starts, bound = answers(random_problem(seed, EXACT[name]), seed)
        if len(values) == 0:
            assert best == -np.inf
            assert bound == -np.inf
            assert (starts == -1).all()
            continue
        assert best == pytest.approx(values.max(), abs=1e-8)
        assert bound >= best - 1e-8
        (found,) = np.flatnonzero((calendars == starts).all(axis=1))  # it keeps the block's limits
        assert values[found] == pytest.approx(best, abs=1e-8)
        with_events += (starts >= 0).sum() > 1
    assert with_events >= (0 if name == "few" else 1)


def test_three_dips_at_once_are_bounded_and_nearly_best() -> None:
    above, below = 0, 0
    for seed in range(60):
        values, calendars, best, starts, bound = answers(random_problem(seed, THREE), seed)
        if len(values) == 0:
            continue
        highest = values.max()
        assert bound >= highest - 1e-8
        assert (calendars == starts).all(axis=1).any()
        above += best > highest + 1e-6
        below += best < highest - 1e-6
    # Control: the value without the cut is no bound, so that the test above tells them apart.
    assert below > 0
    assert above > 0


def test_control_bound_without_slack_is_wrong_somewhere() -> None:
    """Where every unit is a loss, as prices can make it, the dips cut off would save money."""
    wrong = 0
    for seed in range(60):
        problem = random_problem(seed, THREE)
        z = prices_of(problem, np.zeros(len(problem.rows)), profit=0.0)
        z = z._replace(units=z.units - 1.0, starts=z.starts + 60.0)
        calendars = block_calendars(problem, 0)
        if len(calendars) == 0:
            continue
        a = pack(problem)
        best = joint_values(problem, [0], [calendars], z).max()
        starts = np.empty(problem.horizon, dtype=np.int64)
        cut = programme(a, z, 0, bounding=True)
        assert read_best(a, 0, cut.table, starts) + cut.quiet.sum() >= best - 1e-8
        bare = programme(a._replace(cut_slack=np.ones(1)), z, 0, bounding=True)
        wrong += read_best(a, 0, bare.table, starts) + bare.quiet.sum() < best - 1e-6
    assert wrong > 0


def test_gaps_that_differ_by_week_are_kept() -> None:
    """A gap that counts in some weeks only: after an early event, none; after a late one, three."""
    for seed in range(20):
        problem = random_problem(seed, replace(ALONE, carry=2, gaps=(0,), pins=0.0))
        problem.limits.free[0, 5:] += 3
        values, calendars, best, starts, bound = answers(problem, seed)
        assert (calendars == starts).all(axis=1).any()
        assert best <= bound + 1e-8
        assert bound >= values.max() - 1e-8
