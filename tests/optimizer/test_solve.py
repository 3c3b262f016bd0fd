"""Whole solves: the same every time, honest when stopped, clean when interrupted."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import optimizer.pricing
import optimizer.solve
from optimizer.cancellation import Cancelled, Clock
from optimizer.master import Solver, end_idle
from optimizer.problem import Problem, Quantity, Row, Sense
from optimizer.program import Status
from optimizer.solution import Solution, SolutionStatus, SolveOptions, Trace
from optimizer.solve import loosest, solve
from optimizer.value import value
from tests.optimizer.random_problem import row_totals, starts_of
from tests.optimizer.stages import MIDDLE, SMALL, Answering, possible_problem


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


@pytest.fixture(scope="module")
def middle() -> Problem:
    return possible_problem(MIDDLE, 1)


@pytest.fixture(scope="module")
def solved(middle: Problem, solver: Solver) -> Solution:
    return solve(middle, SolveOptions(gap=0.002, seconds=100.0), solver=solver)


def check(problem: Problem, found: Solution) -> None:
    """The plan keeps the rules, earns what is promised, and lies below its bound."""
    assert found.calendar is not None
    assert found.objective is not None
    starts = starts_of(problem, found.calendar)
    outcome = value(problem, found.calendar)
    earned = int(outcome.profit.sum()) - int(outcome.profit_no_promotion.sum())
    assert round(found.objective * 100) == earned
    for row, total in zip(problem.rows, row_totals(problem, starts), strict=True):
        missing = total - row.limit if row.sense == Sense.AT_MOST else row.limit - total
        assert missing <= 1e-4, row.name
    must = problem.limits.must
    assert (starts[must >= 0] == must[must >= 0]).all()
    block, start = np.nonzero(starts >= 0)
    assert problem.limits.allowed[block, starts[block, start], start].all()
    assert (np.bincount(block, minlength=problem.blocks) <= problem.limits.max_events).all()
    assert found.bound is None or found.bound >= found.objective


def same(one: Solution, other: Solution) -> bool:
    """Whether two solves found and proved the same."""
    return (
        str(one.calendar) == str(other.calendar)
        and (one.status, one.objective, one.bound) == (other.status, other.objective, other.bound)
        and np.array_equal(np.asarray(one.duals), np.asarray(other.duals))
        and [(t.objective, t.bound) for t in one.trace]
        == [(t.objective, t.bound) for t in other.trace]
    )


def children() -> set[str]:
    """Processes that this one has started and that still run."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found |= set((task / "children").read_text().split())
    return found


def test_plan_of_a_middling_problem(middle: Problem, solved: Solution) -> None:
    check(middle, solved)
    assert solved.gap is not None
    assert 0.0 <= solved.gap <= 0.03
    assert (solved.status is SolutionStatus.SOLVED) == (solved.gap <= 0.002)
    assert solved.calendar is not None
    assert solved.calendar.block.size > 20
    assert solved.duals is not None
    assert solved.duals.shape == (len(middle.rows),)
    for row, dual in zip(middle.rows, solved.duals, strict=True):
        assert dual * (1 if row.sense == Sense.AT_MOST else -1) >= -1e-9, row.name


def test_trace_only_gets_better(solved: Solution) -> None:
    known = [t for t in solved.trace if t.objective is not None]
    bounds = [t.bound for t in solved.trace if t.bound is not None]
    objectives = [t.objective for t in known if t.objective is not None]
    seconds = [t.seconds for t in solved.trace]
    assert objectives == sorted(objectives)
    assert bounds == sorted(bounds, reverse=True)
    assert seconds == sorted(seconds)
    assert objectives[-1] == solved.objective


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_plan_whatever_the_threads(
    middle: Problem,
    solved: Solution,
    solver: Solver,
    threads: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(optimizer.pricing, "THREADS", threads)
    told: list[Trace] = []
    options = SolveOptions(gap=0.002, seconds=100.0)
    again = solve(middle, options, progress=told.append, solver=solver)
    assert same(again, solved)
    assert tuple(told) == again.trace


def test_control_another_seed_is_told_apart(solved: Solution) -> None:
    """`same` sees an event moved and a bound that differs."""
    assert solved.calendar is not None
    assert solved.bound is not None
    moved = replace(solved.calendar, start=solved.calendar.start + 1)
    assert not same(solved, replace(solved, calendar=moved))
    assert not same(solved, replace(solved, bound=solved.bound + 0.01))


@pytest.mark.parametrize("seed", range(6))
def test_small_problems_are_solved_to_the_cent(seed: int, solver: Solver) -> None:
    problem = possible_problem(SMALL, seed)
    exact = solve(problem, SolveOptions(gap=0.0, seconds=60.0), solver=solver)
    check(problem, exact)
    assert exact.status is SolutionStatus.SOLVED
    assert exact.bound == exact.objective
    loose = solve(problem, SolveOptions(gap=0.0, seconds=60.0, seed=9), solver=solver)
    assert loose.objective == exact.objective


@pytest.mark.parametrize("status", [Status.FAILED, Status.LIMIT])
def test_without_a_solver_there_is_still_a_plan_and_a_bound(
    middle: Problem, solved: Solution, status: Status
) -> None:
    broken = Answering(status)
    begun = time.monotonic()
    found = solve(middle, SolveOptions(gap=0.0, seconds=15.0), solver=broken)
    assert time.monotonic() - begun < 30.0
    assert broken.asked > 0
    assert solved.objective is not None
    if found.status is SolutionStatus.STOPPED:
        check(middle, found)
    else:  # a quiet calendar cannot reach every floor, and nobody could choose a better one
        assert found.status is SolutionStatus.NOTHING
        assert found.calendar is None
        assert found.gap is None
    if found.bound is not None:
        assert found.bound >= solved.objective


def test_quiet_calendar_stands_where_no_floor_asks_for_more(middle: Problem) -> None:
    ceilings = tuple(row for row in middle.rows if row.sense == Sense.AT_MOST)
    problem = replace(middle, rows=ceilings, limits=replace(middle.limits))
    problem.limits.must[...] = -1
    found = solve(problem, SolveOptions(gap=0.0, seconds=15.0), solver=Answering(Status.FAILED))
    check(problem, found)
    assert found.status is SolutionStatus.STOPPED
    assert found.bound is not None
    assert found.objective is not None
    assert found.bound > found.objective >= 0.0


@pytest.mark.parametrize("seconds", [1e-3, 0.1, 0.25, 0.5, 1.0])
def test_time_limit_is_kept_with_an_honest_gap(
    middle: Problem, solved: Solution, solver: Solver, seconds: float
) -> None:
    begun = time.monotonic()
    found = solve(middle, SolveOptions(gap=0.0, seconds=seconds), solver=solver)
    assert time.monotonic() - begun < 8.0
    assert found.status in (SolutionStatus.STOPPED, SolutionStatus.NOTHING)
    assert solved.objective is not None
    if found.calendar is not None:
        check(middle, found)
        assert found.gap is None or found.gap >= 0.0
    if found.bound is not None:
        assert found.bound >= solved.objective


def test_loosest_groups_make_up_most_of_the_gap() -> None:
    gaps = np.array([1.0, 50.0, 0.0, 30.0, 15.0, 4.0])
    assert loosest(gaps, 0.0).tolist() == [1, 3, 4]
    assert loosest(gaps, 20.0).tolist() == [1, 3]
    assert loosest(np.array([5.0, np.inf, 1.0, np.inf]), 0.0).tolist() == [1, 3]
    assert loosest(np.zeros(0), 1.0).size == 0


def impossible(problem: Problem) -> Problem:
    """With a floor on units above anything that deals can reach."""
    base = problem.demand.base[:, : problem.horizon].sum()
    everyone = np.arange(problem.blocks)
    floor = Row("much", Quantity.UNITS, Sense.AT_LEAST, 40.0 * base, everyone, 0, 20)
    return replace(problem, rows=(*problem.rows, floor))


def test_prices_alone_prove_that_no_plan_exists(
    middle: Problem, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimizer.solve, "close", lambda *_: None)  # too many columns to list
    begun = time.monotonic()
    found = solve(impossible(middle), SolveOptions(seconds=60.0), solver=solver)
    assert time.monotonic() - begun < 20.0  # known before any search
    assert found.status is SolutionStatus.INFEASIBLE
    assert (found.calendar, found.objective, found.bound, found.gap) == (None, None, None, None)


def test_listing_proves_that_no_plan_exists(solver: Solver) -> None:
    problem = possible_problem(SMALL, 3)
    totals = Row("exactly", Quantity.STARTS, Sense.AT_LEAST, 3.0, np.array([0, 3]), 0, 7)
    problem.limits.max_events[[0, 3]] = 1
    problem = replace(problem, rows=(totals,))
    assert solve(problem, solver=solver).status is SolutionStatus.INFEASIBLE


def test_impossible_from_the_start(middle: Problem) -> None:
    broken = solve(replace(middle, broken=("slots",)), solver=Answering(Status.FAILED))
    assert broken.status is SolutionStatus.INFEASIBLE
    shut = possible_problem(SMALL, 5)
    shut.limits.must[0, 0], shut.limits.allowed[0, :, 0] = 0, False
    assert solve(shut, solver=Answering(Status.FAILED)).status is SolutionStatus.INFEASIBLE
    closed = possible_problem(SMALL, 6)
    closed.limits.must[0, 2], closed.limits.opens[0] = 0, 5  # allowed, but too soon after history
    closed.limits.allowed[0, 0, 2] = True
    assert solve(closed, solver=Answering(Status.FAILED)).status is SolutionStatus.INFEASIBLE


def test_problem_without_rows(solver: Solver) -> None:
    problem = replace(possible_problem(SMALL, 7), rows=())
    found = solve(problem, SolveOptions(gap=0.0, seconds=60.0), solver=solver)
    check(problem, found)
    assert found.status is SolutionStatus.SOLVED


def test_cancelling_is_prompt(middle: Problem) -> None:
    for after in (0.0, 0.3, 1.0):
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            solve(
                middle,
                SolveOptions(gap=0.0),
                cancelled=lambda b=begun, a=after: time.monotonic() > b + a,  # type: ignore[misc]
            )
        assert time.monotonic() - begun < after + 3.0
    assert pricing_threads() == []


def pricing_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("ThreadPool")]


@pytest.mark.parametrize("after", [0.05, 0.3, 0.7])
def test_ctrl_c_leaves_no_child_and_no_thread(middle: Problem, after: float) -> None:
    end_idle()
    before = children()

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        with pytest.raises(KeyboardInterrupt):
            solve(middle, SolveOptions(gap=0.0))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, usual)
    assert pricing_threads() == []
    assert children() <= before


def test_solver_handed_in_stays_open() -> None:
    with Solver() as mine:
        solve(possible_problem(SMALL, 1), SolveOptions(gap=0.0, seconds=60.0), solver=mine)
        pid = mine.pid
        assert pid is not None
        assert str(pid) in children()


@pytest.mark.parametrize(
    "wrong",
    [{"gap": -0.1}, {"gap": math.nan}, {"seconds": 0.0}, {"seconds": math.nan}, {"seed": -1}],
)
def test_options_that_make_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="are needed"):
        SolveOptions(**wrong)  # type: ignore[arg-type]


def test_clock() -> None:
    clock = Clock(1000.0)
    clock.check()
    assert 0.0 <= clock.elapsed < 100.0
    assert 900.0 < clock.left <= 1000.0
    assert Clock(0.0).left == 0.0
    assert Clock(0.0).moment > 0.0
    assert clock.moment == pytest.approx(clock.left, abs=1.0)
    part = clock.part(0.5)
    assert 400.0 < part.left <= clock.left - 499.0
    assert part.elapsed >= clock.elapsed - 1.0
    with pytest.raises(Cancelled):
        Clock(1.0, lambda: True).check()


def test_copies_come_for_all_before_views(
    middle: Problem, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bound after one step for everyone, and views only where copies have come far."""
    asked: list[tuple[int, bool, bool]] = []
    bound = optimizer.pricing.Pricer.bound

    def listening(self: optimizer.pricing.Pricer, *given: object, **named: object) -> object:
        everyone = named.get("groups") is None
        asked.append((given[2].most, everyone, named.get("views", True) is True))  # type: ignore[attr-defined]
        return bound(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(optimizer.pricing.Pricer, "bound", listening)
    found = solve(middle, SolveOptions(gap=1e-4, seconds=100.0), solver=solver)
    assert found.bound is not None
    assert found.objective is not None
    assert found.objective <= found.bound
    assert asked[:2] == [(1, True, False), (optimizer.solve.COPIES.most, True, False)]
    assert asked[2][1:] == (False, True)
