"""Plans that decide base prices too are the best there are: every calendar and price looked at.

`python -m benchmarks.exhaustive --prices mixed` does the same for hundreds of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.master import Solver
from optimizer.problem import Moves
from tests.oracle.contest import Contest, contest
from tests.oracle.tiny_prices import tiny_priced

SEEDS = 40


def fight(seed: int, solver: Solver, *, alone: bool) -> Contest | None:
    """The contest of a seed; None where rivals make too many joint calendars for a test."""
    instance = tiny_priced(seed, alone=alone)
    if "rival" in instance.response:
        return None
    return contest(seed, solver, instance=instance)


def moves_in(found: Contest) -> int:
    """Changes of prices in a solution."""
    calendar = found.solution.calendar
    return 0 if calendar is None or calendar.moves is None else calendar.moves.week.size


@pytest.mark.no_cover  # as the solves of test_exhaustive
@pytest.mark.parametrize("alone", [True, False])
def test_plan_is_the_best_of_all_calendars_and_prices(alone: bool) -> None:
    complaints, moved = [], 0
    with Solver(seed=1) as solver:
        for seed in range(SEEDS):
            found = fight(seed, solver, alone=alone)
            if found is None:
                continue
            complaints += found.complaints()
            moved += moves_in(found)
    assert complaints == []
    assert moved > SEEDS / 4  # else prices would not have been looked at


@pytest.fixture(scope="module")
def fought() -> Contest:
    """An instance whose best plan moves a price that matters."""
    with Solver(seed=1) as solver:
        for seed in range(1000, 1050):
            found = fight(seed, solver, alone=True)
            if found is not None and moves_in(found) > 0 and not found.complaints():
                return found
    raise AssertionError("no instance with a price that moves")


def test_control_without_its_prices_a_plan_is_not_the_best(fought: Contest) -> None:
    none = np.zeros(0, dtype=np.int64)
    calendar = fought.solution.calendar
    assert calendar is not None
    listed = replace(calendar, moves=Moves(none, none, none))
    crippled = replace(fought, solution=replace(fought.solution, calendar=listed))
    assert any("earns" in text for text in crippled.complaints())


def test_control_a_change_too_many_breaks_the_plan(fought: Contest) -> None:
    market = fought.market
    market.known_paths, changes = {}, market.changes
    market.changes = 0
    assert any("breaks" in text for text in fought.complaints())
    market.known_paths, market.changes = {}, changes
