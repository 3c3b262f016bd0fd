"""What would run instead of an event, held against plans made anew without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from optimizer.build import build
from optimizer.instead import instead, scarce
from optimizer.master import Solver
from optimizer.plan import Plan, plan_of
from optimizer.problem import Ints, Problem
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from tests.oracle.memory import tiny_inputs

EXACT = SolveOptions(gap=0.0, seconds=60.0)


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def plan_for(seed: int, solver: Solver) -> Plan | None:
    workspace, response, spec = tiny_inputs(seed)
    problem = build(workspace, response, spec)
    found = solve(problem, EXACT, solver=solver)
    if found.calendar is None or any(row.soft for row in problem.rows):
        return None
    return plan_of(workspace, response, spec, problem, found.calendar, duals=found.duals)


def barred(problem: Problem, plan: Plan, event: int) -> Problem:
    """The problem without the event's tactic in the event's weeks."""
    calendar = plan.calendar
    block, start = int(calendar.block[event]), int(calendar.start[event])
    blocks: Ints = next((line for line in problem.lines if block in line), np.array([block]))
    allowed = problem.limits.allowed.copy()
    weeks = np.arange(problem.horizon)
    for s in np.flatnonzero(problem.shapes.tactic == calendar.tactic[event]):
        ends = weeks + problem.shapes.weeks[s]
        struck = (weeks < start + calendar.weeks[event]) & (ends > start)
        allowed[np.ix_(blocks, [s], np.flatnonzero(struck))] = False
    return replace(problem, limits=replace(problem.limits, allowed=allowed))


def test_without_scarce_limits_the_loss_is_what_planning_anew_loses(solver: Solver) -> None:
    same, all_of_them = 0, 0
    for seed in range(60):
        plan = plan_for(seed, solver)
        if plan is None or scarce(plan):
            continue
        events = np.arange(plan.calendar.block.size)
        for one in instead(plan, events):
            anew = solve(barred(plan.problem, plan, one.event), EXACT, solver=solver)
            before = plan.objective_cents / 100.0 + rebates(plan)
            if anew.objective is None:
                continue
            lost = before - anew.objective
            # Limits with room now may bind in the plan without the event: then it loses more.
            assert one.loses <= lost + 0.02, (seed, one)
            same += bool(abs(one.loses - lost) < 0.02)
            all_of_them += 1
    assert same >= max(10, 0.8 * all_of_them)


def rebates(plan: Plan) -> float:
    """The change of rebates, which searches leave out of their objective, currency."""
    given = plan.outcome.rebates
    return int(given.plan.sum() - given.no_promotion.sum()) / 100.0


def test_events_come_and_go_and_the_rest_stays(solver: Solver) -> None:
    seen = 0
    for seed in range(30):
        plan = plan_for(seed, solver)
        if plan is None:
            continue
        mine = keys(plan.calendar)
        for one in instead(plan, np.arange(plan.calendar.block.size)):
            out = list_of(plan.calendar)[one.event]
            assert keys(one.goes) <= mine - {out}
            assert not keys(one.comes) & mine
            seen += bool(keys(one.comes))
    assert seen


def list_of(calendar: object) -> list[tuple[int, ...]]:
    parts = (getattr(calendar, name) for name in ("block", "tactic", "start", "weeks"))
    return list(zip(*(part.tolist() for part in parts), strict=True))


def keys(calendar: object) -> set[tuple[int, ...]]:
    return set(list_of(calendar))


def test_pinned_events_and_plans_without_prices_are_passed_over(solver: Solver) -> None:
    pinned = 0
    for seed in range(40):
        plan = plan_for(seed, solver)
        if plan is None:
            continue
        events = np.arange(plan.calendar.block.size)
        must = plan.problem.limits.must[plan.calendar.block, plan.calendar.start] >= 0
        told = {one.event for one in instead(plan, events)}
        assert not told & set(np.flatnonzero(must).tolist())
        pinned += int(must.sum())
        assert instead(replace(plan, duals=None), events) == ()
        assert scarce(replace(plan, duals=None)) == ()
    assert pinned
