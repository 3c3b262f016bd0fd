"""Solvers by name: the same answers as HiGHS, each held against exhaustive search."""

from __future__ import annotations

import pytest

from optimizer.master import Result, Solver, Status
from optimizer.other_masters import installed
from tests.optimizer.test_master import exhaustive, random_program
from tests.oracle.contest import contest

OTHERS = ("scip", "cbc", "gurobi")


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name not in installed():
        pytest.skip(f"{name} is not installed here")
    return name


def test_highs_and_scip_are_here_to_be_tested() -> None:
    assert installed()[:2] == ("highs", "scip")


def test_equals_exhaustive_search(other: str) -> None:
    statuses = set()
    with Solver(master=other) as solver:
        for seed in range(15):
            one = random_program(seed)
            best, result = exhaustive(one), solver.solve(one, 20.0)
            statuses.add(result.status)
            if best is None:
                assert result == Result(Status.INFEASIBLE, message=result.message)
                continue
            assert result.status is Status.OPTIMAL, (seed, result)
            assert result.objective == pytest.approx(best, abs=1e-6)
            assert result.bound is not None
            assert result.bound >= best - 1e-6
        assert solver.troubles == []
    assert statuses == {Status.OPTIMAL, Status.INFEASIBLE}


def test_linear_masters_keep_their_duals(other: str) -> None:
    with Solver(master=other) as solver:
        result = solver.solve(random_program(0), 20.0, relaxed=True)
    assert result.row_duals is not None


def test_whole_plans(other: str) -> None:
    with Solver(master=other) as solver:
        for seed in range(4):
            assert contest(seed, solver).complaints() == []


def test_a_solver_that_is_not_there_fails_and_is_reported() -> None:
    with Solver(master="nobody") as solver:
        result = solver.solve(random_program(0), 20.0)
        assert result.status is Status.FAILED
        assert solver.troubles == [result.message]
