"""Soft rules: bent where that pays, priced to the cent, never counted as broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer.guardrails.registry import RULES
from optimizer.master import Solver
from optimizer.plan import plan_of
from optimizer.problem import Problem
from optimizer.solution import SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.violations import measures, penalties, violations
from tests.optimizer.problems import (
    calendar_of,
    event,
    hand_problem,
    hand_response,
    hand_workspace,
    spec_of,
)

EXACT = SolveOptions(gap=0.0, seconds=60.0)
# A's S on deal earns 29.00 more in its first week and 39.00 in its second.
CROWDED = [event("A", "S", 1, 2), event("A", "L", 2)]


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def softened(folder: Path, penalty: float | None, **rule: object) -> Problem:
    soft = {} if penalty is None else {"hard": False, "penalty": penalty}
    cap = {"rule": "max_events", "value": 1}
    return hand_problem(folder, {**rule, **soft}, cap)


SHORT = {
    "slots": ({"value": 0}, CROWDED, 3.0),
    "apart": ({}, CROWDED, 1.0),
    "rivals_apart": ({}, CROWDED, 0.0),
    "max_events": ({"value": 0}, CROWDED, 2.0),
    "max_weeks_on_deal": ({"value": 1}, CROWDED, 1.0),
    "blackout": ({"account": "A"}, CROWDED, 3.0),
    "required": ({"value": 5}, CROWDED, 3.0),
    "volume_floor": ({"value": 4000}, CROWDED, 500.0),
    "retailer_margin_floor": ({"value": 1.0, "account": "B"}, [event("B", "S", 1)], 89.0),
    "roi_floor": ({"value": 0.5, "account": "A"}, [event("A", "S", 1)], 0.5 * 171 - 29),
    "deal_share_ceiling": ({"value": 0.05}, [event("A", "S", 1)], 200 - 0.05 * 3300),
}


def test_every_rule_that_may_be_soft_is_here() -> None:
    assert set(SHORT) == {name for name, kind in RULES.items() if kind.soft}


@pytest.mark.parametrize("name", SHORT)
def test_shortages_by_hand(tmp_path: Path, name: str) -> None:
    rule, events, short = SHORT[name]
    problem = softened(tmp_path, 1.5, rule=name, **rule)
    calendar = calendar_of(problem, events)
    measured = measures(problem, calendar)
    assert measured[0].shortage == pytest.approx(short)
    assert penalties(problem, measured) == (round(150 * short), None)
    assert not violations(problem, calendar)
    assert [row.penalty for row in problem.rows if row.rule == name][:1] in ([1.5], [])


def test_bent_where_it_pays_and_kept_where_it_does_not(tmp_path: Path, solver: Solver) -> None:
    rule = {"rule": "blackout", "account": "A"}
    earned = {}
    for penalty in (None, 1.0, 30.0, 100.0):
        problem = softened(tmp_path, penalty, **rule)
        found = solve(problem, EXACT, solver=solver)
        assert found.status is SolutionStatus.SOLVED
        assert found.calendar is not None
        plan = plan_of(
            hand_workspace(tmp_path), hand_response(), spec_of(), problem, found.calendar
        )
        assert found.objective == pytest.approx(plan.objective - plan.penalty_cents / 100)
        assert found.profit == pytest.approx(plan.objective)
        earned[penalty] = (plan.objective, plan.penalty_cents)
    hard = earned[None]
    assert hard[1] == 0
    # A's S on deal for two weeks earns 68.00 before penalties; its L, of less margin, nothing.
    assert earned[1.0] == (pytest.approx(hard[0] + 68.0), 200)
    assert earned[30.0] == (pytest.approx(hard[0] + 68.0), 6000)
    assert earned[100.0] == hard


def test_control_a_hard_rule_is_not_for_sale(tmp_path: Path) -> None:
    problem = softened(tmp_path, None, rule="blackout", account="A")
    assert [v.name for v in violations(problem, calendar_of(problem, CROWDED))] == [
        "blackout [account=A]"
    ]


def test_what_cannot_be_kept_costs_its_penalty_whatever_is_planned(tmp_path: Path) -> None:
    late = {"rule": "required", "value": 2, "first_week": "2027-01-04"}
    problem = softened(tmp_path, 5.0, **late)
    assert problem.broken == ()
    assert penalties(problem, measures(problem, calendar_of(problem, [])))[0] == 1000
