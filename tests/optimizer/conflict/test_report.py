"""Conflicts of random tiny instances, each claim held against the exhaustive search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.response import Response
from optimizer.conflict.case import Case, Demand, Sort
from optimizer.conflict.relaxation import Relaxation
from optimizer.conflict.report import explain
from optimizer.master import Solver
from optimizer.solution import SolutionStatus
from optimizer.spec import Spec
from tests.oracle.exhaustive import best_plan
from tests.oracle.memory import tiny_inputs
from workspace import Workspace

# Infeasible seeds of a few seconds in all, by the exhaustive search.
SEEDS = (9, 18, 30, 57)
FEASIBLE = 0


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def possible(workspace: Workspace, response: Response, spec: Spec, kept: set[Demand]) -> bool:
    """Whether some calendar keeps these demands, by looking at all."""
    rules = tuple(
        rule
        for i, rule in enumerate(spec.guardrails)
        if any(d.sort is Sort.GUARDRAIL and d.place == i for d in kept)
    )
    # More of a block than can be listed is cut by its cap on events, kept or not.
    cap = () if rules[:1] == spec.guardrails[:1] else (loosest(spec),)
    budgets = dict(spec.budgets)
    for row in workspace.budgets.to_dict("records"):
        if not any(d.sort is Sort.BUDGET and d.name == row["budget"] for d in kept):
            budgets[str(row["budget"])] = 0.0 if row["kind"] == "floor" else 1e9
    update = {"guardrails": (*cap, *rules), "budgets": budgets}
    best, _ = best_plan(workspace, response, spec.model_copy(update=update))
    return best is not None


def loosest(spec: Spec) -> object:
    return spec.guardrails[0].model_copy(update={"value": 2.0})


def changed(spec: Spec, relaxation: Relaxation) -> Spec:
    demand = relaxation.demand
    if demand.sort is Sort.BUDGET:
        return spec.model_copy(
            update={"budgets": {**spec.budgets, demand.name: relaxation.value or 0.0}}
        )
    rules = list(spec.guardrails)
    rules[demand.place] = rules[demand.place].model_copy(update={"value": relaxation.value})
    return spec.model_copy(update={"guardrails": tuple(rules)})


@pytest.mark.parametrize("seed", SEEDS)
def test_conflicts_and_ways_out_are_true(seed: int, solver: Solver) -> None:
    workspace, response, spec = tiny_inputs(seed)
    assert best_plan(workspace, response, spec)[0] is None
    found = explain(Case(workspace, response, spec, solver))
    assert found.status is SolutionStatus.INFEASIBLE
    assert found.demands
    kept = set(found.demands)
    if all(d.sort in (Sort.GUARDRAIL, Sort.BUDGET) for d in kept):
        assert not possible(workspace, response, spec, kept)
        for demand in kept:
            assert possible(workspace, response, spec, kept - {demand}), demand
    ways = [way for way in found.relaxations if way.enough and way.value is not None]
    for way in ways:
        assert best_plan(workspace, response, changed(spec, way))[0] is not None
        # The way out is near: a tenth of the change is not enough.
        old, new = way.demand.value, way.value
        assert old is not None
        assert new is not None
        if way.demand.name.startswith(("retailer", "budget")):
            less = Relaxation(way.demand, old + 0.1 * (new - old), True, None)
            assert best_plan(workspace, response, changed(spec, less))[0] is None
    sizes = [way.size for way in found.relaxations if way.enough]
    assert sizes == sorted(sizes)


def test_control_a_feasible_scenario_has_no_conflict(solver: Solver) -> None:
    workspace, response, spec = tiny_inputs(FEASIBLE)
    assert best_plan(workspace, response, spec)[0] is not None
    found = explain(Case(workspace, response, spec, solver))
    assert found.plan is not None
    assert found.demands == ()
    assert found.relaxations == ()
