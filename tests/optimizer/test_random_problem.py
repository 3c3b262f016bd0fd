"""The oracles of the kernels' tests agree with the one definition of value."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.kernels.arrays import prices_of
from optimizer.value import value
from tests.optimizer.joint_values import joint_calendars, joint_values
from tests.optimizer.random_problem import (
    Recipe,
    block_calendars,
    calendar_of,
    draw_calendar,
    random_problem,
    row_totals,
    starts_of,
)


@pytest.mark.parametrize("seed", range(10))
def test_joint_values_are_profit_and_priced_rows(seed: int) -> None:
    problem = random_problem(seed, Recipe(sizes=(3,), horizon=6, max_events=(1, 2)))
    rng = np.random.default_rng(seed)
    worth = rng.normal(0.0, 1.0, len(problem.rows))
    lists = [block_calendars(problem, p)[:6] for p in range(3)]
    values = joint_values(problem, [0, 1, 2], lists, prices_of(problem, worth)).ravel()
    for starts, found in zip(joint_calendars(lists), values, strict=True):
        outcome = value(problem, calendar_of(problem, starts))
        exact = outcome.profit.sum() / 100.0 + worth @ row_totals(problem, starts)
        # Each of some 30 weeks and 8 rows is rounded to a cent.
        assert found == pytest.approx(exact, abs=0.5)
        assert abs(found - exact) > 0 or exact == 0  # unrounded, so never quite the same


@pytest.mark.parametrize("seed", range(10))
def test_drawn_calendars_keep_the_blocks_limits(seed: int) -> None:
    problem = random_problem(seed, Recipe(sizes=(1, 2), horizon=6))
    starts = draw_calendar(np.random.default_rng(seed), problem)
    assert starts_of(problem, calendar_of(problem, starts)).tolist() == starts.tolist()
    for p in range(problem.blocks):
        known = block_calendars(problem, p).tolist()
        assert starts[p].tolist() in known or not known
