"""What a plan would lose with a price left as it was, held against plans made anew with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from optimizer.build import build
from optimizer.instead import instead, scarce
from optimizer.master import Solver
from optimizer.old_price import old_prices
from optimizer.plan import Plan, plan_of
from optimizer.problem import Problem
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from tests.oracle.memory import inputs_of
from tests.oracle.tiny_prices import tiny_priced

EXACT = SolveOptions(gap=0.0, seconds=60.0)


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


@pytest.fixture(scope="module")
def plans(solver: Solver) -> list[Plan]:
    """Plans with prices that move, nothing scarce, and no rebates or soft rules."""
    found = []
    for seed in range(40):
        workspace, response, spec = inputs_of(tiny_priced(seed, alone=True))
        problem = build(workspace, response, spec)
        if problem.tiers or any(row.soft for row in problem.rows):
            continue
        solved = solve(problem, EXACT, solver=solver)
        if solved.calendar is None or solved.calendar.moves is None:
            continue
        plan = plan_of(workspace, response, spec, problem, solved.calendar, duals=solved.duals)
        if solved.calendar.moves.block.size and not scarce(plan):
            found.append(plan)
    return found


def held(plan: Plan, move: int) -> Problem:
    """The problem with the price of a change kept as before until the next one."""
    problem, moves = plan.problem, plan.calendar.moves
    assert problem.ladder is not None
    assert moves is not None
    block, week = int(moves.block[move]), int(moves.week[move])
    old = plan.calendar.levels(problem)[block, week - 1] if week else 0
    later = moves.week[(moves.block == block) & (moves.week > week)]
    stop = int(later.min(initial=problem.horizon))
    is_open = problem.ladder.open.copy()
    is_open[block, np.arange(is_open.shape[1]) != old, :, week:stop] = False
    return replace(problem, ladder=replace(problem.ladder, open=is_open))


def test_without_scarce_limits_the_loss_is_what_planning_anew_loses(
    plans: list[Plan], solver: Solver
) -> None:
    same, every = 0, 0
    for plan in plans:
        for one in old_prices(plan):
            anew = solve(held(plan, one.move), EXACT, solver=solver)
            if anew.objective is None:
                continue
            lost = plan.objective_cents / 100.0 - anew.objective
            assert one.loses <= lost + 0.02, one
            same += bool(abs(one.loses - lost) < 0.02)
            every += 1
    assert every >= 10
    assert same >= 0.8 * every


def test_no_prices_no_losses(plans: list[Plan]) -> None:
    plan = plans[0]
    assert old_prices(plan)
    assert old_prices(replace(plan, duals=None)) == ()
    assert old_prices(replace(plan, calendar=replace(plan.calendar, moves=None))) == ()


def test_events_are_explained_beside_prices(plans: list[Plan]) -> None:
    """Removing an event leaves the price's changes in the week where it started."""
    told = [one for plan in plans for one in instead(plan, np.arange(plan.calendar.block.size))]
    assert told
    assert all(one.loses >= 0.0 for one in told)
