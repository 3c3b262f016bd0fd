"""Attribution: docs/readings.md once more as plain loops, and nothing lost."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from optimizer.attribution import meetings
from optimizer.draws import demands
from optimizer.plan import in_order, plan_of
from optimizer.problem import Calendar, Floats, Ints, Problem
from optimizer.reports.calendar import Ledger
from optimizer.uncertainty import uncertainty
from optimizer.value import value
from tests.optimizer.problems import tiny_inputs, tiny_problem
from workspace.money import split_cents


def random_calendar(problem: Problem, seed: int) -> Calendar:
    """Events wherever a block's own limits allow them, one after the other."""
    rng = np.random.default_rng(seed)
    rows = []
    for block in range(problem.blocks):
        week = int(rng.integers(0, 3))
        while week < problem.horizon:
            shapes = np.flatnonzero(problem.limits.allowed[block, :, week])
            if not shapes.size:
                week += 1
                continue
            shape = int(rng.choice(shapes))
            weeks = int(problem.shapes.weeks[shape])
            rows.append((block, int(problem.shapes.tactic[shape]), week, weeks))
            week += weeks + int(rng.integers(0, 3))
    array = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return in_order(problem, Calendar(*array))


def sizes(problem: Problem, calendar: Calendar) -> Floats:
    """|sum of an event's terms| for each event, block and week, by loops: (n, P, W)."""
    demand, width = problem.demand, len(problem.weeks)
    found = np.zeros((calendar.block.size, problem.blocks, width))
    for e, (block, tactic, start, weeks) in enumerate(
        zip(calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True)
    ):
        for week in range(start, start + weeks):
            found[e, block, week] += demand.lift[block, tactic]
            for lag, coefficient in enumerate(demand.carry[block], start=1):
                if week + lag < width:
                    found[e, block, week + lag] -= coefficient * demand.pressure[block, tactic]
            edges = demand.edges
            for target, source, lag, coefficient in zip(
                edges.target, edges.source, edges.lag, edges.coefficient, strict=True
            ):
                if source == block and week + lag < width:
                    found[e, target, week + lag] += coefficient * demand.pull[block, tactic]
    found = np.abs(found)
    found[found < 1e-12] = 0.0
    return found


def divided(problem: Problem, calendar: Calendar, change: Ints) -> Ints:
    """Whole cents of a change (P, W) by event, one weekly row at a time."""
    size = sizes(problem, calendar)
    grid = calendar.grid(problem)
    totals = np.zeros(calendar.block.size, dtype=np.int64)
    for block in range(problem.blocks):
        for week in range(len(problem.weeks)):
            mine = size[:, block, week]
            if mine.any():
                totals += split_cents(int(change[block, week]), mine)
            elif change[block, week]:
                assert grid[block, week]
                runs = (calendar.block == block) & (calendar.start <= week)
                runs &= week < calendar.start + calendar.weeks
                totals[np.flatnonzero(runs)[0]] += change[block, week]
    return totals


@pytest.mark.parametrize("seed", range(12))
def test_equals_plain_loops_and_loses_nothing(seed: int, tmp_path: Path) -> None:
    _, problem = tiny_problem(tmp_path, seed)
    calendar = random_calendar(problem, seed)
    outcome = value(problem, calendar)
    met = meetings(problem, calendar)
    shares = met.shares(met.sizes(problem.demand))
    change = outcome.profit - outcome.profit_no_promotion
    assert met.cents(change, shares).tolist() == divided(problem, calendar, change).tolist()
    assert int(met.cents(change, shares).sum()) == int(change.sum())
    moved = outcome.units - outcome.reference_units
    assert met.parts(moved, shares).sum() == pytest.approx(moved.sum())


def test_control_other_sizes_divide_otherwise(tmp_path: Path) -> None:
    differ = 0
    for seed in range(6):
        _, problem = tiny_problem(tmp_path, seed)
        calendar = random_calendar(problem, seed)
        outcome = value(problem, calendar)
        met = meetings(problem, calendar)
        change = outcome.profit - outcome.profit_no_promotion
        even = met.shares(np.ones(met.cell.size))
        differ += met.cents(change, even).tolist() != divided(problem, calendar, change).tolist()
    assert differ >= 3


def test_cents_go_to_the_largest_remainders_first_event_first() -> None:
    rng = np.random.default_rng(3)
    from optimizer.attribution import Meetings

    for _ in range(200):
        n = int(rng.integers(1, 6))
        total = int(rng.integers(-50, 50))
        weights = rng.integers(1, 4, n).astype(np.float64)
        nothing = np.zeros(0, dtype=np.int64)
        met = Meetings(
            events=n,
            weeks=1,
            cell=np.zeros(n, dtype=np.int64),
            event=np.arange(n),
            runs=np.zeros(n, dtype=np.bool_),
            kind=nothing,
            which=nothing,
            deal=nothing,
            meeting=nothing,
        )
        got = met.cents(np.array([[total]]), met.shares(weights))
        assert got.tolist() == split_cents(total, weights).tolist()
        exact = [Fraction(total) * int(w) / int(weights.sum()) for w in weights]
        assert all(abs(int(g) - x) < 1 for g, x in zip(got, exact, strict=True))


def test_a_deal_without_effect_bears_its_own_cost(tmp_path: Path) -> None:
    """Lift 0, a fee to pay: nobody's effect is there, so the event that runs has the change."""
    from dataclasses import replace

    _, problem = tiny_problem(tmp_path, 1)
    still = replace(
        problem.demand,
        lift=np.zeros_like(problem.demand.lift),
        pressure=np.zeros_like(problem.demand.pressure),
        pull=np.zeros_like(problem.demand.pull),
    )
    money = replace(problem.money, event_fee=np.full_like(problem.money.event_fee, 7.0))
    problem = replace(problem, demand=still, money=money)
    calendar = random_calendar(problem, 1)
    outcome = value(problem, calendar)
    met = meetings(problem, calendar)
    change = outcome.profit - outcome.profit_no_promotion
    got = met.cents(change, met.shares(met.sizes(problem.demand)))
    assert (got <= -700).all()
    assert got.sum() == change.sum()


def test_no_events_is_no_work(tmp_path: Path) -> None:
    _, problem = tiny_problem(tmp_path, 1)
    none = np.zeros(0, dtype=np.int64)
    met = meetings(problem, Calendar(none, none, none, none))
    shares = met.shares(met.sizes(problem.demand))
    assert met.cents(np.zeros((problem.blocks, len(problem.weeks)), "i8"), shares).size == 0


def test_draws_attribute_without_rounding(tmp_path: Path) -> None:
    """Per draw, the unrounded parts sum to the change, and are near the cents of its value."""
    workspace, response, spec = tiny_inputs(tmp_path, 4, draws=5)
    _, problem = tiny_problem(tmp_path, 4, draws=5)
    calendar = random_calendar(problem, 4)
    drawn = uncertainty(problem, calendar, demands(problem, workspace, response, 5))
    assert drawn is not None
    assert drawn.events.shape == (5, calendar.block.size)
    spends = []
    for i, demand in enumerate(demands(problem, workspace, response, 5)):
        outcome = value(problem, calendar, demand)
        cells = 0.005 * outcome.profit.size * 2
        assert drawn.objective[i] == pytest.approx(outcome.objective_cents / 100, abs=cells)
        assert drawn.events[i].sum() == pytest.approx(
            (outcome.profit.sum() - outcome.profit_no_promotion.sum()) / 100, abs=cells
        )
        spends.append(outcome.spend_cents / 100)
    assert np.ptp(drawn.objective) > 0
    plan = plan_of(workspace, response, spec, problem, calendar)
    assert Ledger(plan).profit.sum() == plan.outcome.profit.sum() - int(
        plan.outcome.profit_no_promotion.sum()
    )
    assert uncertainty(problem, calendar, iter(())) is None
