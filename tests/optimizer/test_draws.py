"""Demand under draws: each must be the demand of a response that holds its values outright."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.response import Response
from optimizer.build import build
from optimizer.draws import demands, units_by_draw
from optimizer.problem import Demand
from optimizer.value import units_of
from tests.optimizer.problems import (
    calendar_of,
    event,
    hand_response,
    hand_workspace,
    monday,
    spec_of,
    tiny_inputs,
)
from tests.oracle.drawn import replaced

Rows = list[dict[str, object]]


def assert_same(one: Demand, two: Demand) -> None:
    np.testing.assert_allclose(one.base, two.base, rtol=1e-12)
    for name in ("lift", "pressure", "pull", "carry"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    for name in ("target", "source", "lag", "coefficient"):
        np.testing.assert_array_equal(getattr(one.edges, name), getattr(two.edges, name))


def test_draws_are_the_response_with_their_rows_replaced(tmp_path: Path) -> None:
    for seed in (0, 2, 3, 9, 18):
        workspace, response, spec = tiny_inputs(tmp_path, seed, draws=3)
        problem = build(workspace, response, spec)
        found = list(demands(problem, workspace, response, count=2))
        assert len(found) == 2
        for draw, demand in enumerate(found):
            expected = build(workspace, replaced(response, draw), spec)
            assert_same(demand, expected.demand)
            assert np.abs(demand.lift - problem.demand.lift).max() > 0


def drawn(rows: Rows, **tables: Rows) -> Response:
    return hand_response(draws=[{"draw": 7, **row} for row in rows], **tables)


def test_every_table_can_vary(tmp_path: Path) -> None:
    place = {"account": "A", "product": "S"}
    rows: Rows = [
        {**place, "week": monday(7), "units": 50.0},
        {**place, "tactic": "half", "pull": 0.25},
        {**place, "lag": 1, "coefficient": 0.9},
        {**place, "by_product": "L", "coefficient": -0.7},
        {**place, "by_account": "B", "lag": 1, "coefficient": -0.3},
        {**place, "log_baseline": float(np.log(2.0))},
        {"account": "B", "product": "L", "tactic": "tenth", "log_lift": 0.5},
    ]
    tables: dict[str, Rows] = {
        "carry": [{**place, "lag": 1, "coefficient": 0.2}],
        "cross": [{**place, "by_product": "L", "coefficient": 0.0}],
        "rival": [{**place, "by_account": "B", "lag": 1, "coefficient": -0.1}],
    }
    response = drawn(rows, **tables)
    workspace = hand_workspace(tmp_path)
    problem = build(workspace, response, spec_of())
    (demand,) = demands(problem, workspace, response, count=200)
    s = list(zip(problem.account, problem.product, strict=True)).index(("A", "S"))
    # The tail repeats the last week of the horizon, in a draw too.
    np.testing.assert_allclose(demand.base[s], [200] * 7 + [100, 100])
    assert demand.pull[s, 1] == 0.25
    assert demand.pressure[s, 1] == problem.demand.pressure[s, 1]
    assert demand.carry[s].tolist() == [0.9]
    assert sorted(demand.edges.coefficient.tolist()) == [-0.7, -0.3]
    assert demand.edges.target.tolist() == problem.demand.edges.target.tolist()
    (found,) = units_by_draw(
        problem, workspace, response, calendar_of(problem, [event("A", "L", 1)]), 5
    )
    other, units = found
    np.testing.assert_array_equal(other.base, demand.base)
    np.testing.assert_allclose(units[s, 1], 200 * np.exp(-0.7 * np.log(2.0)))


def test_history_is_felt_in_draws(tmp_path: Path) -> None:
    place = {"account": "A", "product": "S"}
    events: Rows = [
        {**place, "tactic": "half", "start_week": monday(-1), "weeks": 1, "status": "actual"}
    ]
    rows: Rows = [{**place, "lag": 1, "coefficient": 2.0}]
    response = drawn(rows, carry=[{**place, "lag": 1, "coefficient": 1.0}])
    workspace = hand_workspace(tmp_path, events=events)
    problem = build(workspace, response, spec_of())
    (demand,) = demands(problem, workspace, response, count=1)
    np.testing.assert_allclose(problem.demand.base[1, :2], [50, 100])
    np.testing.assert_allclose(demand.base[1, :2], [25, 100])
    grid = np.zeros((problem.blocks, problem.horizon), dtype=np.int64)
    np.testing.assert_array_equal(units_of(problem, grid, demand), demand.base)


def test_draws_of_other_pairs_change_nothing(tmp_path: Path) -> None:
    rows: Rows = [
        {"account": "B", "product": "S", "tactic": "half", "log_lift": 1.0},
        {"account": "B", "product": "S", "week": monday(1), "units": 5.0},
        {"account": "B", "product": "S", "by_product": "L", "coefficient": 1.0},
        {"account": "B", "product": "S", "lag": 1, "coefficient": 1.0},
        {"account": "B", "product": "S", "log_baseline": 1.0},
        {"account": "A", "product": "S", "elasticity": -1.0},
    ]
    tables: dict[str, Rows] = {
        "carry": [{"account": "B", "product": "S", "lag": 1, "coefficient": 0.1}],
        "cross": [{"account": "B", "product": "S", "by_product": "L", "coefficient": 0.1}],
        "price": [{"account": "A", "product": "S", "elasticity": -2.0}],
    }
    response = drawn(rows, **tables)
    workspace = hand_workspace(tmp_path)
    problem = build(workspace, response, spec_of(include={"accounts": ["A"]}))
    (demand,) = demands(problem, workspace, response, count=1)
    assert_same(demand, problem.demand)


def test_without_draws_there_is_nothing(tmp_path: Path) -> None:
    workspace, response = hand_workspace(tmp_path), hand_response()
    problem = build(workspace, response, spec_of())
    assert list(demands(problem, workspace, response, count=9)) == []
    assert isinstance(response.draws, pd.DataFrame)
