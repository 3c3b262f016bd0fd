"""Why an event is not in the plan, by hand on the easy market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.conflict.case import Case
from optimizer.conflict.exclusion import exclusion
from optimizer.master import Solver
from optimizer.problem import Problem
from optimizer.solution import Solution, SolutionStatus
from tests.optimizer.problems import BUDGETS, hand_response, hand_workspace, monday, spec_of

CAP = {"rule": "max_events", "value": 1}


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def case_of(folder: Path, solver: Solver, *rules: dict[str, object], amount: float = 1e6) -> Case:
    workspace = hand_workspace(folder, budgets=[{**BUDGETS[0], "amount": amount}])
    return Case(workspace, hand_response(), spec_of(*rules, solver={"gap": 0.0}), solver)


def test_an_event_that_loses_money_would_have_to_gain_it(tmp_path: Path, solver: Solver) -> None:
    # A's L on deal: 100 units more at a margin of 1.00, against 0.80 x 200 of funding and fees.
    found = exclusion(case_of(tmp_path, solver, CAP), "A", "L", "half", 2)
    assert not found.planned
    assert found.weeks == 1
    assert found.lacks == pytest.approx(71.0)
    assert found.gains == pytest.approx(-71.0)


def test_an_event_that_is_there_is_said_to_be(tmp_path: Path, solver: Solver) -> None:
    case = case_of(tmp_path, solver, CAP, {"rule": "blackout", "first_week": monday(2)})
    found = exclusion(case, "A", "S", "half", 0)
    assert found.planned
    assert found.weeks == 2


def test_a_rule_that_forbids_it_is_named(tmp_path: Path, solver: Solver) -> None:
    case = case_of(tmp_path, solver, CAP, {"rule": "blackout", "account": "A"})
    found = exclusion(case, "A", "S", "half", 2)
    assert found.lacks is None
    assert [demand.name for demand in found.demands] == ["blackout [account=A]"]


def test_an_event_that_time_ran_out_on_is_not_called_impossible(
    tmp_path: Path, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Case.first_plan

    def hurried(self: Case, problem: Problem, gap: float = 0.0) -> Solution:
        found = whole(self, problem, gap)
        if self.pins is None:
            return found
        return replace(found, status=SolutionStatus.NOTHING, calendar=None, objective=None)

    monkeypatch.setattr(Case, "first_plan", hurried)
    found = exclusion(case_of(tmp_path, solver, CAP), "A", "L", "half", 2)
    assert found.undecided
    assert found.lacks is None
    assert found.demands == ()


def test_a_budget_that_cannot_pay_is_named_with_its_price(tmp_path: Path, solver: Solver) -> None:
    poor = exclusion(case_of(tmp_path, solver, CAP, amount=50.0), "A", "S", "half", 2)
    assert [demand.name for demand in poor.demands] == ["all"]


def test_what_it_costs_elsewhere(tmp_path: Path, solver: Solver) -> None:
    # Tenths of S for two weeks earn 39.60 in A and 30.00 in B for 90.40. Half of S in A earns 68.00
    # but needs all of the 332.00.
    found = exclusion(case_of(tmp_path, solver, CAP, amount=332.0), "A", "S", "half", 2)
    assert found.weeks == 2
    assert found.lacks == pytest.approx(1.6)
    assert all(toll.name == "all" and toll.cost > 0 for toll in found.tolls)
