"""The Nash bargain: its bound by geometry, its plans by looking at every calendar."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from optimizer.master import Solver
from optimizer.nash import Cut, largest
from tests.oracle.goal_contest import contest, instance_of


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(seed=1) as child:
        yield child


@pytest.mark.parametrize("seed", range(8))
def test_plan_is_the_best_bargain(seed: int, solver: Solver) -> None:
    verdict = contest(instance_of(seed, "nash", rebates=seed % 2 == 1), seed, solver)
    assert verdict.complaints == ()
    assert not verdict.worse


def test_the_largest_product_under_cuts() -> None:
    assert largest([]) is None
    assert largest([Cut(1.0, 1.0, 10.0)]) == pytest.approx(25.0)
    assert largest([Cut(1.0, 1.0, 10.0), Cut(1.0, 0.5, 6.0)]) == pytest.approx(18.0)
    assert largest([Cut(1.0, 1.0, 10.0), Cut(1.0, 1.0, 0.0)]) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_product_on_a_grid(seed: int) -> None:
    rng = random.Random(seed)
    cuts = [
        Cut(rng.uniform(0.2, 2), rng.uniform(0.2, 2), rng.uniform(5, 20))
        for _ in range(rng.randint(1, 5))
    ]
    axis = np.linspace(0.0, 120.0, 2401)
    ours, theirs = np.meshgrid(axis, axis)
    inside = np.ones(ours.shape, dtype=bool)
    for cut in cuts:
        inside &= cut.ours * ours + cut.theirs * theirs <= cut.most
    found = largest(cuts)
    assert found is not None
    seen = float((ours * theirs)[inside].max())
    assert seen <= found + 1e-9
    assert found <= seen * 1.03 + 0.5
