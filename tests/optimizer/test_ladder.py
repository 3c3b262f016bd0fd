"""Rungs, corridors and what a regular price does, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.build import build
from optimizer.codes import codes_of, levels_in, shapes_in
from optimizer.problem import Moves, Problem
from optimizer.regular_prices import moves_of, regular_prices
from optimizer.row_totals import row_totals
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from optimizer.value import value
from optimizer.violations import violations
from tests.optimizer.problems import (
    LISTINGS,
    Rows,
    calendar_of,
    event,
    hand_response,
    hand_workspace,
    spec_of,
)

ELASTIC: Rows = [{"account": a, "product": p, "elasticity": -2.0} for a in "AB" for p in "SL"]


def priced(
    folder: Path,
    ladder: list[float],
    *rules: dict[str, object],
    changes: int = 1,
    listings: Rows = LISTINGS,
    **keys: object,
) -> Problem:
    workspace = hand_workspace(folder, listings=listings)
    spec = spec_of(*rules, prices={"ladder": ladder, "changes": changes}, **keys)
    return build(workspace, hand_response(price=ELASTIC), spec)


def moved(problem: Problem, block: int, week: int, level: int, *events: object) -> object:
    one = (np.array([n], dtype=np.int64) for n in (block, week, level))
    return replace(calendar_of(problem, list(events)), moves=Moves(*one))  # type: ignore[arg-type]


def test_rungs_are_cents_within_the_corridor_and_each_price_once(tmp_path: Path) -> None:
    rows: Rows = [{**row, "base_price": 0.99, "list_price": 0.5} for row in LISTINGS]
    rows[1] = {**rows[1], "min_price": 0.95, "max_price": 1.0}
    problem = priced(tmp_path, [1.0, 0.951, 0.949, 1.1, 1.003], listings=rows)
    ladder = problem.ladder
    assert ladder is not None
    # .949 x .99 = .9395, .951 x .99 = .9415: both .94; 1.003 x .99 is .99 again; 1.1 x .99 is 1.09
    assert ladder.price[0].tolist() == [0.99, 0.94, 0.94, 0.99, 1.09]
    corridor = problem.product.index("S" if rows[1]["product"] == "S" else "L")
    assert problem.account[corridor] == "A"
    assert ladder.permitted[corridor].tolist() == [True, False, False, False, False]
    other = int(np.flatnonzero([a == "B" for a in problem.account])[0])
    assert ladder.permitted[other].tolist() == [True, True, False, False, True]


def test_a_lower_price_by_hand(tmp_path: Path) -> None:
    """5.00 to 4.00 from week 3 on: 100 x .8^-2 = 156.25 units in five weeks, not in the tail."""
    problem = priced(tmp_path, [0.8])
    block = list(zip(problem.account, problem.product, strict=True)).index(("A", "S"))
    outcome = value(problem, moved(problem, block, 3, 1))  # type: ignore[arg-type]
    assert outcome.units[block].tolist() == pytest.approx([100.0] * 3 + [156.25] * 5)
    assert outcome.objective_cents == 5 * 5625 * 2
    # The shop: 4 / 1.25 - 3 - .1 = .1 on 156.25 units, before 5 / 1.25 - 3.1 = .9 on 100.
    week = outcome.retailer_profit[block, 3] - outcome.retailer_profit_no_promotion[block, 3]
    assert week == 1562 - 9000


def test_depth_and_funding_are_off_the_new_price(tmp_path: Path) -> None:
    problem = priced(tmp_path, [0.8])
    block = list(zip(problem.account, problem.product, strict=True)).index(("A", "S"))
    calendar = moved(problem, block, 0, 1, event("A", "S", 2))
    outcome = value(problem, calendar)  # type: ignore[arg-type]
    assert outcome.units[block, 2] == pytest.approx(312.5)
    # funding .4 x .5 x 4 / 1.25 = .64
    assert outcome.variable_spend[block, 2] == 20000


def test_too_many_changes_and_changes_in_events_are_violations(tmp_path: Path) -> None:
    problem = priced(tmp_path, [0.8])
    block = list(zip(problem.account, problem.product, strict=True)).index(("A", "S"))
    inside = moved(problem, block, 3, 1, event("A", "S", 2, 2))
    assert [v.name for v in violations(problem, inside)] == ["prices"]  # type: ignore[arg-type]
    twice = Moves(np.array([block, block]), np.array([1, 5]), np.array([1, 0]))
    calendar = replace(calendar_of(problem, []), moves=twice)
    assert [v.name for v in violations(problem, calendar)] == ["prices"]
    assert not violations(priced(tmp_path, [0.8], changes=2), calendar)


def test_the_plan_keeps_a_floor(tmp_path: Path) -> None:
    """Every price would fall to 4.00 but for a floor in A."""
    rows: Rows = [{"rule": "blackout"}]
    floor = {"rule": "price_floor", "value": 4.4, "account": "A"}
    problem = priced(tmp_path, [0.8, 0.9], *rows, floor)
    found = solve(problem, SolveOptions(gap=0.0, seconds=20.0))
    assert found.calendar is not None
    prices = regular_prices(problem, found.calendar)
    for block, account in enumerate(problem.account):
        assert set(prices[block]) == {4.5 if account == "A" else 4.0}
    assert found.bound is not None
    assert found.objective is not None
    assert found.bound - found.objective < 0.2  # what rounding 4 x 8 weeks to cents could add
    assert row_totals(problem, found.calendar).size == len(problem.rows)


def test_codes_say_shapes_and_levels() -> None:
    starts = np.array([-1, 2, -1, 0, -1])
    levels = np.array([0, 1, 1, 2, 0])
    codes = codes_of(starts, levels, 3)
    assert shapes_in(codes, 3).tolist() == starts.tolist()
    assert levels_in(codes, 3).tolist() == levels.tolist()
    assert codes_of(starts, 0 * levels, 3).tolist() == starts.tolist()  # fixed: shapes as ever
    moves = moves_of(np.array([[0, 0, 0], [1, 1, 0]]))
    assert (moves.block.tolist(), moves.week.tolist()) == ([1, 1], [0, 2])
    assert moves.level.tolist() == [1, 0]
