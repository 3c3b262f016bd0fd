"""Mean and CVaR of a plan over the draws: closed forms, and draws written out as responses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from optimizer.build import build
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.plan import plan_of
from optimizer.problem import Calendar
from optimizer.risk import Attitude, Prospects, profits_of, tail_counts, tail_mean
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from optimizer.uncertainty import uncertainty
from optimizer.verify.prospects import worst_mean
from tests.oracle.contest import events_of
from tests.oracle.drawn import replaced
from tests.oracle.evaluate import evaluate
from tests.oracle.goals import cvar
from tests.oracle.market import Market
from tests.oracle.memory import inputs_of
from tests.oracle.tiny import tiny

DRAWS = 8
ORIGIN = Origin("../scenarios/base.yaml", "0" * 64, "..", "../response")


def test_the_worst_tenth_of_ten_draws_is_the_worst() -> None:
    profits = np.array([3.0, -2.0, 5.0, 8.0, 1.0, 9.0, 4.0, 7.0, 6.0, 2.0])
    assert tail_mean(profits, 0.9) == pytest.approx(-2.0)
    assert tail_mean(profits, 0.8) == pytest.approx(-0.5)
    # A quarter of ten: two whole draws and half of the third.
    assert tail_mean(profits, 0.75) == pytest.approx((-2.0 + 1.0 + 0.5 * 2.0) / 2.5)


def test_of_uniform_profits_the_tail_is_half_way_up_it() -> None:
    profits = np.linspace(0.0, 1.0, 100_001)
    for level in (0.5, 0.8, 0.95):
        assert tail_mean(profits, level) == pytest.approx((1.0 - level) / 2.0, abs=1e-5)


def test_of_normal_profits_the_tail_is_the_mean_less_the_hazard() -> None:
    profits = np.random.default_rng(3).normal(100.0, 10.0, 400_000)
    # E[X | X < its .1 quantile] = mean - sd phi(1.2816) / .1
    assert tail_mean(profits, 0.9) == pytest.approx(100.0 - 10.0 * 1.75498, abs=0.1)


@pytest.mark.parametrize("level", [0.05, 0.5, 0.77, 0.9, 0.999])
def test_three_ways_to_the_tail_agree(level: float) -> None:
    """Counts of draws, a sorted sum, and the largest of eta less the mean shortfall below it."""
    rng = np.random.default_rng(int(1000 * level))
    for draws in (1, 2, 7, 40):
        profits = rng.normal(0.0, 5.0, draws).round(1)  # with ties
        found = tail_mean(profits, level)
        assert found == pytest.approx(float(cvar(profits[:, None], level)[0]), abs=1e-9)
        assert found == pytest.approx(worst_mean(profits, level), abs=1e-9)
        assert found <= profits.mean() + 1e-9


def test_no_counts_that_the_level_allows_make_less_of_the_profits() -> None:
    rng = np.random.default_rng(5)
    profits = rng.normal(0.0, 3.0, 12)
    counts = tail_counts(profits, 0.7)
    most = 1.0 / (0.3 * 12)
    assert counts.sum() == pytest.approx(1.0)
    assert counts.min() >= 0.0
    assert counts.max() <= most + 1e-12
    for _ in range(200):
        other = tail_counts(rng.normal(0.0, 1.0, 12), 0.7)
        assert other @ profits >= counts @ profits - 1e-12
    # The control: counts beyond the most allowed do make less.
    assert tail_counts(profits, 0.99) @ profits < counts @ profits


def test_what_counts_is_the_mix_of_mean_and_tail() -> None:
    profits = np.array([10.0, 0.0, 20.0, 30.0])
    assert Attitude(0.75, 0.4).worth(profits) == pytest.approx(0.6 * 15.0)
    assert Attitude(0.5, 1.0).worth(profits) == pytest.approx(5.0)
    prospects = Prospects(Attitude(0.5, 1.0), profits, np.array([40.0, -10.0, 20.0, 30.0]))
    assert (prospects.expected_cents, prospects.tail_cents) == (1500, 500)
    assert prospects.neutral_cents == (2000, 500)
    assert prospects.price_cents == 500
    assert Prospects(Attitude(0.5, 1.0), profits).price_cents is None


@pytest.mark.parametrize("seed", [1, 3, 4, 8])
def test_profits_are_those_of_each_draw_written_out(seed: int) -> None:
    workspace, response, spec = inputs_of(tiny(seed, draws=DRAWS, calendars=10))
    problem = build(workspace, response, spec)
    solution = solve(problem, SolveOptions(gap=0.0, seconds=20.0))
    if solution.calendar is None:
        pytest.skip("no plan")
    drawn = demands(problem, workspace, response, DRAWS)
    profits = profits_of(problem, solution.calendar, drawn)
    events = events_of(problem, solution)
    for draw, found in enumerate(profits.tolist()):
        market = Market.of(workspace, replaced(response, draw), spec)
        assert found == pytest.approx(evaluate(market, events).objective / 100.0, abs=0.6)
    again = uncertainty(problem, solution.calendar, demands(problem, workspace, response, DRAWS))
    assert again is not None
    assert again.objective.tolist() == profits.tolist()


def test_plan_json_says_what_bad_draws_earn(tmp_path: Path) -> None:
    workspace, response, spec = inputs_of(tiny(3, draws=DRAWS, calendars=10))
    problem = build(workspace, response, spec)
    none = np.zeros(0, dtype=np.int64)
    plan = plan_of(workspace, response, spec, problem, Calendar(none, none, none, none))
    drawn = uncertainty(problem, plan.calendar, demands(problem, workspace, response, DRAWS))
    write_plan(plan, drawn, ORIGIN, tmp_path, None)
    told = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["risk"]
    assert told["draws"] == DRAWS
    assert (told["level"], told["weight"]) == (spec.risk.cvar, 0.0)
    assert (told["expected_profit"], told["tail_profit"]) == (0.0, 0.0)  # it does nothing
    assert told["price"] is None
    write_plan(plan, None, ORIGIN, tmp_path, None)
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["risk"] is None
