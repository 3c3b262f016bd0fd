"""Ascents climb to calendars that no single block can improve, and measure them truly."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.kernels.arrays import pack, prices_of
from optimizer.kernels.ascent import damage
from optimizer.pricing import Pricer
from optimizer.value import value
from tests.optimizer.joint_values import joint_values
from tests.optimizer.random_problem import (
    Recipe,
    block_calendars,
    calendar_of,
    draw_calendar,
    random_problem,
    row_totals,
)
from tests.optimizer.test_copies import some_worth

# Effects in the same week only, and dips that meet in pairs: the ascent's charges are exact.
EXACT = Recipe(sizes=(3,), horizon=6, carry=2, cross=(0,), gaps=(1,))


@pytest.mark.parametrize("seed", range(15))
def test_no_block_alone_can_improve_a_local_optimum(seed: int) -> None:
    problem = random_problem(seed, EXACT)
    worth = some_worth(np.random.default_rng(seed), problem)
    z = prices_of(problem, worth)
    nowhere = np.full((3, problem.horizon), -1, dtype=np.int64)
    every = [block_calendars(problem, p) for p in range(3)]
    with Pricer(problem) as pricer:
        found = pricer.ascend(worth, nowhere, passes=50)
        if min(map(len, every)) == 0:
            assert found.value[0] == -np.inf
            return
        reached = joint_values(problem, [0, 1, 2], [row[None] for row in found.starts], z).item()
        for p in range(3):
            lists = [row[None] for row in found.starts]
            lists[p] = every[p]
            best = joint_values(problem, [0, 1, 2], lists, z).max()
            assert best <= reached + pricer.rounding(worth)
        assert found.value[0] == pytest.approx(
            reached - pricer.baseline[0], abs=pricer.rounding(worth)
        )


@pytest.mark.parametrize("seed", range(10))
def test_ascents_never_lose_and_keep_the_books(seed: int) -> None:
    problem = random_problem(seed, Recipe(sizes=(2, 1, 3), horizon=9, cross=(0, 2)))
    rng = np.random.default_rng(seed)
    worth = some_worth(rng, problem)
    with Pricer(problem) as pricer:
        start = draw_calendar(rng, problem)
        found = pricer.ascend(worth, start)
        if (found.value == -np.inf).any():
            pytest.skip("a block without any calendar")
        outcome = value(problem, calendar_of(problem, found.starts))
        assert found.profit.sum() == outcome.profit.sum() - outcome.profit_no_promotion.sum()
        totals = row_totals(problem, found.starts)
        assert found.value.sum() == pytest.approx(found.profit.sum() / 100.0 + worth @ totals)
        again = pricer.ascend(worth, found.starts)
        assert (again.value >= found.value - 1e-9).all()
        some = pricer.ascend(worth, start, groups=np.array([1]))
        assert np.array_equal(some.starts[:2], start[:2])  # groups not asked stay as they were
        assert some.value[0] == -np.inf
        assert some.value[1] == found.value[1]


def test_damage_is_what_an_event_takes_from_its_siblings() -> None:
    """Exact even with lags, as long as there is one event."""
    for seed in range(10):
        problem = random_problem(seed, Recipe(sizes=(3,), horizon=6, cross=(0, 1), closed=0.0))
        a = pack(problem)
        rng = np.random.default_rng(seed)
        z = prices_of(problem, some_worth(rng, problem))
        starts = draw_calendar(rng, problem)
        starts[0] = -1
        tactics = calendar_of(problem, starts).grid(problem)
        harm = np.empty((a.shape_tactic.size, problem.horizon))
        damage(a, z, 0, tactics, harm)
        lists = [row[None] for row in starts]
        problem.demand.base[0] = 0.0  # so that block 0 itself is worth its fees and counts alone
        alone = joint_values(problem, [0], [starts[:1]], z).item()
        before = joint_values(problem, [0, 1, 2], lists, z).item() - alone
        for s, t in [(0, 0), (1, 2), (2, 4)]:
            lists[0] = np.full((1, problem.horizon), -1)
            lists[0][0, t] = s
            own = joint_values(problem, [0], [lists[0]], z).item()
            after = joint_values(problem, [0, 1, 2], lists, z).item() - own
            assert harm[s, t] == pytest.approx(after - before, abs=1e-8)


def test_control_hopeless_events_empty_calendars() -> None:
    problem = random_problem(4, Recipe(sizes=(2, 2), pins=0.5))
    with Pricer(problem) as pricer:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        worth = np.zeros(len(problem.rows))
        full = pricer.ascend(worth, nowhere).starts
        quiet = pricer.ascend(worth, nowhere, event_worth=-1e9).starts
    assert np.array_equal(quiet, problem.limits.must)
    assert (full >= 0).sum() > (quiet >= 0).sum()
