"""Prices, masters over columns, neighbourhoods and exact closing, each step by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimizer.cancellation import Cancelled, Clock
from optimizer.closing import Room, close
from optimizer.incumbent import Incumbent, assess
from optimizer.master import Solver
from optimizer.multipliers import AdamOptions, find, totals, typical_worth
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Ints, Problem, Sense
from optimizer.program import Result, Status
from optimizer.relaxation import relax, top_columns
from optimizer.restricted import choice
from optimizer.search import (
    Search,
    climb,
    improve,
    lost_value,
    neighbourhoods,
    refresh,
    rounded,
    torn,
)
from tests.optimizer.random_problem import row_totals
from tests.optimizer.stages import MIDDLE, SMALL, Answering, Stages, possible_problem, stages


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


@pytest.fixture(scope="module")
def middle(solver: Solver) -> Iterator[Stages]:
    with Pricer(possible_problem(MIDDLE, 1)) as pricer:
        yield stages(pricer, solver)


@pytest.fixture
def small(solver: Solver) -> Iterator[Stages]:
    with Pricer(possible_problem(SMALL, 2)) as pricer:
        yield stages(pricer, solver)


def test_multipliers_have_the_signs_of_their_rows(middle: Stages) -> None:
    rows = middle.pricer.problem.rows
    for row, worth in zip(rows, middle.start.worth, strict=True):
        assert worth <= 0 if row.sense == Sense.AT_MOST else worth >= 0
    assert (middle.start.typical > 0).all()
    last = middle.start.last
    expected = row_totals(middle.pricer.problem, last.starts)
    assert totals(middle.pricer, last) == pytest.approx(expected)


def test_multipliers_bring_totals_towards_limits(middle: Stages) -> None:
    pricer = middle.pricer
    nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    free = pricer.ascend(np.zeros(len(pricer.problem.rows)), nowhere)
    rows = pricer.problem.rows
    spend = 0  # the budget over everything
    before = totals(pricer, free)[spend] - rows[spend].limit
    after = totals(pricer, middle.start.last)[spend] - rows[spend].limit
    assert abs(after) < abs(before)


def test_multipliers_stop_where_nothing_binds_or_no_time_is_left(small: Stages) -> None:
    pricer = small.pricer
    nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    free = pricer.ascend(np.zeros(len(pricer.problem.rows)), nowhere)
    late = find(pricer, Pool(pricer), free, Clock(0.0), small.typical)
    assert (late.worth == 0).all()
    with pytest.raises(Cancelled):
        find(pricer, Pool(pricer), free, Clock(9.0, lambda: True), small.typical)
    loose = replace(pricer.problem, rows=(replace(pricer.problem.rows[0], limit=1e9),))
    with Pricer(loose) as other:
        free = other.ascend(np.zeros(1), nowhere)
        found = find(other, Pool(other), free, Clock(99.0), typical_worth(other, free))
    assert found.worth.tolist() == [0.0]


@pytest.mark.parametrize(
    "wrong", [{"rounds": 0}, {"step": 0.0}, {"halving": 0.0}, {"first": 1.0}, {"second": -0.1}]
)
def test_adam_options_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"needed|lie in"):
        AdamOptions(**wrong)  # type: ignore[arg-type]


def test_master_over_columns_is_the_best_choice(small: Stages, solver: Solver) -> None:
    """Against every combination of columns."""
    pricer, pool = small.pricer, small.pool
    groups = np.arange(pricer.groups)
    columns = [np.arange(min(6, pool.count(g))) for g in groups]
    penalty = 1e4 * small.typical
    master = choice(pricer, pool, groups, columns, np.zeros(len(small.typical)), penalty)
    result = solver.solve(master.program, 60.0)
    assert result.status is Status.OPTIMAL
    best: Incumbent | None = None
    for chosen in product(*columns):
        one = assess(pricer, pool, np.array(chosen), penalty)
        if best is None or one.objective - one.lacking > best.objective - best.lacking:
            best = one
    assert best is not None
    assert result.objective == pytest.approx(best.objective - best.lacking, abs=0.02)
    # Rows that no choice of columns could break are not watched.
    unwatched = np.setdiff1d(np.arange(len(pricer.problem.rows)), master.watched)
    for chosen in product(*columns):
        reached = assess(pricer, pool, np.array(chosen), small.typical).totals
        for r in unwatched:
            row = pricer.problem.rows[r]
            assert (reached[r] <= row.limit + 1e-3) == (row.sense == Sense.AT_MOST) or (
                reached[r] >= row.limit - 1e-3
            )


def test_kept_columns_are_a_solution_to_start_from(small: Stages) -> None:
    pricer, pool = small.pricer, small.pool
    groups = np.arange(pricer.groups)
    keep = np.array([pool.count(g) - 1 for g in groups])
    columns = [np.arange(pool.count(g)) for g in groups]
    program = choice(
        pricer, pool, groups, columns, np.zeros(len(small.typical)), small.typical, keep
    ).program
    assert program.start is not None
    reached = program.matrix @ program.start
    assert (reached <= program.row_upper + 1e-6).all()
    assert (reached >= program.row_lower - 1e-6).all()
    assert (program.start <= program.upper + 1e-9).all()


def test_relaxation_lies_between_plan_and_bound(middle: Stages) -> None:
    relaxation = middle.relaxation
    plan = rounded(middle.search)
    total = middle.pricer.total(middle.bounds(), relaxation.worth)
    assert plan.feasible
    assert plan.objective <= relaxation.objective + 1e-6 * abs(relaxation.objective)
    assert relaxation.objective <= total + 1e-6 * abs(total)
    assert relaxation.lacking < 1e-7
    weight = np.bincount(relaxation.choice.group, weights=relaxation.weights)
    assert weight == pytest.approx(np.ones(middle.pricer.groups), abs=1e-6)


@pytest.mark.parametrize("status", [Status.FAILED, Status.LIMIT, Status.INFEASIBLE])
def test_relaxation_without_an_answer_is_the_start(small: Stages, status: Status) -> None:
    found = relax(small.pricer, small.pool, Answering(status), small.start, Clock(60.0))
    assert np.array_equal(found.worth, small.start.worth)
    assert found.weights.tolist() == [1.0] * small.pricer.groups


def test_relaxation_ends_with_its_time(small: Stages, solver: Solver) -> None:
    found = relax(small.pricer, small.pool, solver, small.start, Clock(0.0))
    assert np.isfinite(found.objective)


def test_top_columns_are_the_best(middle: Stages) -> None:
    worth = middle.relaxation.worth
    for g, chosen in enumerate(top_columns(middle.pricer, middle.pool, worth, 3)):
        values = middle.pool.value(g, worth)
        assert chosen.size == min(3, values.size)
        assert values[chosen].min() >= np.delete(values, chosen).max(initial=-np.inf)
        assert (np.diff(chosen) > 0).all()


def test_neighbourhoods_of_every_kind(middle: Stages) -> None:
    search = middle.search
    plan = rounded(search)
    groups = middle.pricer.groups
    choices = neighbourhoods(search, np.random.default_rng(1))
    assert next(choices).tolist() == list(range(groups))
    for _ in range(8):  # two of each: lost value, at random, accounts, products
        free = choices.send((plan, min(48, groups)))
        assert free.size == min(48, groups)
        assert (np.diff(free) > 0).all()
        assert free[0] >= 0
        assert free[-1] < groups


def test_neighbourhoods_smaller_than_the_problem(
    middle: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.search.FREE", 5)
    search = middle.search
    plan = rounded(search)
    choices = neighbourhoods(search, np.random.default_rng(1))
    next(choices)
    lost = lost_value(search, plan)
    assert (lost >= 0).all()
    kinds = [choices.send((plan, 5)) for _ in range(4)]
    assert all(free.size == 5 for free in kinds)
    first = middle.pricer.arrays.group_start[:-1]
    accounts = {middle.pricer.problem.account[p] for p in first[kinds[2]]}
    assert len(accounts) <= 2
    better, proven = improve(search, plan, kinds[0])
    assert proven
    assert not plan.beats(better)
    outside = np.setdiff1d(np.arange(middle.pricer.groups), kinds[0])
    assert np.array_equal(better.columns[outside], plan.columns[outside])


def test_refresh_brings_new_columns_to_free_groups_alone(middle: Stages) -> None:
    search = middle.search
    plan = rounded(search)
    before = [middle.pool.count(g) for g in range(middle.pricer.groups)]
    refresh(search, plan, np.array([2, 5]), np.random.default_rng(77))
    after = [middle.pool.count(g) for g in range(middle.pricer.groups)]
    changed = {g for g in range(middle.pricer.groups) if after[g] > before[g]}
    assert changed <= {2, 5}


def test_climbing_never_loses_and_ends(middle: Stages) -> None:
    plan = rounded(middle.search)
    found = climb(middle.search, plan, 1, lambda _: False)
    assert not plan.beats(found)
    assert climb(middle.search, plan, 1, lambda _: True) is plan
    late = replace(middle.search, clock=Clock(0.0))
    assert climb(late, plan, 1, lambda _: False) is plan
    assert improve(late, plan, np.arange(3)) == (plan, False)
    mute = replace(middle.search, solver=Answering(Status.LIMIT))
    assert improve(mute, plan, np.arange(3)) == (plan, False)


def test_neighbourhoods_shrink_where_masters_are_too_hard(
    middle: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def hard(_search: Search, plan: Incumbent, free: Ints) -> tuple[Incumbent, bool]:
        sizes.append(free.size)
        return plan, easy

    plan, groups, easy = rounded(middle.search), middle.pricer.groups, False
    monkeypatch.setattr("optimizer.search.improve", hard)
    climb(middle.search, plan, 1, lambda _: False)
    whole = min(48, groups)
    steps = [whole]
    while steps[-1] > 6:
        steps.append(max(6, steps[-1] // 2))
    assert sizes[: len(steps)] == steps
    assert set(sizes[len(steps) :]) == {6}
    assert 4 * whole <= 6 * (len(sizes) - len(steps) + 1) < 4 * whole + 12
    sizes.clear()
    easy = True
    climb(middle.search, plan, 1, lambda _: False)
    assert sizes == [whole] * 4  # the control: where they are easy, all stay as large


def test_rounding_is_for_masters_that_left_most_groups_whole(middle: Stages) -> None:
    relaxation = middle.search.relaxation
    assert not torn(middle.search)
    halved = replace(
        middle.search, relaxation=replace(relaxation, weights=0.5 * relaxation.weights)
    )
    assert torn(halved)


def test_climbing_from_a_torn_master_of_few_groups(small: Stages) -> None:
    relaxation = small.search.relaxation
    halved = replace(relaxation, weights=0.5 * relaxation.weights)
    torn_one = replace(small.search, relaxation=halved)
    plan = rounded(small.search)
    assert torn(torn_one)
    assert small.pricer.groups < 6
    assert not plan.beats(climb(torn_one, plan, 1, lambda _: False))


class Cancelling(Answering):
    """Tells the caller nothing, as a cancelled solver does."""

    def solve(self, *_: object, **__: object) -> Result:  # type: ignore[override]
        return Result(Status.LIMIT, message="cancelled")


def test_cancelling_during_a_master_is_heard(small: Stages) -> None:
    told = replace(small.search, solver=Cancelling(Status.LIMIT), clock=Clock(60.0, lambda: True))
    plan = assess(small.pricer, small.pool, np.zeros(small.pricer.groups, int), small.typical)
    with pytest.raises(Cancelled):
        improve(told, plan, np.arange(2))


def closing(s: Stages, plan: Incumbent, room: Room, solver: Solver, seconds: float = 60.0):  # type: ignore[no-untyped-def]
    return close(
        s.pricer, s.pool, solver, s.relaxation.worth, s.bounds(), plan, s.typical,
        Clock(seconds), room,
    )  # fmt: skip


def test_closing_proves_the_best_plan(small: Stages, solver: Solver) -> None:
    plan = rounded(small.search)
    closed = closing(small, plan, Room(), solver)
    assert closed is not None
    assert closed.incumbent is not None
    assert not plan.beats(closed.incumbent)
    # A worse plan to start from leads to the same.
    poor = assess(
        small.pricer, small.pool, np.zeros(small.pricer.groups, dtype=np.int64), small.typical
    )
    other = closing(small, poor, Room(), solver)
    assert other is not None
    assert other.incumbent is not None
    assert other.incumbent.objective == closed.incumbent.objective


@pytest.mark.parametrize(
    "room", [Room(block=0), Room(group=0), Room(total=0), Room(visits=0)], ids=str
)
def test_closing_too_large_says_nothing(small: Stages, solver: Solver, room: Room) -> None:
    assert closing(small, rounded(small.search), room, solver) is None


def test_closing_without_time_or_answer_says_nothing(small: Stages, solver: Solver) -> None:
    plan = rounded(small.search)
    assert closing(small, plan, Room(), solver, seconds=0.0) is None
    assert closing(small, plan, Room(), Answering(Status.FAILED)) is None


def test_closing_without_payments_says_nothing(
    solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.pricing._STORE_LIMIT", 10)
    with Pricer(possible_problem(SMALL, 2)) as pricer:
        s = stages(pricer, solver)
        assert closing(s, rounded(s.search), Room(), solver) is None


def without_plan(problem: Problem) -> Problem:
    """Between two totals that no calendar reaches: more than nothing, less than a cent."""
    budget = replace(problem.rows[0], limit=0.004)
    floor = replace(problem.rows[0], name="floor", sense=Sense.AT_LEAST, limit=0.003)
    problem.limits.must[...] = -1
    return replace(problem, rows=(budget, floor))


def test_closing_proves_that_there_is_no_plan(solver: Solver) -> None:
    with Pricer(without_plan(possible_problem(SMALL, 2))) as pricer:
        s = stages(pricer, solver)
        plan = rounded(s.search)
        assert not plan.feasible
        closed = closing(s, plan, Room(group=2000), solver)
        assert closed is not None
        assert closed.incumbent is None
