"""Groups are priced and bounded part by part; money rounds within what is allowed for it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import optimizer.pricing
from optimizer.cancellation import Cancelled, Clock
from optimizer.kernels.arrays import prices_of
from optimizer.kernels.payments import Steps
from optimizer.pricing import Pricer, Proposals
from optimizer.problem import Quantity
from tests.optimizer.joint_values import joint_values
from tests.optimizer.random_problem import Recipe, draw_calendar, random_problem, row_totals
from tests.optimizer.stages import MIDDLE, SMALL, possible_problem
from tests.optimizer.test_copies import some_worth


def test_rounding_to_cents_stays_within_its_allowance() -> None:
    for seed in range(20):
        problem = random_problem(seed, Recipe(sizes=(2, 1)))
        rng = np.random.default_rng(seed)
        worth = some_worth(rng, problem)
        z = prices_of(problem, worth)
        with Pricer(problem) as pricer:
            starts = draw_calendar(rng, problem)
            climbed = pricer.ascend(worth, starts)
            if (climbed.value == -np.inf).any():
                continue
            lists = [row[None] for row in climbed.starts]
            exact = joint_values(problem, [0, 1], lists[:2], z).item()
            exact += joint_values(problem, [2], lists[2:], z).item()
            told = climbed.value.sum() + pricer.baseline.sum()
            assert abs(told - exact) <= pricer.rounding(worth)
            totals = row_totals(problem, climbed.starts)
            assert told == pytest.approx(
                climbed.profit.sum() / 100.0 + worth @ totals + pricer.baseline.sum()
            )


def test_bounds_of_some_groups_and_within_some_time() -> None:
    problem = possible_problem(MIDDLE, 2)
    worth = np.zeros(len(problem.rows))
    with Pricer(problem) as pricer:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        found = pricer.ascend(worth, nowhere)
        first = pricer.bound(worth, found, Steps(1))
        some = np.array([3, 7, 20])
        more = pricer.bound(worth, found, Steps(10), groups=some)
        assert np.flatnonzero(np.isfinite(more.value)).tolist() == some.tolist()
        both = more.but(first)
        others = np.setdiff1d(np.arange(pricer.groups), some)
        assert both.value[some] == pytest.approx(more.value[some])
        assert both.value[others] == pytest.approx(first.value[others])
        assert np.isfinite(both.blocks).all()


def test_parts_that_time_runs_out_on_are_left_out() -> None:
    problem = possible_problem(replace(MIDDLE, sizes=MIDDLE.sizes * 8), 2)
    worth = np.zeros(len(problem.rows))
    with Pricer(problem) as pricer:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        found = pricer.ascend(worth, nowhere)
        whole = pricer.bound(worth, found, Steps(5), clock=Clock(600.0))
        assert np.isfinite(whole.value).all()
        pricer.forget()
        late = pricer.bound(worth, found, Steps(5), clock=Clock(0.0))
        known = np.isfinite(late.value)
        assert not known.all()  # parts that had begun are finished, no others
        assert late.value[known] == pytest.approx(whole.value[known])
        assert pricer.total(late, worth) == np.inf
        assert late.but(whole).value == pytest.approx(whole.value)


def test_bounds_are_above_ascents_and_payments_are_kept() -> None:
    problem = possible_problem(MIDDLE, 2)
    worth = np.zeros(len(problem.rows))
    with Pricer(problem) as pricer:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        found = pricer.ascend(worth, nowhere)
        first = pricer.bound(worth, found, Steps(1))
        further = pricer.bound(worth, found, Steps(10))
        again = pricer.bound(worth, found, Steps(1))
        assert (first.value >= found.value - pricer.rounding(worth)).all()
        assert (further.value <= first.value + 1e-6).all()
        assert again.value == pytest.approx(further.value, abs=1e-6)
        assert further.value.sum() < first.value.sum()
        pricer.forget()
        assert np.isnan(further.payments).all()
        assert pricer.bound(worth, found, Steps(1)).value == pytest.approx(first.value, abs=1e-6)
        limits = np.array([row.limit for row in problem.rows])
        some = np.abs(some_worth(np.random.default_rng(1), problem))
        total = pricer.total(first, some)
        assert total == pytest.approx(
            first.value.sum() - some @ limits + pricer.rounding(some), abs=1e-6
        )


def test_payments_beyond_memory_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizer.pricing, "_STORE_LIMIT", 10)
    problem = possible_problem(SMALL, 1)
    worth = np.zeros(len(problem.rows))
    with Pricer(problem) as pricer:
        found = pricer.ascend(worth, np.full(pricer.arrays.must.shape, -1, dtype=np.int64))
        bounds = pricer.bound(worth, found, Steps(5))
        assert bounds.payments.size == 0
        assert (bounds.value >= found.value - pricer.rounding(worth)).all()


def test_parts_hold_every_group_once() -> None:
    problem = possible_problem(MIDDLE, 1)
    with Pricer(problem) as pricer:
        for groups in (np.arange(pricer.groups), np.array([3]), np.array([5, 2, 9])):
            for most in (1, 7, 60, 1000):
                parts = pricer._parts(groups, most)
                assert np.array_equal(np.concatenate(parts), groups)
        assert pricer._parts(np.zeros(0, dtype=np.int64), 5) == []
        nothing = pricer.ascend(
            np.zeros(len(problem.rows)),
            np.full(pricer.arrays.must.shape, -1, dtype=np.int64),
            groups=np.zeros(0, dtype=np.int64),
        )
        assert (nothing.value == -np.inf).all()


def test_cancelling_stops_between_parts() -> None:
    big = replace(MIDDLE, sizes=(4,) * 60, horizon=52)
    problem = random_problem(1, big)
    with Pricer(problem, cancelled=lambda: True) as pricer:
        starts = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        reference = Proposals(
            starts, np.zeros(60), np.zeros(pricer.arrays.group_rows.size), np.zeros(60)
        )
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            pricer.bound(np.zeros(len(problem.rows)), reference, Steps(40))
        assert time.monotonic() - begun < 8.0


def test_row_scale_is_cents_for_money() -> None:
    problem = random_problem(1)
    with Pricer(problem) as pricer:
        for row, scale in zip(problem.rows, pricer.row_scale, strict=True):
            money = row.quantity in (Quantity.SPEND, Quantity.RETAILER_PROFIT)
            assert scale == (0.01 if money else 1.0)
