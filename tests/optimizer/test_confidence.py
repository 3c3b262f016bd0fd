"""Budgets that hold with confidence: plans against every calendar, valued draw by draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.response import Response
from optimizer.build import build
from optimizer.confidence import Confidence, confident, missed, reached, spends, unsure
from optimizer.decide import decide
from optimizer.master import Solver
from optimizer.problem import Problem, Sense
from optimizer.solution import Solution, SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Spec
from optimizer.value import value
from tests.optimizer.problems import calendar_of, event, hand_problem
from tests.oracle.contest import events_of
from tests.oracle.drawn import replaced
from tests.oracle.evaluate import evaluate
from tests.oracle.goals import best_goal
from tests.oracle.market import Market
from tests.oracle.memory import inputs_of
from tests.oracle.tiny import tiny
from workspace import Workspace

DRAWS = 8
LEVEL = 0.95


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(seed=1) as child:
        yield child


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 7, 11])
def test_no_plan_breaks_what_every_draw_says(seed: int, solver: Solver) -> None:
    workspace, response, spec = inputs_of(tiny(seed, draws=DRAWS, calendars=10))
    sure = spec.risk.model_copy(update={"budget_confidence": LEVEL})
    spec = spec.model_copy(update={"risk": sure})
    best = best_goal(workspace, response, spec).best
    problem = build(workspace, response, spec)
    found = decide(problem, workspace, response, spec, solver=solver)
    if found.calendar is None:
        assert best is None
        return
    assert best is not None
    assert found.bound is not None
    assert found.bound >= best - 0.005
    assert found.objective is not None
    assert found.objective <= best + 0.005
    assert _broken_on_draws(workspace, response, spec, problem, found) == []


def _broken_on_draws(
    workspace: Workspace, response: Response, spec: Spec, problem: Problem, found: Solution
) -> list[str]:
    """Budgets that the oracle, which knows neither arrays nor quantiles of ours, finds broken."""
    events = events_of(problem, found)
    over: dict[str, int] = {}
    for draw in range(DRAWS):
        market = Market.of(workspace, replaced(response, draw), spec)
        for name in set(evaluate(market, events).broken) & {b.name for b in problem.budgets}:
            over[name] = over.get(name, 0) + 1
    return [name for name, count in over.items() if count > (1.0 - LEVEL) * DRAWS]


def test_what_ceilings_and_floors_come_to_with_confidence(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path, budgets=[{"budget": n, "amount": 100} for n in "ab"])
    ceiling, floor = problem.budgets
    problem = replace(problem, budgets=(ceiling, replace(floor, sense=Sense.AT_LEAST)))
    spent = np.outer(np.arange(11.0), [10.0, 10.0])
    come_to = reached(problem, spent, 0.9)
    assert come_to.tolist() == pytest.approx([90.0, 10.0])
    assert missed(problem, come_to).tolist() == pytest.approx([0.0, 90.0])
    (told,) = unsure(problem, spent, 0.9, ())
    assert (told.name, told.slack) == ("b", pytest.approx(-90.0))
    assert "90%" in str(told)
    assert unsure(problem, spent, 0.9, (told,)) == ()
    assert unsure(problem, spent[:0], 0.9, ()) == ()
    few = spent[:8]  # one of eight draws beyond an amount is more than .05 of them
    assert reached(problem, few, 0.95).tolist() == pytest.approx([70.0, 0.0])
    assert reached(problem, few, 0.75).tolist() == pytest.approx([50.0, 20.0])
    for draws in (8, 20, 50, 100):
        some = np.linspace(0.0, 1.0, draws)[:, None] * [100.0, 100.0]
        high, low = reached(problem, some, 0.95)
        assert (some[:, 0] <= high).mean() >= 0.95
        assert (some[:, 1] >= low).mean() >= 0.95
        assert (some[:, 0] < high).mean() < 0.95  # and no larger than that takes


def test_the_spend_of_a_draw_is_that_of_its_demand(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    calendar = calendar_of(problem, [event("A", "S", 0), event("B", "L", 3, 2)])
    more = replace(problem.demand, base=problem.demand.base * 2.0)
    one, two = spends(problem, calendar, [problem.demand, more])[:, 0]
    assert one == pytest.approx(value(problem, calendar).spend_cents / 100.0, abs=0.05)
    fees = 2 * 10.0 + 3 * 1.0
    assert two - fees == pytest.approx(2.0 * (one - fees))


def test_without_draws_the_estimate_stands_alone(tmp_path: Path, solver: Solver) -> None:
    problem = hand_problem(tmp_path, budgets=[{"budget": "all", "amount": 300}])

    def search(one: Problem, seconds: float) -> Solution:
        return solve(one, SolveOptions(0.0, seconds), solver=solver)

    plain = confident(problem, search, Confidence(0.95, lambda: iter(())), 30.0)
    assert plain.status is SolutionStatus.SOLVED
    certain = confident(problem, search, Confidence(0.95, lambda: iter([problem.demand])), 30.0)
    assert certain.objective == plain.objective
    dearer = replace(problem.demand, base=problem.demand.base * 1.3)
    careful = confident(problem, search, Confidence(0.95, lambda: iter([dearer])), 30.0)
    assert careful.objective is not None
    assert plain.objective is not None
    assert careful.objective < plain.objective  # a control: less may be spent
    assert careful.bound == plain.bound
