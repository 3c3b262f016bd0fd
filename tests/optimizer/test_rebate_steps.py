"""Steps of rebates: straight lines that meet the one definition, plans by looking at all."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from optimizer.master import Solver
from optimizer.problem import Tier
from optimizer.rebate_steps import steps_of
from optimizer.rebates import due
from tests.oracle.goal_contest import contest, instance_of


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(seed=1) as child:
        yield child


@pytest.mark.parametrize("seed", range(10))
def test_plan_weighs_every_step(seed: int, solver: Solver) -> None:
    verdict = contest(instance_of(seed, rebates=True), seed, solver)
    assert verdict.complaints == ()
    assert not verdict.worse


@pytest.mark.parametrize("seed", range(20))
def test_a_step_is_a_straight_line(seed: int) -> None:
    rng = random.Random(seed)
    tiers = [
        Tier("A", rng.choice(["net_sales", "units"]), float(threshold), rate, reach)
        for threshold, rate, reach in (
            (t, rng.choice([0.01, 0.03]), rng.choice(["all", "excess"]))
            for t in rng.sample([0, 100, 150, 200, 300], rng.randint(1, 4))
        )
    ]
    curved = any(t.basis == "units" and t.reach == "excess" for t in tiers)
    steps = steps_of(tiers)
    for _ in range(60):
        net, units = rng.randint(1, 40_000), rng.uniform(1, 400)
        inside = [
            step
            for step in steps
            if step.net[0] <= net / 100 < step.net[1] and step.units[0] <= units < step.units[1]
        ]
        assert len(inside) == 1
        paid = due(tiers, units, net) / 100
        line = inside[0].rate * net / 100 + inside[0].constant
        assert line <= paid + 0.005001
        if not curved:
            assert line == pytest.approx(paid, abs=0.005001)
