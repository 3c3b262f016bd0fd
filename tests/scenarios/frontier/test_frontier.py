"""Frontiers: each point is the best plan, the curve is concave, and prices are its slopes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import planning
from optimizer.build import build
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from scenarios.frontier.amounts import purse_of, read_grid
from scenarios.frontier.curve import Curve
from scenarios.frontier.run import frontier
from scenarios.frontier.table import HEADER, rows
from scenarios.outcomes import Infeasible
from tests.oracle.memory import tiny_inputs
from tests.oracle.tiny import tiny_workspace


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two accounts, three products, without slots: profits are nearly concave in the budget."""
    folder = planning.instance(tmp_path_factory.mktemp("frontier"), "2x3x8", 1)
    (folder / "scenarios" / "base.yaml").write_text(
        f"scenario: base\nhorizon: {{first_week: {planning_week(folder)}, weeks: 8}}\n"
        "guardrails: [{rule: max_events, value: 3}, {rule: min_gap_weeks, value: 3}]\n"
        "solver: {gap: 0.01, seconds: 60, seed: 1}\n"
    )
    return folder


def planning_week(folder: Path) -> str:
    text = (folder / "scenarios" / "base.yaml").read_text(encoding="utf-8")
    return text.split("first_week: ")[1].split(",")[0]


@pytest.fixture(scope="module")
def curve(market: Path) -> Curve:
    return frontier(market, market / "scenarios" / "base.yaml", read_grid("20%:180%:40%"))


def concave_within_the_gap(curve: Curve) -> bool:
    """No chord between two points lies above what is proven for the one between them."""
    points = curve.planned
    for low, middle, high in zip(points, points[1:], points[2:], strict=False):
        share = (middle.amount - low.amount) / (high.amount - low.amount)
        chord = low.objective + share * (high.objective - low.objective)
        if chord > curve.ceiling(middle.amount) + 0.01:
            return False
    return True


def prices_are_slopes_within_the_gap(curve: Curve) -> bool:
    """Each step earns no more than the price before it and no less than the one after, but for
    what the plans at its ends may lie below what is proven there."""
    for before, after in pairwise(curve.planned):
        step = after.amount - before.amount
        gained = (after.objective - before.objective) / step
        most = before.marginal_profit + (before.tangent.height - before.objective) / step
        least = after.marginal_profit - (after.tangent.height - after.objective) / step
        if not least - 1e-6 <= gained <= most + 1e-6:
            return False
    return True


def test_concave_and_marginal_returns_are_prices(curve: Curve) -> None:
    assert len(curve.planned) == 5
    assert concave_within_the_gap(curve)
    assert prices_are_slopes_within_the_gap(curve)
    objectives = [point.objective for point in curve.points]
    assert objectives == sorted(objectives)  # what a small budget buys, a larger one does too
    prices = [point.marginal_profit for point in curve.points]
    assert prices[0] > 0.05
    assert prices[0] > prices[-1] >= 0.0


def test_control_another_curve_is_not_concave_and_other_prices_are_not_its_slopes(
    curve: Curve,
) -> None:
    first, second, *rest = curve.points
    dented = replace(curve, points=(first, replace(second, objective=first.objective), *rest))
    lower = tuple(replace(p, tangent=replace(p.tangent, height=p.objective)) for p in dented.points)
    assert not concave_within_the_gap(replace(dented, points=lower))
    dear = tuple(replace(p, marginal_profit=p.marginal_profit + 0.5) for p in curve.points)
    assert not prices_are_slopes_within_the_gap(replace(curve, points=dear))


def test_nothing_proven_is_below_a_plan(curve: Curve) -> None:
    for point in curve.points:
        assert point.objective <= point.bound
        assert point.bound <= curve.ceiling(point.amount) + 0.01 or point.gap == 0.0
        assert point.spend <= point.amount + 0.005


@pytest.mark.parametrize("seed", [1, 7])
def test_each_point_is_what_a_solve_of_its_own_finds(seed: int, tmp_path: Path) -> None:
    folder, scenario, _ = tiny_workspace(tmp_path / "w", seed)
    found = frontier(folder, scenario, read_grid("40%:120%:40%"))
    assert list(rows(frontier(folder, scenario, read_grid("40%:120%:40%")))) == list(rows(found))
    assert all(len(row) == len(HEADER) for row in rows(found))
    workspace, response, spec = tiny_inputs(seed)
    purse = purse_of(workspace, spec)
    for point in found.points:
        problem = build(workspace, response, purse.at(spec, point.amount))
        alone = solve(problem, SolveOptions(0.0, 60.0, 1))
        if alone.objective is None:
            assert point.objective is None
            continue
        gap = spec.solver.gap * max(1.0, abs(alone.objective)) + 0.01
        assert point.objective is not None
        # Rebates are no part of what is searched; here there are none.
        assert alone.objective - gap <= point.objective <= alone.objective + 0.01


def test_rules_that_no_amount_can_keep(tmp_path: Path) -> None:
    folder, scenario, _ = tiny_workspace(tmp_path / "w", 3)
    text = scenario.read_text(encoding="utf-8")
    more = "guardrails:\n  - {rule: required, value: 999}\n"
    text = text.replace("guardrails:\n", more, 1) if "guardrails:\n" in text else text + more
    scenario.write_text(text, encoding="utf-8")
    with pytest.raises(Infeasible):
        frontier(folder, scenario, read_grid("50%:100%:50%"))
