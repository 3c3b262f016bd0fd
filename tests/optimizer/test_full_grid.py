"""The full-grid MILP: right on what it accepts, and it refuses the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.full_grid import NotSeparable, full_grid
from optimizer.master import Solver, Status
from optimizer.problem import Calendar, Edges, Problem
from optimizer.solution import SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.value import value
from optimizer.violations import violations
from tests.optimizer.problems import tiny_problem


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def problem_of_seed(seed: int, folder: Path) -> Problem:
    """The tiny problem of a seed, its soft rules left out: the full grid refuses them."""
    problem = tiny_problem(folder, seed)[1]
    return replace(problem, rows=tuple(row for row in problem.rows if not row.soft))


def without_interactions(problem: Problem) -> Problem:
    """The same problem where no event changes what another earns."""
    none = np.zeros(0, dtype=np.int64)
    edges = Edges(none, none, none, np.zeros(0))
    carry = np.zeros_like(problem.demand.carry)
    return replace(problem, demand=replace(problem.demand, edges=edges, carry=carry))


def one_event_each(problem: Problem) -> Problem:
    """The same problem, its first two blocks limited to one event each, the others to none."""
    most = np.minimum(problem.limits.max_events, (np.arange(problem.blocks) < 2).astype(np.int64))
    return replace(problem, limits=replace(problem.limits, max_events=most))


def exhaustive(problem: Problem) -> int | None:
    """The most cents of at most one event in each of the first two blocks, all rules kept."""
    best: int | None = None
    shapes = list(zip(problem.shapes.tactic, problem.shapes.weeks, strict=True))
    options = [
        [(), *((b, start, k, n) for k, n in shapes for start in range(problem.horizon - n + 1))]
        for b in range(min(2, problem.blocks))
    ]
    for chosen in itertools.product(*options):
        rows = np.array([event for event in chosen if event], dtype=np.int64).reshape(-1, 4).T
        calendar = Calendar(rows[0], rows[2], rows[1], rows[3])
        outcome = value(problem, calendar)
        earned = int(outcome.profit.sum() - outcome.profit_no_promotion.sum())
        if (best is None or earned > best) and not violations(problem, calendar, outcome):
            best = earned
    return best


def test_agrees_with_exhaustive_search(solver: Solver, tmp_path: Path) -> None:
    feasible = 0
    for seed in range(10):
        problem = without_interactions(problem_of_seed(seed, tmp_path))
        if (problem.limits.must >= 0).any():
            continue
        answer = full_grid(one_event_each(problem), solver)
        best = exhaustive(problem)
        feasible += best is not None
        assert answer.objective == best, seed
        assert answer.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)
    assert feasible >= 2


def test_the_algorithm_agrees_where_events_stand_alone(solver: Solver, tmp_path: Path) -> None:
    for seed in range(6):
        problem = without_interactions(problem_of_seed(seed, tmp_path))
        answer = full_grid(problem, solver)
        solution = solve(problem, SolveOptions(gap=0.0, seconds=20.0))
        if answer.calendar is None:
            assert answer.status is Status.INFEASIBLE
            assert solution.status is SolutionStatus.INFEASIBLE
            continue
        assert not violations(problem, answer.calendar)
        assert answer.objective is not None
        assert solution.objective is not None
        assert solution.bound is not None
        outcome = value(problem, answer.calendar)
        assert int(outcome.profit.sum() - outcome.profit_no_promotion.sum()) == answer.objective
        assert round(solution.objective * 100) == answer.objective
        assert solution.bound >= answer.objective / 100 - 1e-9


def test_control_a_wrong_worth_is_noticed(solver: Solver, tmp_path: Path) -> None:
    """With lifts a tenth higher the grid no longer agrees with the exhaustive search."""
    differs = 0
    for seed in range(8):
        problem = one_event_each(without_interactions(problem_of_seed(seed, tmp_path)))
        wrong = replace(problem, demand=replace(problem.demand, lift=1.1 * problem.demand.lift))
        differs += full_grid(problem, solver).objective != full_grid(wrong, solver).objective
    assert differs >= 2


def test_refuses_cross_effects_and_touching_dips(solver: Solver, tmp_path: Path) -> None:
    problem = problem_of_seed(1, tmp_path)
    assert problem.demand.edges.coefficient.any()
    with pytest.raises(NotSeparable, match="change the sales of"):
        full_grid(problem, solver)
    apart = without_interactions(problem)
    dips = np.full((problem.blocks, 2), 0.3)
    pressed = np.ones_like(apart.demand.pressure)
    dipping = replace(apart, demand=replace(apart.demand, carry=dips, pressure=pressed))
    with pytest.raises(NotSeparable, match="within the 2 weeks"):
        full_grid(dipping, solver)
    ends = np.arange(problem.horizon + 1)
    gap = np.broadcast_to(np.minimum(ends + 2, problem.horizon), apart.limits.free.shape)
    full_grid(replace(dipping, limits=replace(apart.limits, free=gap.copy())), solver)


def test_a_pinned_event_that_cannot_run_is_infeasible(solver: Solver, tmp_path: Path) -> None:
    problem = without_interactions(problem_of_seed(1, tmp_path))
    must = np.full_like(problem.limits.must, -1)
    must[0, 0] = 0
    allowed = problem.limits.allowed.copy()
    allowed[0, 0, 0] = False
    limits = replace(problem.limits, must=must, allowed=allowed)
    assert full_grid(replace(problem, limits=limits), solver).status is Status.INFEASIBLE
