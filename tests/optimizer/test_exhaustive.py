"""Plans of random tiny instances are the best there are: every calendar has been looked at.

`python -m benchmarks.exhaustive` does the same for thousands of them.
"""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.master import Solver
from optimizer.problem import Calendar
from tests.oracle.contest import contest

SEEDS = 500
BATCH = 50


@pytest.mark.no_cover  # other tests run these lines; five hundred solves traced take twice the time
@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_plan_is_the_best_of_all_calendars(first):
    with Solver(seed=1) as solver:
        complaints = [
            text
            for seed in range(first, first + BATCH)
            for text in contest(seed, solver).complaints()
        ]
    assert complaints == []


@pytest.fixture(scope="module")
def fought():
    """An instance whose best plan has events."""
    with Solver(seed=1) as solver:
        for seed in range(1000, 1050):
            found = contest(seed, solver)
            if found.best and found.solution.calendar is not None and not found.complaints():
                return found
    raise AssertionError("no instance with a plan")


def test_control_bound_a_cent_too_low(fought):
    lowered = replace(fought.solution, bound=fought.best / 100 - 0.01)
    assert any("bound" in text for text in replace(fought, solution=lowered).complaints())


def test_control_objective_a_cent_too_high(fought):
    praised = replace(fought.solution, objective=fought.best / 100 + 0.01)
    assert any("promised" in text for text in replace(fought, solution=praised).complaints())


def test_control_event_lost(fought):
    calendar = fought.solution.calendar
    keep = np.arange(calendar.block.size) > 0
    columns = (calendar.block, calendar.tactic, calendar.start, calendar.weeks)
    crippled = replace(fought.solution, calendar=Calendar(*(column[keep] for column in columns)))
    assert any("earns" in text for text in replace(fought, solution=crippled).complaints())


def test_control_infeasible_claimed(fought):
    status = type(fought.solution.status).INFEASIBLE
    silent = replace(fought.solution, status=status, calendar=None, objective=None, bound=None)
    false = replace(fought, solution=silent)
    assert len(false.falsehoods()) == 1
    assert len(false.complaints()) == 3
