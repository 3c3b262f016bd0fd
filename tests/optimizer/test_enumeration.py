"""Enumeration lists exactly the calendars above a threshold: all calendars have been looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.kernels.arrays import Arrays, Prices, pack, prices_of
from optimizer.kernels.dynamic import read_best
from optimizer.kernels.enumeration import DEPTH, enumerate_block
from optimizer.kernels.joint import enumerate_group
from optimizer.kernels.payments import Steps
from optimizer.pricing import Pricer
from optimizer.problem import Floats, Ints, Problem
from tests.optimizer.block_programme import programme
from tests.optimizer.joint_values import joint_calendars, joint_values
from tests.optimizer.random_problem import Recipe, block_calendars, random_problem, row_totals
from tests.optimizer.test_copies import bound, room_of, some_worth

ALONE = Recipe(sizes=(1,), horizon=8, carry=2, gaps=(1, 2))
RECIPES = {
    "plain": ALONE,
    "few": replace(ALONE, max_events=(1, 2), max_weeks=(2, 3)),
    "pinned": replace(ALONE, pins=1.0),
    "no carry": replace(ALONE, carry=0, gaps=(0,), horizon=6),
    "late": replace(ALONE, opens=(3,), closed=0.4),
}


def listed(
    a: Arrays, z: Prices, threshold: float, room: int = 5000, bounding: bool = False
) -> tuple[int, Ints, Floats, float]:
    """Calendars of block 0 worth `threshold` over quiet: how many, which, their worth; quiet."""
    d = programme(a, z, 0, bounding)
    starts = np.full((room, a.must.shape[1]), -9, dtype=np.int64)
    worth = np.full(room, np.nan)
    count = enumerate_block(
        a, 0, d.factor, d.slack, d.envelope, d.units, d.values, d.table, threshold, starts, worth
    )
    return count, starts[: max(count, 0)], worth[: max(count, 0)], float(d.quiet.sum())


def as_set(calendars: Ints) -> set[tuple[int, ...]]:
    return {tuple(np.ravel(one).tolist()) for one in calendars}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 1.0])
def test_exactly_the_calendars_above(name: str, share: float) -> None:
    for seed in range(8):
        problem = random_problem(seed, RECIPES[name])
        z = prices_of(problem, some_worth(np.random.default_rng(seed), problem))
        every = block_calendars(problem, 0)
        if len(every) == 0:
            assert listed(pack(problem), z, -np.inf)[0] == 0
            continue
        values = joint_values(problem, [0], [every], z)
        # Halfway between two values, so that rounding decides nothing.
        ranked = np.sort(values)
        place = int((1.0 - share) * (len(ranked) - 1))
        quiet = listed(pack(problem), z, np.inf)[3]
        least = (0.5 * (ranked[place] + ranked[place - 1]) if place else -np.inf) - quiet
        count, calendars, worth, _ = listed(pack(problem), z, least)
        wanted = every[values - quiet >= least]
        assert count == len(wanted)
        assert as_set(calendars) == as_set(wanted)
        truth = {tuple(c.tolist()): v for c, v in zip(every, values, strict=True)}
        for calendar, own in zip(calendars, worth, strict=True):
            assert own + quiet == pytest.approx(truth[tuple(calendar.tolist())], abs=1e-8)
        # Control: one place less than needed is refused, not cut short.
        assert listed(pack(problem), z, least, room=count - 1)[0] == -1
        assert listed(pack(problem), z, least, room=count)[0] == count


def test_cut_dips_list_nothing_less() -> None:
    """Where three dips meet, values are bounds: whatever is truly above the threshold is listed."""
    for seed in range(15):
        problem = random_problem(seed, replace(ALONE, carry=4, gaps=(0,), horizon=7))
        z = prices_of(problem, some_worth(np.random.default_rng(seed), problem))
        every = block_calendars(problem, 0)
        if len(every) == 0:
            continue
        values = joint_values(problem, [0], [every], z)
        least = float(np.quantile(values, 0.9)) + 1e-7
        d = programme(pack(problem), z, 0, bounding=True)
        count, calendars, _, _ = listed(pack(problem), z, least - d.quiet.sum(), bounding=True)
        assert count >= 0
        assert as_set(every[values >= least]) <= as_set(calendars)


def test_more_events_than_the_stack_is_deep_are_refused() -> None:
    """A calendar of 70 events is not left out in silence."""
    recipe = Recipe(
        sizes=(1,), horizon=70, carry=0, cross=(), tactics=1, lengths=(1,), gaps=(0,), pins=0.0,
        closed=0.0, opens=(0,), max_events=(99,), max_weeks=(99,), rows=False,
    )  # fmt: skip
    problem = random_problem(1, recipe)
    z = prices_of(problem, np.zeros(0))
    z = z._replace(starts=z.starts + 1e6)
    a = pack(problem)
    d = programme(a, z, 0)
    best = read_best(a, 0, d.table, np.empty(70, dtype=np.int64))
    assert DEPTH < 70
    assert listed(a, z, best - 1.0)[0] == -1
    shorter = random_problem(1, replace(recipe, horizon=60))
    z = prices_of(shorter, np.zeros(0))
    z = z._replace(starts=z.starts + 1e6)
    a = pack(shorter)
    best = read_best(a, 0, programme(a, z, 0).table, np.empty(60, dtype=np.int64))
    assert listed(a, z, best - 1.0)[0] == 1


def joint_list(
    problem: Problem, worth: Floats, slack: float, enough: float, limits: tuple[Floats, Floats],
    room: int = 20_000, visits: int = 10**7,
) -> tuple[int, Ints, Floats, Floats]:  # fmt: skip
    """What enumerate_group lists of the only group: how many, calendars, profit, row totals."""
    a, z = pack(problem), prices_of(problem, worth)
    _, _, store = bound(a, z, Steps(20), 0.0)
    size, _ = room_of(a)
    pay = store[:size].reshape(-1, a.pair_coefficient.shape[1], a.base.shape[1], a.lift.shape[1])
    blocks, horizon = a.must.shape
    states = store[size:].reshape(blocks, a.base.shape[1], -1)
    calendars = np.empty((room, blocks, horizon), dtype=np.int64)
    profit, rows = np.empty(room), np.empty((room, a.group_rows.size))
    scale = Pricer(problem).row_scale
    here = a.group_rows
    count = enumerate_group(
        a, z, 0, pay, states, slack, np.empty((blocks, 3000, horizon), dtype=np.int64),
        np.empty((blocks, 3000)), calendars, profit, rows, limits[0][here], limits[1][here],
        (worth * scale)[here], enough, visits,
    )  # fmt: skip
    n = max(0, count)
    return count, calendars[:n], profit[:n], rows[:n] * scale[here]


@pytest.mark.parametrize("seed", range(8))
def test_exactly_the_joint_calendars_not_excluded(seed: int) -> None:
    problem = random_problem(seed, Recipe(sizes=(2,), horizon=5, carry=2, cross=(0, 1), gaps=(1,)))
    lists = [block_calendars(problem, p) for p in range(2)]
    if min(map(len, lists)) == 0:
        pytest.skip("a block without any calendar")
    worth = some_worth(np.random.default_rng(seed), problem)
    z = prices_of(problem, worth)
    every = joint_calendars(lists)
    totals = np.array([row_totals(problem, one) for one in every])
    unrounded = joint_values(problem, [0, 1], lists, z).ravel()
    pricer = Pricer(problem)
    above = bound(pack(problem), z, Steps(20), 0.0)[0]
    slack = above - float(np.quantile(unrounded, 0.7))
    rounding = pricer.rounding(worth)
    enough = above - slack + rounding - pricer.baseline[0]
    wide = np.full(len(problem.rows), np.inf)
    most = np.quantile(totals, 0.95, axis=0) / pricer.row_scale + 1e-4
    for limits in ((-wide, most), (-wide, wide)):
        count, calendars, profit, rows = joint_list(problem, worth, slack, enough, limits)
        exact = profit / 100.0 + rows @ worth[pack(problem).group_rows]
        assert (exact >= enough - 1e-9).all()
        inside = (totals <= limits[1] * pricer.row_scale).all(axis=1)
        value = unrounded - pricer.baseline[0]
        found = as_set(calendars)
        assert count == len(found)
        assert as_set(every[inside & (value >= enough + rounding)]) <= found
        assert found <= as_set(every[inside & (value >= enough - rounding)])
    assert count > 0
    assert joint_list(problem, worth, slack, enough, limits, room=count - 1)[0] == -1
    assert joint_list(problem, worth, slack, enough, limits, visits=count - 1)[0] == -1
    tighter = joint_list(problem, worth, 0.5 * slack, enough + 0.5 * slack, limits)
    assert tighter[0] < count


def test_group_whose_block_has_no_calendar_has_none() -> None:
    problem = random_problem(1, Recipe(sizes=(2,), horizon=6, pins=0.0))
    problem.limits.must[0, 0] = 0
    problem.limits.allowed[0, :, 0] = False
    wide = np.full(len(problem.rows), np.inf)
    worth = np.zeros(len(problem.rows))
    assert joint_list(problem, worth, np.inf, -np.inf, (-wide, wide))[0] == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [1, 8])
def test_alternatives_are_near_best_and_measured(seed: int, most: int) -> None:
    problem = random_problem(seed, Recipe(sizes=(1, 2, 3), horizon=7, gaps=(1,), rows=True))
    worth = some_worth(np.random.default_rng(seed), problem)
    with Pricer(problem) as pricer:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        answers = pricer.ascend(worth, nowhere)
        if (answers.value == -np.inf).any():
            pytest.skip("a block without any calendar")
        before = answers.starts.copy()
        groups = np.arange(pricer.groups)
        near = pricer.alternatives(worth, answers.starts, groups, most)
        assert np.array_equal(answers.starts, before)
        for p in range(problem.blocks):
            g = int(problem.group[p])
            every = as_set(block_calendars(problem, p))
            found = as_set(near.calendars[p, : near.count[p]])
            assert len(found) == near.count[p]
            assert found <= every
            assert len(found) >= min(most, len(every)) / 2 or len(every) > 200
            others = np.where(problem.group[:, None] == g, before, -1)
            for i in range(near.count[p]):
                changed = others.copy()
                changed[p] = near.calendars[p, i]
                here = pricer.group_rows(g)
                totals = row_totals(problem, changed)
                alone = near.rows[p, i, : here.size] * pricer.row_scale[here]
                outside = [
                    np.isin(problem.rows[r].blocks, np.flatnonzero(problem.group == g)).all()
                    for r in here
                ]
                assert alone[outside] == pytest.approx(totals[here][outside])
