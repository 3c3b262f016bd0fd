"""Plans follow changes whose effect is known beforehand.

`./run bench pairs` does the same for a thousand pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.pairs import instance_of, pairs_of
from optimizer.master import Solver
from optimizer.problem import Calendar, Problem
from optimizer.solution import Solution, SolutionStatus
from optimizer.value import value
from tests.oracle.changes import CHANGES, Relation
from tests.oracle.memory import inputs_of
from tests.oracle.pairs import Pair, Solve, found_of, pair_of, solver_of

SEEDS = (0, 1, 4, 6, 8, 11, 12, 14)
PLANNED = 15  # a seed whose best plan has four events and no floor that needs them


@pytest.fixture(scope="module")
def solved() -> Iterator[Solve]:
    with Solver(seed=1) as child:
        yield solver_of(child)


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_plan_follows(seed: int, solved: Solve) -> None:
    pairs = pairs_of(seed, solved)
    assert len(pairs) >= len(CHANGES) - 1
    assert [pair.contradictions() for pair in pairs] == [[] for _ in pairs]
    assert all(pair.before.proven and pair.after.proven for pair in pairs)


def worse(solved: Solve) -> Solve:
    """A search that loses the first event of the best plan and calls what is left proven."""

    def lose(problem: Problem) -> Solution:
        best = solved(problem)
        assert best.calendar is not None
        kept = np.arange(best.calendar.block.size) > 0
        columns = (best.calendar.block, best.calendar.tactic)
        columns += (best.calendar.start, best.calendar.weeks)
        less = Calendar(*(column[kept] for column in columns))
        earns = value(problem, less).objective_cents / 100.0
        return replace(best, calendar=less, objective=earns, bound=earns)

    return lose


@pytest.mark.parametrize("name", CHANGES)
def test_control_a_search_that_misses_the_best_is_found_out(name: str, solved: Solve) -> None:
    instance = instance_of(PLANNED)
    before = found_of(inputs_of(instance), solved)
    pair = pair_of(instance, before, name, PLANNED, worse(solved))
    assert pair is not None
    assert pair.contradictions()


@pytest.mark.parametrize("name", CHANGES)
def test_control_no_plan_where_there_was_one(name: str, solved: Solve) -> None:
    instance = instance_of(PLANNED)
    before = found_of(inputs_of(instance), solved)
    none = replace(before, status=SolutionStatus.INFEASIBLE, low=-np.inf, high=-np.inf, events=[])
    assert Pair(name, CHANGES[name].relation, before, none).contradictions()


def test_control_money_that_does_not_scale(solved: Solve) -> None:
    """The same money on both sides is not a hundredfold."""
    before = found_of(inputs_of(instance_of(PLANNED)), solved)
    assert before.low > 1.0
    assert Pair("in_cents", Relation.HUNDREDFOLD, before, before).contradictions()
