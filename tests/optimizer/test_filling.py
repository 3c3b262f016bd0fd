"""Plans without a solver: never worse than before, rows kept, room used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimizer.filling import filled
from optimizer.incumbent import Incumbent, assess
from optimizer.pricing import Pricer
from optimizer.problem import Problem, Quantity, Sense
from optimizer.program import Status
from tests.optimizer.stages import MIDDLE, SMALL, Answering, Stages, possible_problem, stages


def only_ceilings(problem: Problem) -> Problem:
    """Without pins and floors, so that an empty calendar keeps the rules."""
    zero = (Quantity.SPEND, Quantity.ACTIVE, Quantity.STARTS)  # with nothing promoted
    rows = tuple(row for row in problem.rows if row.sense == Sense.AT_MOST and row.quantity in zero)
    problem.limits.must[...] = -1
    return replace(problem, rows=rows)


def first_plan(one: Stages) -> Incumbent:
    """The emptiest column of each group."""
    columns = np.zeros(one.pricer.groups, dtype=np.int64)
    for g in range(one.pricer.groups):
        events = [int((one.pool.starts(g, c) >= 0).sum()) for c in range(one.pool.count(g))]
        columns[g] = int(np.argmin(events))
    return assess(one.pricer, one.pool, columns, one.typical)


@pytest.fixture(scope="module", params=[1, 3])
def middle(request: pytest.FixtureRequest) -> Iterator[Stages]:
    problem = only_ceilings(possible_problem(MIDDLE, request.param))
    with Pricer(problem) as pricer:
        one = stages(pricer, Answering(Status.FAILED))
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        quiet = pricer.ascend(np.zeros(len(problem.rows)), nowhere, event_worth=-1e9)
        one.pool.add(quiet)
        yield one


def test_a_plan_without_any_solver(middle: Stages) -> None:
    start = first_plan(middle)
    assert start.feasible
    found = filled(middle.pricer, middle.pool, start, middle.start.worth, middle.typical)
    assert found.feasible
    assert found.objective > start.objective
    # The Lagrangian bounds what any choice of columns can earn.
    limits = np.array([row.limit for row in middle.pricer.problem.rows])
    worth = middle.start.worth
    best = sum(middle.pool.value(g, worth).max() for g in range(middle.pricer.groups))
    assert found.objective <= best - worth @ limits + 1e-6
    assert found.objective >= 0.5 * (best - worth @ limits)


def test_nothing_is_left_that_fits_and_earns_more(middle: Stages) -> None:
    found = filled(
        middle.pricer, middle.pool, first_plan(middle), middle.start.worth, middle.typical
    )
    again = filled(middle.pricer, middle.pool, found, middle.start.worth * 0.0, middle.typical)
    assert not found.beats(again)
    for g in range(middle.pricer.groups):
        for c in range(middle.pool.count(g)):
            columns = again.columns.copy()
            columns[g] = c
            other = assess(middle.pricer, middle.pool, columns, middle.typical)
            assert not other.beats(again) or other.objective - again.objective < 1e-6


def test_control_without_room_nothing_moves(middle: Stages) -> None:
    start = first_plan(middle)
    tight = replace(
        middle.pricer.problem,
        rows=tuple(
            replace(row, limit=float(total))
            for row, total in zip(middle.pricer.problem.rows, start.totals, strict=True)
        ),
    )
    roomy = filled(middle.pricer, middle.pool, start, middle.start.worth, middle.typical)
    with Pricer(tight) as pricer:
        kept = filled(pricer, middle.pool, start, middle.start.worth, middle.typical)
        assert (kept.totals <= start.totals + 1e-4).all()
    assert (roomy.totals > start.totals + 1.0).any()


def test_a_plan_that_lacks_never_lacks_more() -> None:
    problem = possible_problem(SMALL, 2)
    with Pricer(problem) as pricer:
        one = stages(pricer, Answering(Status.FAILED), rounds=10)
        choices = [range(min(3, one.pool.count(g))) for g in range(pricer.groups)]
        for columns in product(*choices):
            start = assess(pricer, one.pool, np.array(columns), one.typical)
            found = filled(pricer, one.pool, start, one.start.worth, one.typical)
            assert not start.beats(found)
            assert found.lacking <= start.lacking
