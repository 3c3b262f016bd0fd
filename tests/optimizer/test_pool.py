"""The pool keeps every column once, with its money, and finds it again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from optimizer.incumbent import Incumbent, assess, calendar_of, lacks
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Sense
from optimizer.value import value
from tests.optimizer.random_problem import row_totals, starts_of
from tests.optimizer.stages import SMALL, possible_problem


@pytest.fixture
def pricer() -> Iterator[Pricer]:
    with Pricer(possible_problem(SMALL, 2)) as one:
        yield one


def filled(pricer: Pricer) -> Pool:
    pool = Pool(pricer)
    rng = np.random.default_rng(1)
    starts = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    for _ in range(12):
        pool.add(pricer.ascend(rng.normal(0.0, 0.3, len(pricer.problem.rows)), starts))
    pool.add(pricer.ascend(np.zeros(len(pricer.problem.rows)), starts))
    return pool


def test_a_column_is_kept_once(pricer: Pricer) -> None:
    pool = Pool(pricer)
    starts = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    worth = np.zeros(len(pricer.problem.rows))
    found = pricer.ascend(worth, starts)
    assert pool.add(found) == pricer.groups
    assert pool.add(found) == 0
    assert pool.add(pricer.ascend(worth, starts, groups=np.array([1])), groups=np.array([0])) == 0
    a = pricer.arrays
    for g in range(pricer.groups):
        own = found.starts[a.group_start[g] : a.group_start[g + 1]]
        assert pool.find(g, own) == 0
        assert np.array_equal(pool.starts(g, 0), own)
        assert pool.profit(g)[0] == found.profit[g]
        assert pool.value(g, worth)[0] == pytest.approx(found.value[g])
        with pytest.raises(KeyError):
            pool.find(g, own + 1)


def test_growing_loses_nothing(pricer: Pricer) -> None:
    pool = Pool(pricer)
    a = pricer.arrays
    shape = (a.group_start[1] - a.group_start[0], a.must.shape[1])
    calendars = np.arange(50)[:, None, None] + np.zeros((1, *shape), dtype=np.int64)
    rows = np.arange(50.0)[:, None] + np.zeros((1, pricer.group_rows(0).size))
    pool.add_many(0, calendars, np.arange(50.0), rows)
    pool.add_many(0, calendars, np.arange(50.0), rows)
    assert pool.count(0) == 50
    assert pool.profit(0).tolist() == list(range(50))
    assert np.array_equal(pool.rows(0), rows)
    assert all(pool.find(0, calendar) == i for i, calendar in enumerate(calendars))


def test_best_takes_what_the_pool_knows_better(pricer: Pricer) -> None:
    pool = filled(pricer)
    worth = np.zeros(len(pricer.problem.rows))
    poor = pricer.ascend(
        worth, np.full(pricer.arrays.must.shape, -1, dtype=np.int64), event_worth=-1e9
    )
    best = pool.best(worth, poor)
    for g in range(pricer.groups):
        assert best.value[g] == max(poor.value[g], pool.value(g, worth).max())
    assert best.value.sum() > poor.value.sum()
    totals = row_totals(pricer.problem, best.starts)
    assert best.value.sum() == pytest.approx(best.profit.sum() / 100.0 + worth @ totals)
    assert Pool(pricer).best(worth, poor).value.tolist() == poor.value.tolist()


def test_alternatives_become_columns(pricer: Pricer) -> None:
    pool = filled(pricer)
    worth = np.zeros(len(pricer.problem.rows))
    answers = pricer.ascend(worth, np.full(pricer.arrays.must.shape, -1, dtype=np.int64))
    everyone = np.arange(pricer.groups)
    near = pricer.alternatives(worth, answers.starts, everyone, 6)
    before = sum(pool.count(g) for g in everyone)
    new = pool.add_alternatives(near, answers.starts, everyone)
    assert new > 0
    assert sum(pool.count(g) for g in everyone) == before + new
    assert pool.add_alternatives(near, answers.starts, everyone) == 0


def test_a_choice_of_columns_is_judged_like_its_calendar(pricer: Pricer) -> None:
    pool = filled(pricer)
    rng = np.random.default_rng(3)
    typical = rng.uniform(0.5, 2.0, len(pricer.problem.rows))
    for _ in range(10):
        columns = np.array([rng.integers(pool.count(g)) for g in range(pricer.groups)])
        judged = assess(pricer, pool, columns, typical)
        calendar = calendar_of(pricer, pool, columns)
        outcome = value(pricer.problem, calendar)
        earned = outcome.profit.sum() - outcome.profit_no_promotion.sum()
        assert round(judged.objective * 100) == earned
        totals = row_totals(pricer.problem, starts_of(pricer.problem, calendar))
        assert judged.totals == pytest.approx(totals)
        limits = np.array([row.limit for row in pricer.problem.rows])
        ceiling = np.array([row.sense == Sense.AT_MOST for row in pricer.problem.rows])
        missing = np.maximum(0.0, np.where(ceiling, totals - limits, limits - totals))
        assert judged.lacking == pytest.approx(missing @ typical, abs=1e-3)
        assert judged.feasible == (missing <= 1e-4).all()


def test_lacks_forgives_a_hundredth_of_a_cent_and_no_more(pricer: Pricer) -> None:
    limits = np.array([row.limit for row in pricer.problem.rows])
    worse = np.array([1.0 if row.sense == Sense.AT_MOST else -1.0 for row in pricer.problem.rows])
    assert (lacks(pricer, limits) == 0).all()
    assert (lacks(pricer, limits + 0.9e-7 * worse) == 0).all()
    assert (lacks(pricer, limits + 0.01 * worse) > 0).all()
    assert (lacks(pricer, limits - 5.0 * worse) == 0).all()


def test_less_lacking_beats_more_profit() -> None:
    def plan(objective: float, lacking: float) -> Incumbent:
        return Incumbent(np.zeros(0, np.int64), objective, np.zeros(0), lacking)

    assert plan(1.0, 0.0).beats(None)
    assert plan(1.0, 0.0).beats(plan(9.0, 0.1))
    assert not plan(9.0, 0.1).beats(plan(1.0, 0.0))
    assert plan(2.0, 0.0).beats(plan(1.0, 0.0))
    assert not plan(1.0, 0.0).beats(plan(1.0, 0.0))
