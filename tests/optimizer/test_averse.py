"""Plans that weigh the worst draws, against looking at every calendar on every draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from models.response import Response
from optimizer import averse
from optimizer.build import build
from optimizer.closing import Room
from optimizer.codes import codes_in
from optimizer.decide import decide
from optimizer.drawn_columns import DrawnColumns
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.master import Solver
from optimizer.plan import plan_of
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Problem
from optimizer.program import Program
from optimizer.risk import Attitude, profits_of, tail_mean
from optimizer.solution import Solution, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Spec
from optimizer.uncertainty import uncertainty
from optimizer.verify import verify
from tests.optimizer.problems import hand_response, hand_workspace, spec_of
from tests.oracle.goal_contest import contest, instance_of
from tests.oracle.goals import best_goal
from tests.oracle.memory import inputs_of
from tests.oracle.tiny_prices import tiny_priced
from workspace import Workspace
from workspace.faults import InputError

DRAWS = 12
WEIGHTS = (0.25, 0.5, 1.0, 0.75)
ORIGIN = Origin("../scenarios/base.yaml", "0" * 64, "..", "../response")
Inputs = tuple[Workspace, Response, Spec]


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(seed=1) as child:
        yield child


def inputs(seed: int, weight: float) -> Inputs:
    return inputs_of(instance_of(seed, draws=DRAWS, weight=weight))


def decided(given: Inputs, solver: Solver) -> tuple[Problem, Solution]:
    workspace, response, spec = given
    problem = build(workspace, response, spec)
    return problem, decide(problem, workspace, response, spec, solver=solver)


def prospects(given: Inputs, problem: Problem, solution: Solution) -> tuple[float, float]:
    """Mean and tail of a plan over the draws."""
    workspace, response, spec = given
    assert solution.calendar is not None
    drawn = demands(problem, workspace, response, DRAWS)
    profits = profits_of(problem, solution.calendar, drawn)
    return float(profits.mean()), tail_mean(profits, spec.risk.cvar)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 6, 7, 12, 14, 15, 16, 20, 21])
def test_plan_is_the_best_of_all_for_its_weight(seed: int, solver: Solver) -> None:
    instance = instance_of(seed, draws=DRAWS, weight=WEIGHTS[seed % len(WEIGHTS)])
    verdict = contest(instance, seed, solver)
    assert verdict.complaints == ()
    assert not verdict.worse
    assert (verdict.bound is None) == (verdict.best is None)


@pytest.mark.parametrize("seed", [3, 7, 14])
def test_also_where_prices_are_planned(seed: int, solver: Solver) -> None:
    instance = tiny_priced(seed, alone=True, draws=5)
    instance.scenario["risk"] = {"draws": 5, "cvar": 0.6, "weight": 0.5}
    given = inputs_of(instance)
    problem, found = decided(given, solver)
    if found.calendar is None:
        pytest.skip("no plan")
    mean, tail = prospects(given, problem, found)
    assert found.objective is not None
    paid = (found.profit or 0.0) - found.objective
    assert found.objective == pytest.approx(0.5 * mean + 0.5 * tail - paid, abs=1e-6)


def test_control_neutral_plans_are_not_the_best(solver: Solver) -> None:
    """The contest would notice a search that looks at the mean alone."""
    worse = 0
    for seed in (0, 1, 4, 5, 6, 15, 16):
        given = inputs(seed, 1.0)
        problem, found = decided(given, solver)
        if found.neutral is None or found.objective is None:
            continue
        _, tail = prospects(given, problem, replace(found, calendar=found.neutral))
        profit = found.profit or 0.0
        assert tail <= profit + 0.01 or profit > found.objective  # unless penalties decide
        worse += tail < profit - 0.02
    assert worse >= 3


@pytest.mark.parametrize("seed", [0, 1, 4, 5, 15, 16])
def test_where_columns_are_too_many_nothing_is_proven(
    seed: int, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(averse, "ROOM", Room(1, 1, 1, 1))
    given = inputs(seed, 0.5)
    best = best_goal(*given).best
    problem, found = decided(given, solver)
    if found.calendar is None:
        assert best is None
        return
    assert best is not None
    assert found.bound is None
    assert found.objective is not None
    assert found.objective <= best + 0.02
    plain = decided((*given[:2], given[2].model_copy(update={"risk": neutral(given[2])})), solver)
    mean, tail = prospects(given, *plain)
    assert (found.profit or 0.0) >= 0.5 * mean + 0.5 * tail - 0.01  # better than not looking
    _, again = decided(given, solver)
    assert again.calendar is not None
    assert codes_in(again.calendar, problem).tolist() == codes_in(found.calendar, problem).tolist()


def neutral(spec: Spec) -> object:
    return spec.risk.model_copy(update={"weight": 0.0})


@pytest.mark.parametrize("seed", [0, 4, 5, 15, 16])
def test_more_weight_gives_up_expected_profit_for_a_better_tail(seed: int, solver: Solver) -> None:
    means, tails = [], []
    for weight in (0.001, 0.25, 0.5, 1.0):
        given = inputs(seed, 1.0)
        risk = given[2].risk.model_copy(update={"weight": weight})
        given = (*given[:2], given[2].model_copy(update={"risk": risk}))
        if any(not rule.hard for rule in given[2].guardrails):
            pytest.skip("penalties are no part of either")
        problem, found = decided(given, solver)
        if found.calendar is None:
            pytest.skip("no plan")
        mean, tail = prospects(given, problem, found)
        means.append(mean)
        tails.append(tail)
    assert all(late <= early + 0.02 for early, late in pairwise(means))
    assert all(late >= early - 0.02 for early, late in pairwise(tails))


@pytest.mark.parametrize("priced", [False, True])
def test_columns_add_up_to_the_plan_on_every_draw(priced: bool) -> None:
    instance = tiny_priced(3, draws=6) if priced else instance_of(4, draws=6, weight=0.5)
    workspace, response, spec = inputs_of(instance)
    problem = build(workspace, response, spec)
    solution = solve(problem, SolveOptions(seconds=20.0))
    assert solution.calendar is not None
    assert solution.warmth is not None
    with Pricer(problem) as pricer:
        pool = Pool(pricer)
        own = solution.warmth.into(pool)
        drawn = DrawnColumns(pricer, pool, lambda: demands(problem, workspace, response, 6))
        drawn.extend()
        total = sum(drawn.profit(g)[c] for g, c in enumerate(own))
        before = [drawn.profit(g).copy() for g in range(pricer.groups)]
        drawn.extend()  # nothing new: nothing changes
        assert all(np.array_equal(drawn.profit(g), old) for g, old in enumerate(before))
    expected = profits_of(problem, solution.calendar, demands(problem, workspace, response, 6))
    assert np.asarray(total).tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_master_is_worth_the_least_of_its_cuts(solver: Solver) -> None:
    """Two columns of one group: one safe, one with the larger mean."""
    program = Program(
        cost=np.zeros(2), lower=np.zeros(2), upper=np.ones(2), integer=np.ones(2, np.bool_),
        indptr=np.array([0, 2]), indices=np.array([0, 1]), data=np.ones(2),
        row_lower=np.ones(1), row_upper=np.ones(1),
    )  # fmt: skip
    value = np.array([[5.0, 5.0], [20.0, 0.0]])
    fixed = np.array([1.0, 1.0])
    mean = Attitude(0.5, 0.0).counts(value[1])
    tail = Attitude(0.5, 1.0).counts(value[1])
    bold = solver.solve(averse.with_cuts(program, value, fixed, np.array([mean])), 10.0)
    assert bold.x is not None
    assert bold.x[:2].tolist() == [0.0, 1.0]
    assert bold.objective == pytest.approx(11.0)
    safe = solver.solve(averse.with_cuts(program, value, fixed, np.array([mean, tail])), 10.0)
    assert safe.x is not None
    assert safe.x[:2].tolist() == [1.0, 0.0]
    assert safe.objective == pytest.approx(6.0)


def test_without_draws_or_with_rebates_risk_is_not_weighed(tmp_path: Path) -> None:
    spec = spec_of(risk={"weight": 0.5})
    with pytest.raises(InputError, match=r"risk\.weight: found '0\.5', expected 0: the response"):
        build(hand_workspace(tmp_path / "plain"), hand_response(), spec)
    step = {"account": "A", "basis": "net_sales", "threshold": 100, "rate": 0.02}
    drawn = hand_response(draws=[
        {"draw": 0, "account": "A", "product": "S", "tactic": "half", "log_lift": 0.5}
    ])  # fmt: skip
    build(hand_workspace(tmp_path / "plain"), drawn, spec)
    with pytest.raises(InputError, match=r"risk\.weight: .* expected 0: risk is not weighed"):
        build(hand_workspace(tmp_path / "rebates", rebates=[step]), drawn, spec)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_verifier_works_out_the_same(seed: int, tmp_path: Path, solver: Solver) -> None:
    workspace, response, spec = given = inputs(seed, 0.5)
    problem, found = decided(given, solver)
    assert found.calendar is not None
    plan = plan_of(
        workspace, response, spec, problem, found.calendar, bound=found.bound, neutral=found.neutral
    )
    drawn = uncertainty(problem, plan.calendar, demands(problem, workspace, response, DRAWS))
    assert drawn is not None
    write_plan(plan.doubted(drawn.budgets), drawn, ORIGIN, tmp_path, None)
    assert verify(tmp_path, workspace, response, spec, workbook=False) == ()
    # The control: a plan of which the mean is said to be what it is worth.
    lying = replace(plan, prospects=None)
    write_plan(lying, drawn, ORIGIN, tmp_path, None)
    told = {fault.column for fault in verify(tmp_path, workspace, response, spec, workbook=False)}
    assert "objective" in told
