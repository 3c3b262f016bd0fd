"""Plans around an edit against plans from nothing, which on tiny instances are exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.response import Response
from optimizer.again import solve_again
from optimizer.build import build
from optimizer.former import Former, left_by, restricts
from optimizer.master import Solver
from optimizer.problem import Calendar, Problem
from optimizer.search_file import FILE, read_search, write_search
from optimizer.solution import Solution, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Spec
from optimizer.value import value
from optimizer.violations import violations
from tests.oracle.memory import inputs_of, tiny_inputs
from tests.oracle.tiny_prices import tiny_priced
from workspace.workspace import Workspace

EXACT = SolveOptions(gap=0.0, seconds=60.0)
LOOSE = SolveOptions(gap=0.02, seconds=60.0)
SEEDS = range(60)
Event = tuple[int, int, int, int]  # block, tactic, start, weeks
Inputs = tuple[Workspace, Response, Spec]


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def events_of(calendar: Calendar) -> list[Event]:
    columns = (calendar.block, calendar.tactic, calendar.start, calendar.weeks)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def edited(problem: Problem, calendar: Calendar, seed: int, shift: int) -> list[Event]:
    """The plan's events, some dropped, some moved by at most `shift` weeks."""
    rng = np.random.default_rng(seed)
    kept = []
    for block, tactic, start, weeks in events_of(calendar):
        week = start + int(rng.integers(-shift, shift + 1))
        if rng.random() < 0.6 and 0 <= week <= problem.horizon - weeks:
            kept.append((block, tactic, week, weeks))
    return kept


def pinned(inputs: Inputs, problem: Problem, events: list[Event]) -> Problem:
    """The problem of the same inputs with these events pinned."""
    rows = [
        (
            problem.account[b],
            problem.product[b],
            problem.tactics[k],
            problem.weeks[t],
            str(n),
            "pinned",
        )
        for b, k, t, n in events
    ]
    names = ["account", "product", "tactic", "start_week", "weeks", "status"]
    return build(*inputs, pd.DataFrame(rows, columns=names, dtype="str"))


@cache
def planned(seed: int) -> tuple[Inputs, Problem, Solution]:
    inputs = tiny_inputs(seed)
    base = build(*inputs)
    return inputs, base, solve(base, EXACT)


def former_of(solution: Solution, base: Problem, before: Former | None = None) -> Former:
    assert solution.head is not None
    assert solution.warmth is not None
    return Former(left_by(solution.warmth, solution.head, base, before), base)


def lowest_bound(solution: Solution) -> float:
    """Before it is lifted to the plan's own objective, which would hide that it is too low."""
    return min([at.bound for at in solution.trace if at.bound is not None], default=np.inf)


def edits(shift: int) -> Iterator[tuple[int, Problem, list[Event], Former, Solution]]:
    """Seed, the problem around an edit, its pins, where the plan had ended, and that plan."""
    for seed in SEEDS:
        inputs, base, plan = planned(seed)
        if plan.calendar is None or base.ladder is not None:
            continue
        pins = edited(base, plan.calendar, seed, shift)
        problem = pinned(inputs, base, pins)
        if restricts(problem, base):
            yield seed, problem, pins, former_of(plan, base), plan


def test_it_is_as_good_as_from_nothing_and_keeps_the_pins(solver: Solver) -> None:
    compared = 0
    for seed, problem, pins, former, _ in edits(shift=2):
        exact = solve(problem, EXACT, solver=solver)
        found = solve_again(problem, former, EXACT, solver=solver)
        assert (found.calendar is None) == (exact.calendar is None), seed
        if found.calendar is None or exact.calendar is None:
            continue
        compared += 1
        assert found.objective == exact.objective, seed
        assert found.bound is not None
        assert exact.objective is not None
        assert found.bound >= exact.objective
        assert set(pins) <= set(events_of(found.calendar))
        assert not violations(problem, found.calendar, value(problem, found.calendar))
    assert compared >= 20


def test_the_bound_is_true_where_it_ends_early_and_a_false_one_would_be_noticed(
    solver: Solver,
) -> None:
    noticed = 0
    for seed, problem, _, former, _ in edits(shift=2):
        exact = solve(problem, EXACT, solver=solver)
        if exact.objective is None:
            continue
        found = solve_again(problem, former, LOOSE, solver=solver)
        assert found.objective is not None
        assert found.bound is not None
        assert found.objective <= exact.objective <= found.bound, seed
        assert lowest_bound(found) >= exact.objective, seed
        head = former.head
        low = replace(head, bounds=head.bounds - 0.5 * abs(exact.objective))
        lied = solve_again(problem, replace(former, head=low), LOOSE, solver=solver)
        noticed += lowest_bound(lied) < exact.objective
    assert noticed >= 10


def test_events_dropped_from_the_pins_cost_nothing(solver: Solver) -> None:
    """The former plan is still allowed, so that the new one is no worse."""
    compared = 0
    for _, problem, _, former, plan in edits(shift=0):
        found = solve_again(problem, former, LOOSE, solver=solver)
        assert found.objective is not None
        assert plan.objective is not None
        assert found.objective >= plan.objective
        compared += 1
    assert compared >= 20


def test_a_plan_that_had_no_bound_is_no_measure_of_how_near_is_near_enough(solver: Solver) -> None:
    compared = 0
    for seed, problem, _, former, _ in edits(shift=2):
        exact = solve(problem, EXACT, solver=solver)
        unknown = replace(former.head, gap=np.inf, bounds=np.full_like(former.head.bounds, np.inf))
        found = solve_again(problem, replace(former, head=unknown), EXACT, solver=solver)
        assert (found.objective, found.bound) == (exact.objective, exact.bound), seed
        compared += exact.objective is not None
    assert compared >= 20


def test_where_regular_prices_are_planned(solver: Solver) -> None:
    compared = 0
    for seed in range(12):
        inputs = inputs_of(tiny_priced(seed, alone=seed % 2 == 0))
        base = build(*inputs)
        plan = solve(base, EXACT, solver=solver)
        if plan.calendar is None:
            continue
        problem = pinned(inputs, base, edited(base, plan.calendar, seed, 2))
        assert restricts(problem, base)
        exact = solve(problem, EXACT, solver=solver)
        found = solve_again(problem, former_of(plan, base), EXACT, solver=solver)
        assert found.objective == exact.objective, seed
        compared += exact.objective is not None
    assert compared >= 8


def test_bounds_of_a_plan_with_pins_are_not_those_of_a_plan_without(solver: Solver) -> None:
    """Plan with pins from nothing, then drop them all: what was pinned is free to be better."""
    freed = 0
    for _, problem, _, former, plan in edits(shift=2):
        first = solve(problem, EXACT, solver=solver)
        if first.calendar is None or plan.objective is None:
            continue
        for before in (None, former):
            if before is not None:
                first = solve_again(problem, before, EXACT, solver=solver)
            again = former_of(first, former.base, before)
            found = solve_again(former.base, again, LOOSE, solver=solver)
            assert found.bound is not None
            assert found.bound >= plan.objective
        assert first.objective is not None
        freed += first.objective < plan.objective
    assert freed >= 10


def test_only_pins_restrict() -> None:
    inputs, base, _ = planned(1)
    assert restricts(base, base)
    row = base.rows[0]
    tighter = replace(base, rows=(replace(row, limit=0.9 * row.limit), *base.rows[1:]))
    assert not restricts(tighter, base)
    wider = replace(base, limits=replace(base.limits, max_events=base.limits.max_events + 1))
    assert not restricts(wider, base)
    assert restricts(base, wider)
    dearer = replace(base, money=replace(base.money, unit_cost=1.01 * base.money.unit_cost))
    assert not restricts(dearer, base)
    assert inputs[2].prices == "fixed"


def test_a_search_is_kept_and_read_back(tmp_path: Path, solver: Solver) -> None:
    _, base, plan = planned(1)
    former = former_of(plan, base)
    write_search(tmp_path, former.head, base)
    once = (tmp_path / FILE).read_bytes()
    write_search(tmp_path, former.head, base)
    assert (tmp_path / FILE).read_bytes() == once
    found = read_search(tmp_path, base)
    assert found is not None
    assert found.head.worth == former.head.worth
    assert (found.head.chosen == former.head.chosen).all()
    assert (found.head.bounds == former.head.bounds).all()
    assert found.head.gap == former.head.gap
    one = solve_again(base, found, EXACT, solver=solver)
    assert (one.objective, one.bound) == (plan.objective, plan.bound)


def test_what_is_kept_of_another_problem_is_not_read(tmp_path: Path) -> None:
    _, base, plan = planned(1)
    write_search(tmp_path, former_of(plan, base).head, base)
    row = base.rows[0]
    other = replace(base, rows=(replace(row, limit=row.limit + 0.01), *base.rows[1:]))
    assert read_search(tmp_path, base) is not None
    assert read_search(tmp_path, other) is None
    assert read_search(tmp_path / "nowhere", base) is None


@pytest.mark.parametrize("length", [0, 10, 200, -50])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, length: int) -> None:
    _, base, plan = planned(1)
    write_search(tmp_path, former_of(plan, base).head, base)
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[:length])
    assert read_search(tmp_path, base) is None
