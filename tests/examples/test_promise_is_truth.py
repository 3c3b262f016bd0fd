"""With the exact response, what the optimiser's problem promises is what really comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.response_files import read_response
from models.simulator import true_profit
from optimizer.build import build
from optimizer.problem import Calendar, Problem
from optimizer.spec import Spec
from optimizer.value import value
from workspace import load

FOLDER = Path(__file__).parents[2] / "examples" / "market"


@pytest.fixture(scope="module")
def problem() -> Problem:
    workspace = load(FOLDER, planning=True)
    response = read_response(FOLDER / "truth" / "response", workspace)
    horizon = {"first_week": "2026-01-05", "weeks": 52}
    return build(workspace, response, Spec.model_validate({"scenario": "s", "horizon": horizon}))


def random_calendar(problem: Problem, seed: int) -> Calendar:
    rng = np.random.default_rng(seed)
    events = []
    for block in range(problem.blocks):
        week = int(rng.integers(0, 10))
        while week < problem.horizon:
            shape = int(rng.integers(len(problem.shapes.weeks)))
            if problem.limits.allowed[block, shape, week]:
                length = int(problem.shapes.weeks[shape])
                events.append((block, int(problem.shapes.tactic[shape]), week, length))
                week += length + int(rng.integers(0, 8))
            week += 1
    return Calendar(*np.array(events).T)


def written(problem: Problem, calendar: Calendar, path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "account": [problem.account[block] for block in calendar.block],
            "product": [problem.product[block] for block in calendar.block],
            "tactic": [problem.tactics[tactic] for tactic in calendar.tactic],
            "start_week": [problem.weeks[start] for start in calendar.start],
            "weeks": calendar.weeks,
        }
    )
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("seed", [1, 2])
def test_promise_and_truth_agree_to_the_cent(problem: Problem, seed: int, tmp_path: Path) -> None:
    calendar = random_calendar(problem, seed)
    assert len(calendar.block) > 200
    promised = value(problem, calendar)
    true = true_profit(FOLDER / "truth", written(problem, calendar, tmp_path / "c.csv"), FOLDER)
    assert round(true.profit * 100) == promised.objective_cents
    assert round(true.spend * 100) == promised.spend_cents
    assert round(true.retailer_profit * 100) == promised.retailer_change_cents


def test_control_a_calendar_one_event_short_is_worth_something_else(
    problem: Problem, tmp_path: Path
) -> None:
    calendar = random_calendar(problem, 1)
    promised = value(problem, calendar)
    short = Calendar(
        calendar.block[1:], calendar.tactic[1:], calendar.start[1:], calendar.weeks[1:]
    )
    true = true_profit(FOLDER / "truth", written(problem, short, tmp_path / "c.csv"), FOLDER)
    assert round(true.profit * 100) != promised.objective_cents
