"""Objectives: what they weigh, what they come to, and the best plan for each by looking at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from optimizer.kernels.column import measure
from optimizer.master import Solver
from optimizer.objective import Objective, aims_for, gains, weighed, worth
from optimizer.pricing import Pricer
from optimizer.value import value
from tests.optimizer.problems import calendar_of, event, hand_problem, spec_of
from tests.oracle.goal_contest import contest, instance_of

WEIGHTS = {"profit": 1.0, "revenue": 0.5, "volume": 0.25, "retailer_profit": 2.0}


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(seed=1) as child:
        yield child


@pytest.mark.parametrize("kind", ["revenue", "volume", "weights"])
@pytest.mark.parametrize("seed", range(4))
def test_plan_is_the_best_of_all_calendars(kind: str, seed: int, solver: Solver) -> None:
    verdict = contest(instance_of(seed, kind), seed, solver)
    assert verdict.complaints == ()
    assert not verdict.worse


@pytest.mark.parametrize("objective", ["profit", "revenue", "volume", WEIGHTS])
def test_a_column_is_worth_what_the_weekly_rows_say(objective: Objective, tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    problem = replace(problem, aims=aims_for(objective, problem.blocks))
    calendar = calendar_of(problem, [event("A", "S", 0, 2), event("B", "L", 3, 2, "tenth")])
    outcome = value(problem, calendar)
    with Pricer(problem) as pricer:
        a = pricer.arrays
        starts = np.full(a.must.shape, -1, dtype=np.int64)
        for b, k, t, w in zip(
            calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True
        ):
            shape = (problem.shapes.tactic == k) & (problem.shapes.weeks == w)
            starts[b, t] = np.flatnonzero(shape)[0]
        total = sum(
            measure(a, g, starts, np.zeros_like(starts), np.zeros(pricer.group_rows(g).size))
            for g in range(pricer.groups)
        )
    assert total / 100 == pytest.approx(weighed(problem, outcome), abs=1e-6)
    assert worth(outcome, objective) / 100 == pytest.approx(total / 100, abs=0.006)


def test_nash_is_the_product_of_two_gains(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    outcome = value(problem, calendar_of(problem, [event("A", "S", 0)]))
    ours, theirs = gains(outcome)
    product = max(0, ours) * max(0, theirs) / 1e4
    assert worth(outcome, "nash") / 100 == pytest.approx(product, abs=0.005)
    quiet = value(problem, calendar_of(problem, []))
    assert worth(quiet, "nash") == 0


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        ("margin", "profit"),
        ({}, "weights of some"),
        ({"profits": 1}, "profit"),
        ({"profit": -1}, "a weight from 0"),
        ({"profit": True}, "a weight from 0"),
        ({"volume": 0}, "at least one weight"),
        (3, "the name of an objective"),
    ],
)
def test_objectives_that_mean_nothing_are_refused(
    objective: str | int | Mapping[str, float], expected: str
) -> None:
    with pytest.raises(ValidationError, match=expected):
        spec_of(objective=objective)


def test_nash_has_no_soft_rules() -> None:
    soft = {"rule": "max_events", "value": 1, "hard": False, "penalty": 5}
    with pytest.raises(ValidationError, match="penalties"):
        spec_of(soft, objective="nash")
    assert spec_of(soft, objective="revenue").objective == "revenue"
