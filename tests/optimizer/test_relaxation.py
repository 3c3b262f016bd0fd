"""Prices that settle: where slots bind, the master's own duals are far from the best prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import supplied_response_workspace
from benchmarks.planning import problem_of
from optimizer.cancellation import Clock
from optimizer.master import Solver
from optimizer.pricing import Pricer, Proposals
from optimizer.program import Status
from optimizer.relaxation import FAR, Relaxation, settle, shake
from tests.optimizer.stages import Answering, Stages, stages


@pytest.fixture
def slots(tmp_path: Path) -> Iterator[Stages]:
    """A problem whose slots bind, and its master before prices settle."""
    folder = supplied_response_workspace(tmp_path / "ws", 2, 10, 26, 1, slots=2, budget=1.0)
    with Pricer(problem_of(folder)) as pricer, Solver() as solver:
        yield stages(pricer, solver)


def above(slots: Stages, found: Relaxation) -> float:
    """The Lagrangian over the master, as a share of it."""
    limits = np.array([row.limit for row in slots.pricer.problem.rows])
    lagrangian = float(found.answers.value.sum() - found.worth @ limits)
    return (lagrangian - found.objective) / found.objective


def settled(
    slots: Stages, solver: Solver | None = None, seconds: float = 60.0, share: float = FAR
) -> Relaxation:
    return settle(
        slots.pricer, slots.pool, solver or slots.search.solver, slots.relaxation,
        slots.typical, Clock(seconds), share,
    )  # fmt: skip


def test_they_come_near_the_master_and_prove_more(slots: Stages) -> None:
    far, found = slots.relaxation, settled(slots)
    assert above(slots, far) > 10.0 * FAR  # the control: there is something to settle
    assert 0.0 <= above(slots, found) < 0.25 * above(slots, far)
    assert found.objective >= far.objective - 1e-6 * abs(far.objective)
    least = replace(slots, relaxation=found).bounds()
    before = slots.bounds()
    proven = slots.pricer.total(least, found.worth)
    assert found.objective <= proven < slots.pricer.total(before, far.worth)


def test_near_ones_stay_as_they_are(slots: Stages) -> None:
    enough = 1.01 * above(slots, slots.relaxation)
    assert settled(slots, Answering(Status.FAILED), share=enough) is slots.relaxation


def test_without_time_or_answers_they_stay_as_they_are(slots: Stages) -> None:
    mute = Answering(Status.FAILED)
    for seconds in (0.0, 60.0):
        assert settled(slots, mute, seconds) is slots.relaxation
    assert mute.asked == 1


@pytest.fixture
def brands(tmp_path: Path) -> Iterator[Stages]:
    """A problem of brands of five, whose prices are calm after the first masters."""
    folder = supplied_response_workspace(tmp_path / "ws", 2, 30, 52, 1)
    with Pricer(problem_of(folder)) as pricer, Solver() as solver:
        yield stages(pricer, solver)


def shaken(known: Stages, seed: int = 1, seconds: float = 60.0) -> Proposals:
    return shake(known.pricer, known.pool, known.relaxation, seed, Clock(seconds))


def test_forgetting_events_leaves_local_optima(brands: Stages) -> None:
    """Better at the same prices, worth what it says, and the same again."""
    before = brands.relaxation.answers
    plain = brands.pricer.ascend(brands.relaxation.worth, before.starts)
    assert (plain.value <= before.value + 1e-6).all()  # the control: climbing alone is at its end
    found = shaken(brands)
    assert (found.value >= before.value).all()
    assert found.value.sum() > before.value.sum() + 1.0
    again = brands.pricer.ascend(brands.relaxation.worth, found.starts)
    assert (again.value >= found.value - 1e-6).all()
    best = brands.pool.best(brands.relaxation.worth, before)
    assert (best.value == found.value).all()
    assert (shaken(brands).value >= found.value).all()


def test_nothing_is_shaken_where_prices_leap_or_time_is_over(slots: Stages, brands: Stages) -> None:
    assert above(slots, slots.relaxation) > FAR
    assert shaken(slots) is slots.relaxation.answers
    assert shaken(brands, seconds=0.0) is brands.relaxation.answers
