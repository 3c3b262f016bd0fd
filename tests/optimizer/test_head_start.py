"""Head starts: sooner there, as good, and never believed where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import optimizer.solve
from optimizer.build import build
from optimizer.master import Solver
from optimizer.problem import Problem, Sense
from optimizer.solution import Solution, SolveOptions
from optimizer.solve import solve
from tests.optimizer.random_problem import row_totals, starts_of
from tests.optimizer.stages import MIDDLE, SMALL, possible_problem
from tests.oracle.memory import inputs_of
from tests.oracle.tiny_prices import tiny_priced

OPTIONS = SolveOptions(gap=0.002, seconds=600.0)
EXACT = SolveOptions(gap=0.0, seconds=60.0)


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


@pytest.fixture(scope="module")
def problem() -> Problem:
    return possible_problem(MIDDLE, 1)


@pytest.fixture(scope="module")
def base(problem: Problem, solver: Solver) -> Solution:
    return solve(problem, OPTIONS, solver=solver)


def tighter(problem: Problem) -> Problem:
    """Ceilings of nine tenths, and costs that are two per cent higher."""
    rows = tuple(
        replace(row, limit=0.9 * row.limit) if row.sense is Sense.AT_MOST and row.limit > 0 else row
        for row in problem.rows
    )
    money = replace(problem.money, unit_cost=1.02 * problem.money.unit_cost)
    return replace(problem, rows=rows, money=money)


def test_it_is_sooner_there_and_as_good(
    problem: Problem, base: Solution, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ascend = optimizer.solve.Pricer.ascend

    def counted(*given: object, **named: object) -> object:
        if named.get("passes") == 1:  # a step of the walk of prices
            asked.append(1)
        return ascend(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(optimizer.solve.Pricer, "ascend", counted)
    other = tighter(problem)
    cold = solve(other, OPTIONS, solver=solver)
    needed, asked[:] = len(asked), []
    warm = solve(other, OPTIONS, solver=solver, head=base.head)
    assert 0 < len(asked) < 0.2 * needed
    assert warm.objective is not None
    assert warm.bound is not None
    assert cold.objective is not None
    assert cold.bound is not None
    assert warm.objective >= 0.99 * cold.objective
    # Both are bounds on the same problem: neither plan may be above the other's.
    assert warm.objective <= cold.bound
    assert cold.objective <= warm.bound
    assert warm.calendar is not None
    starts = starts_of(other, warm.calendar)
    for row, total in zip(other.rows, row_totals(other, starts), strict=True):
        missing = total - row.limit if row.sense == Sense.AT_MOST else row.limit - total
        assert missing <= 1e-4, row.name
    again = solve(other, OPTIONS, solver=solver, head=base.head)
    assert str(again.calendar) == str(warm.calendar)
    assert again.bound == warm.bound


def test_nonsense_in_it_makes_no_bound_too_low(
    problem: Problem, base: Solution, solver: Solver
) -> None:
    """Prices are only where the walk begins."""
    assert base.head is not None
    assert base.objective is not None
    wild = replace(
        base.head,
        worth={name: 5.0 * worth for name, worth in base.head.worth.items()},
    )
    found = solve(problem, OPTIONS, solver=solver, head=wild)
    assert found.bound is not None
    assert found.bound >= base.objective


def test_one_of_another_problem_is_left_aside(base: Solution, solver: Solver) -> None:
    other = possible_problem(SMALL, 1)
    alone = solve(other, OPTIONS, solver=solver)
    beside = solve(other, OPTIONS, solver=solver, head=base.head)
    assert (beside.objective, beside.bound) == (alone.objective, alone.bound)
    assert str(beside.calendar) == str(alone.calendar)


def test_prices_that_a_plan_may_not_have_any_more_are_left_aside(solver: Solver) -> None:
    """The head's plans move a price; closed to it, a plan with that head is as good as without."""
    moved = 0
    for seed in range(12):
        workspace, response, spec = inputs_of(tiny_priced(seed, alone=True))
        problem = build(workspace, response, spec)
        found = solve(problem, EXACT, solver=solver)
        if found.calendar is None or found.calendar.moves is None or problem.ladder is None:
            continue
        again = solve(problem, EXACT, solver=solver, head=found.head)
        assert again.objective == found.objective
        is_open = problem.ladder.open.copy()
        for block, level in zip(
            found.calendar.moves.block, found.calendar.moves.level, strict=True
        ):
            is_open[block, level] = level == 0
            moved += 1
        closed = replace(problem, ladder=replace(problem.ladder, open=is_open))
        cold = solve(closed, EXACT, solver=solver)
        warm = solve(closed, EXACT, solver=solver, head=found.head)
        assert (warm.status, warm.objective) == (cold.status, cold.objective)
    assert moved >= 5
