"""Prices that settle: where slots bind, the master's own duals are far from the best prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import supplied_response_workspace
from benchmarks.planning import problem_of
from optimizer.cancellation import Clock
from optimizer.kernels.payments import Steps
from optimizer.master import Solver
from optimizer.multipliers import find, typical_worth
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Floats
from optimizer.program import Status
from optimizer.relaxation import FAR, Relaxation, relax, settle
from tests.optimizer.stages import Answering


@dataclass(frozen=True)
class Slots:
    """A problem whose slots bind, and its master before prices settle."""

    pricer: Pricer
    pool: Pool
    solver: Solver
    typical: Floats
    far: Relaxation

    def above(self, found: Relaxation) -> float:
        """The Lagrangian over the master, as a share of it."""
        limits = np.array([row.limit for row in self.pricer.problem.rows])
        lagrangian = float(found.answers.value.sum() - found.worth @ limits)
        return (lagrangian - found.objective) / found.objective


@pytest.fixture
def slots(tmp_path: Path) -> Iterator[Slots]:
    folder = supplied_response_workspace(tmp_path / "ws", 2, 10, 26, 1, slots=2, budget=1.0)
    problem = problem_of(folder)
    with Pricer(problem) as pricer, Solver() as solver:
        nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
        free = pricer.ascend(np.zeros(len(problem.rows)), nowhere)
        pool, typical, clock = Pool(pricer), typical_worth(pricer, free), Clock(60.0)
        pool.add(free)
        start = find(pricer, pool, free, clock, typical)
        yield Slots(pricer, pool, solver, typical, relax(pricer, pool, solver, start, clock))


def test_they_come_near_the_master_and_prove_more(slots: Slots) -> None:
    found = settle(slots.pricer, slots.pool, slots.solver, slots.far, slots.typical, Clock(60.0))
    assert slots.above(slots.far) > 10.0 * FAR  # the control: there is something to settle
    assert 0.0 <= slots.above(found) < 0.25 * slots.above(slots.far)
    assert found.objective >= slots.far.objective - 1e-6 * abs(slots.far.objective)
    least, before = (
        slots.pricer.total(slots.pricer.bound(at.worth, at.answers, Steps(20)), at.worth)
        for at in (found, slots.far)
    )
    assert found.objective <= least < before


def test_near_ones_stay_as_they_are(slots: Slots) -> None:
    enough = 1.01 * slots.above(slots.far)
    found = settle(
        slots.pricer, slots.pool, Answering(Status.FAILED), slots.far, slots.typical,
        Clock(60.0), enough,
    )  # fmt: skip
    assert found is slots.far


def test_without_time_or_answers_they_stay_as_they_are(slots: Slots) -> None:
    mute = Answering(Status.FAILED)
    for clock in (Clock(0.0), Clock(60.0)):
        assert settle(slots.pricer, slots.pool, mute, slots.far, slots.typical, clock) is slots.far
    assert mute.asked == 1
