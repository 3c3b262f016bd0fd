"""Products of a line: one group, shared limits, columns that keep them together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer.kernels.arrays import pack
from optimizer.lines import Lines
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Problem
from optimizer.solution import SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.value import value
from optimizer.violations import violations
from tests.optimizer.problems import PRODUCTS, TACTIC, Rows, hand_problem, monday
from tests.optimizer.random_problem import calendar_of

LINE: Rows = [{**row, "line": "l1"} for row in PRODUCTS]
TOGETHER = {"rule": "together"}


def lined(folder: Path, *rules: dict[str, object], **tables: Rows) -> Problem:
    return hand_problem(folder, TOGETHER, *rules, products=LINE, **tables)


def test_a_line_is_of_one_group_and_may_what_all_may(tmp_path: Path) -> None:
    problem = lined(tmp_path, {"rule": "max_events", "value": 2, "product": "S", "account": "A"})
    assert [line.tolist() for line in problem.lines] == [[0, 1], [2, 3]]
    assert problem.group.tolist() == [0, 0, 1, 1]
    assert problem.limits.max_events.tolist() == [2, 2, 8, 8]
    some = hand_problem(tmp_path / "2", {**TOGETHER, "account": "B"}, products=LINE)
    assert [line.tolist() for line in some.lines] == [[2, 3]]
    assert hand_problem(tmp_path / "3", TOGETHER).lines == ()  # only S has a line


def test_a_pin_of_one_is_a_pin_of_all_and_pins_at_odds_leave_no_plan(tmp_path: Path) -> None:
    pin = {"account": "A", "product": "S", "tactic": "half", "status": "pinned", "weeks": 1}
    problem = lined(tmp_path, events=[{**pin, "start_week": monday(2)}])
    assert (problem.limits.must[:, 2] >= 0).tolist() == [True, True, False, False]
    other = {**pin, "product": "L", "weeks": 2, "start_week": monday(2)}
    at_odds = lined(tmp_path / "2", events=[{**pin, "start_week": monday(2)}, other])
    assert at_odds.broken
    assert solve(at_odds, SolveOptions(seconds=9.0)).status is SolutionStatus.INFEASIBLE


def test_columns_that_differ_are_replaced_by_ones_that_agree(tmp_path: Path) -> None:
    problem = lined(tmp_path)
    with Pricer(problem) as pricer:
        lines, pool = Lines(pricer), Pool(pricer)
        starts = np.full((2, 8), -1, dtype=np.int16)
        starts[0, 1] = starts[1, 4] = 0
        assert not lines.kept(0, starts)
        assert pool.add_one(0, starts, 0.0, np.zeros(pricer.group_rows(0).size))
        assert pool.count(0) == 2
        assert not pool.add_one(0, starts, 0.0, np.zeros(pricer.group_rows(0).size))
        for column in range(2):
            mine = pool.starts(0, column)
            assert (mine[0] == mine[1]).all()
            both = np.full((4, 8), -1, dtype=np.int64)
            both[:2] = mine
            outcome = value(problem, calendar_of(problem, both))
            gained = int(outcome.profit.sum() - outcome.profit_no_promotion.sum())
            assert pool.profit(0)[column] == gained
        pool.add_many(0, starts[None].astype(np.int64), np.zeros(1), np.zeros((1, 1)))
        assert pool.count(0) == 2


@pytest.mark.parametrize("lift", [1.0, 3.0])
def test_the_plan_shares_events_where_that_pays(tmp_path: Path, lift: float) -> None:
    cheap: Rows = [{**TACTIC, "event_fee": 0, "funding_share": 0.4 / lift}]
    problem = lined(tmp_path, {"rule": "max_events", "value": 1}, tactics=cheap)
    free = hand_problem(
        tmp_path / "2", {"rule": "max_events", "value": 1}, products=LINE, tactics=cheap
    )
    found, apart = (solve(p, SolveOptions(gap=0.0, seconds=60.0)) for p in (problem, free))
    assert found.calendar is not None
    assert not violations(problem, found.calendar)
    assert found.objective is not None
    assert apart.objective is not None
    assert found.objective <= apart.objective
    assert found.bound is not None
    assert found.bound >= found.objective
    assert pack(problem).group_start.tolist() == [0, 2, 4]
