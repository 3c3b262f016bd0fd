"""What one solve leaves to the next: never worse, and only for the same problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.build import build
from optimizer.problem import Problem
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from tests.oracle.memory import tiny_inputs


def richer(problem: Problem, times: float) -> Problem:
    rows = tuple(
        replace(row, limit=row.limit * times) if row.rule == "budget" else row
        for row in problem.rows
    )
    return replace(problem, rows=rows)


@pytest.mark.parametrize("seed", range(6))
def test_a_warm_solve_is_as_good_and_its_line_bounds_the_next(seed: int) -> None:
    workspace, response, spec = tiny_inputs(seed)
    problem = build(workspace, response, spec)
    first = solve(problem, SolveOptions(0.0, 30.0, 1))
    other = richer(problem, 1.5)
    cold = solve(other, SolveOptions(0.0, 30.0, 1))
    warm = solve(other, SolveOptions(0.0, 30.0, 1), warm=first.warmth)
    assert warm.status == cold.status
    if first.warmth is None or cold.objective is None:
        return
    assert warm.objective == pytest.approx(cold.objective, abs=0.005)
    assert first.warmth.fits(other)
    assert first.warmth.bound(other) >= cold.objective - 0.005
    assert first.warmth.bound(problem) == first.warmth.tangent


def test_another_problem_does_not_fit() -> None:
    workspace, response, spec = tiny_inputs(3)
    problem = build(workspace, response, spec)
    left = solve(problem, SolveOptions(0.0, 30.0, 1)).warmth
    assert left is not None
    assert left.fits(problem)
    base = problem.demand.base.copy()
    base[0, 0] = np.nextafter(base[0, 0], np.inf)
    assert not left.fits(replace(problem, demand=replace(problem.demand, base=base)))
    assert not left.fits(replace(problem, rows=problem.rows[:-1]))
    assert not left.fits(replace(problem, account=(*problem.account[:-1], "other")))
