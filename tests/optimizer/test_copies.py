"""Bounds on groups hold for every joint calendar, at any prices and any payments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.kernels.arrays import Arrays, Prices, pack, prices_of
from optimizer.kernels.bounds import bound_groups
from optimizer.kernels.hull import CAPACITY
from optimizer.kernels.payments import Steps
from optimizer.kernels.states import count_states
from optimizer.kernels.weeks import together as meeting
from optimizer.problem import Floats, Ints, Problem
from optimizer.value import value
from tests.optimizer.joint_values import joint_values
from tests.optimizer.random_problem import (
    Recipe,
    block_calendars,
    calendar_of,
    draw_calendar,
    random_problem,
)

RECIPES = {
    "pair": Recipe(sizes=(2,), horizon=8, max_events=(99, 2)),
    "lags": Recipe(sizes=(2,), horizon=7, carry=3, cross=(0, 1, 3), gaps=(0, 1)),
    "three": Recipe(sizes=(3,), horizon=6, cross=(0,), lengths=(1, 3)),
    "helpful": Recipe(sizes=(3,), horizon=6, cross=(1,), positive=0.8),
    "deep": Recipe(sizes=(2,), horizon=8, deep=0.9, gaps=(0,), carry=3),
    "alone": Recipe(sizes=(1,), horizon=9, carry=3, gaps=(0, 1), deep=0.6),
    "two views": Recipe(sizes=(6,), horizon=3, cross=(0, 1), carry=1, gaps=(1,), lengths=(1, 1)),
    "meeting": Recipe(sizes=(3,), horizon=6, cross=(0,), carry=2, gaps=(0, 1), lengths=(1, 2)),
    "no lags": Recipe(sizes=(2,), horizon=8, carry=0, cross=(0,)),
}


def some_worth(rng: np.random.Generator, problem: Problem) -> Floats:
    """Prices of rows of either sign, now and then none."""
    scale = np.array([0.5, 0.5, 0.5, 1.0, 1.0, 40.0] + [30.0] * (len(problem.rows) - 6))
    return rng.normal(0.0, 1.0, scale.size) * scale * (rng.random(scale.size) < 0.7)


def bound(
    a: Arrays,
    z: Prices,
    steps: Steps,
    target: float,
    store: Floats | None = None,
    together: bool = True,
) -> tuple[float, Floats, Floats]:
    """The bound of the first group, its blocks' parts, and the payments behind them.

    Payments: those to copies, then those to states where siblings meet in a week. Not `together`:
    by copies alone.
    """
    size, states = room_of(a)
    kept = np.full(size + states, np.nan) if store is None else store.copy()
    copies, rest = kept[:size].copy(), kept[size:].copy()
    found, parts = np.full(1, np.inf), np.zeros(a.must.shape[0])
    nowhere = np.full(a.must.shape, -1, dtype=np.int64)
    bound_groups(
        a, z, np.zeros(1, np.int64), steps, together, 0.0, nowhere, np.array([target]), found,
        np.array([0, size]), copies, np.array([0, states]), rest, parts,
    )  # fmt: skip
    return float(found[0]), parts, np.concatenate([copies, rest])


def room_of(a: Arrays) -> tuple[int, int]:
    """How many payments there are to copies, and to states."""
    each = a.pair_coefficient.shape[1] * a.base.shape[1] * a.lift.shape[1]
    blocks = a.must.shape[0]
    meet = bool(meeting(a, 0, blocks).any())
    return int(a.target_pairs[-1]) * each, meet * blocks * a.base.shape[1] * count_states(a)


def every_calendar(problem: Problem) -> list[Ints]:
    return [block_calendars(problem, p) for p in range(problem.blocks)]


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("seed", range(6))
def test_no_joint_calendar_is_worth_more(name: str, seed: int) -> None:
    problem = random_problem(seed, RECIPES[name])
    rng = np.random.default_rng(seed)
    lists = every_calendar(problem)
    if any(len(one) == 0 for one in lists):
        pytest.skip("a block without any calendar")
    a = pack(problem)
    for profit in (1.0, 0.0):
        z = prices_of(problem, some_worth(rng, problem), profit)
        best = float(joint_values(problem, list(range(problem.blocks)), lists, z).max())
        near = 1e-9 * max(1.0, abs(best))
        first, parts, paid = bound(a, z, Steps(1), best)
        assert first >= best - near
        assert parts.sum() == pytest.approx(first, abs=1e-9)
        walked, _, store = bound(a, z, Steps(30), best)
        assert best - near <= walked <= first + near
        shaken = paid * rng.uniform(-1.0, 3.0, paid.size) + rng.normal(0.0, 5.0, paid.size)
        anything, _, kept = bound(a, z, Steps(1), best, shaken.ravel())
        assert anything >= best - near
        assert np.array_equal(kept, shaken)  # one step: the payments given were those judged
        again, _, _ = bound(a, z, Steps(1), best, store)
        assert again == pytest.approx(walked, abs=near)


def test_steps_close_most_of_the_gap() -> None:
    before, after = 0.0, 0.0
    for seed in range(8):
        problem = random_problem(seed, RECIPES["pair"])
        z = prices_of(problem, np.zeros(len(problem.rows)))
        lists = every_calendar(problem)
        best = float(joint_values(problem, [0, 1], lists, z).max())
        before += bound(pack(problem), z, Steps(1), best)[0] - best
        after += bound(pack(problem), z, Steps(100), best)[0] - best
    assert after < 0.5 * before


def test_target_that_is_no_number_moves_nothing() -> None:
    problem = random_problem(0, RECIPES["pair"])
    a, z = pack(problem), prices_of(problem, np.zeros(len(problem.rows)))
    first, _, paid = bound(a, z, Steps(1), 0.0)
    for target in (-np.inf, np.nan):
        found, _, store = bound(a, z, Steps(10), target)
        assert found == first
        assert np.array_equal(store, paid)


def test_control_a_part_left_out_is_caught() -> None:
    """Bounds are tight enough that one block's part, taken a twentieth too low, is wrong."""
    wrong = 0
    for seed in range(10):
        problem = random_problem(seed, RECIPES["pair"])
        z = prices_of(problem, np.zeros(len(problem.rows)))
        best = float(joint_values(problem, [0, 1], every_calendar(problem), z).max())
        total, parts, _ = bound(pack(problem), z, Steps(60), best)
        wrong += total - 0.05 * abs(parts[0]) < best
    assert wrong >= 5


def test_bound_of_a_block_without_siblings_is_its_optimum() -> None:
    """Where no three dips can meet, the copies' programme is the block's own: nothing is lost."""
    for seed in range(10):
        problem = random_problem(seed, Recipe(sizes=(1,), horizon=9, carry=2, gaps=(1, 2, 3)))
        lists = every_calendar(problem)
        if len(lists[0]) == 0:
            continue
        z = prices_of(problem, some_worth(np.random.default_rng(seed), problem))
        best = float(joint_values(problem, [0], lists, z).max())
        assert bound(pack(problem), z, Steps(5), best)[0] == pytest.approx(best, abs=1e-8)


def test_block_without_calendar_bounds_its_group_by_nothing() -> None:
    problem = random_problem(3, Recipe(sizes=(2,), pins=0.0))
    problem.limits.must[0, 0] = 0
    problem.limits.allowed[0, :, 0] = False
    a, z = pack(problem), prices_of(problem, np.zeros(len(problem.rows)))
    assert bound(a, z, Steps(3), 0.0)[0] == -np.inf


def test_envelope_with_more_lines_than_room_still_bounds() -> None:
    """Small effects of many siblings, each indifferent at a worth of its own: a line for each."""
    blocks = CAPACITY // 5 + 3
    recipe = Recipe(
        sizes=(blocks,), horizon=2, carry=0, cross=(0,), tactics=5, lengths=(1,), pins=0.0,
        gaps=(0,), max_events=(99,), max_weeks=(99,), opens=(0,), closed=0.0, rows=False,
    )  # fmt: skip
    problem = random_problem(5, recipe)
    rising = np.tile(np.arange(6.0), (blocks, 1))
    edges = replace(problem.demand.edges, coefficient=np.full(blocks * (blocks - 1), -0.0005))
    demand = replace(problem.demand, lift=0.2 * rising, pull=rising, edges=edges)
    money = replace(problem.money, funding=np.zeros((blocks, 6)))
    problem = replace(problem, demand=demand, money=money)
    a, z = pack(problem), prices_of(problem, np.zeros(len(problem.rows)))
    gain = np.exp(-0.0005 * np.arange(6.0))
    alone = (a.base * a.margin[:, None])[a.pair_target]
    breaks = np.random.default_rng(1).uniform(1.0, 2.7, (len(alone), 5))
    breaks = alone[:, :, None] * -np.sort(-breaks, axis=1)[:, None, :]
    pay = np.zeros((len(alone), 1, 2, 6))
    pay[:, 0, :, 1:] = (breaks * -np.diff(gain)).cumsum(axis=2)
    assert (blocks - 1) * 5 > CAPACITY
    paid = np.concatenate([pay.ravel(), np.full(room_of(a)[1], np.nan)])
    found, _, _ = bound(a, z, Steps(1), 0.0, paid, together=False)
    joint, _, _ = bound(a, z, Steps(1), 0.0, paid)
    rng = np.random.default_rng(2)
    for eagerness in (0.0, 0.3, 0.6, 1.0):
        starts = draw_calendar(rng, problem, eagerness)
        earned = value(problem, calendar_of(problem, starts)).profit.sum() / 100.0
        assert earned - 0.005 * blocks * 2 <= joint <= found
    least = best_weeks(a, pay, gain)
    assert least <= found <= 1.0001 * least  # chords cost next to nothing


def best_weeks(a: Arrays, pay: Floats, gain: Floats) -> float:
    """The same bound from below, where nothing links weeks: the best that exchanges find."""
    total = 0.0
    for p in range(a.base.shape[0]):
        into = np.flatnonzero(a.pair_target == p)
        out = np.flatnonzero(a.pair_source == p)
        for t in range(a.base.shape[1]):
            choices = [k for k in range(6) if a.possible[p, t, k]]
            best = -np.inf
            for k in choices:
                worth = a.base[p, t] * a.margin[p] * np.exp(a.lift[p, k])
                chosen = (pay[into, 0, t] + worth * gain).argmax(axis=1)
                for _ in range(3):
                    others = worth * np.prod(gain[chosen]) / gain[chosen]
                    chosen = (pay[into, 0, t] + others[:, None] * gain).argmax(axis=1)
                copies = pay[into, 0, t, chosen].sum() + worth * np.prod(gain[chosen])
                fee = a.weekly_fee[p, k] + a.event_fee[p, k]
                best = max(best, copies - pay[out, 0, t, k].sum() - fee)
            total += best
    return total
