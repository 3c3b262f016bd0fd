"""The second opinion agrees with the first on plans that nobody chose, and knows ties of cents."""

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.build import build
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.plan import plan_of
from optimizer.problem import Calendar
from optimizer.uncertainty import uncertainty
from optimizer.verify import verify
from optimizer.verify.cents import rounded, shared_out, unsure
from optimizer.verify.rebates import due, steps_of
from tests.oracle.memory import tiny_inputs

ORIGIN = Origin("../scenarios/tiny.yaml", "5ca1ab1e", "..", "../response")


def some_calendar(problem, rng):
    """Events that can be valued, whatever the rules say."""
    events = []
    standing = problem.standing
    for block in range(problem.blocks):
        week = 0
        while week < problem.horizon:
            known = np.flatnonzero(standing.shortest[block]).tolist()
            if known and rng.random() < 0.4:
                tactic = rng.choice(known)
                low, high = standing.shortest[block, tactic], standing.longest[block, tactic]
                weeks = rng.randint(int(low), int(high))
                if week + weeks <= problem.horizon:
                    events.append((block, tactic, week, weeks))
                    week += weeks
                    continue
            week += 1
    return Calendar(*np.array(events, dtype=np.int64).reshape(-1, 4).T.copy())


@pytest.mark.parametrize("seed", range(2000, 2040))
def test_agrees_on_random_calendars(seed, tmp_path):
    """Value, rules, attribution, draws: two programs, one contract, the same files."""
    workspace, response, spec = tiny_inputs(seed, draws=seed % 4)
    problem = build(workspace, response, spec)
    calendar = some_calendar(problem, random.Random(seed))
    plan = plan_of(workspace, response, spec, problem, calendar, given=True)
    every_draw = demands(problem, workspace, response, spec.risk.draws)
    write_plan(plan, uncertainty(problem, plan.calendar, every_draw), ORIGIN, tmp_path)
    assert verify(tmp_path, workspace, response, spec) == ()


def test_a_gap_in_the_baseline_is_a_finding(tmp_path):
    workspace, response, spec = tiny_inputs(2001)
    problem = build(workspace, response, spec)
    calendar = some_calendar(problem, random.Random(1))
    write_plan(plan_of(workspace, response, spec, problem, calendar), None, ORIGIN, tmp_path)
    gappy = replace(response, baseline=response.baseline.drop(index=2).reset_index(drop=True))
    assert any("gaps" in str(finding) for finding in verify(tmp_path, workspace, gappy, spec))


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(0.005, 0), (0.015, 2), (0.025, 2), (0.0250000001, 2), (0.02501, 3), (-0.015, -2), (1.0, 100)],
)
def test_cents_half_to_even(amount, cents):
    assert rounded(np.array([amount]))[0] == cents


def test_unsure_only_at_the_edge_of_a_tie():
    edge = (12.5 + 1e-6) / 100
    assert unsure(np.array([edge]))[0]
    assert not unsure(np.array([0.125, 0.1251, 0.12])).any()


def test_remainders_of_equal_parts_go_to_the_first():
    parts, close = shared_out(np.array([-2.0]), np.zeros(3, dtype=np.int64), np.ones(3), 1)
    assert parts.tolist() == [0, -1, -1]
    assert not close.any()


def test_cent_that_floats_cannot_place_is_unsure():
    """Remainders on the edge between two ninth decimals: either part may get the cent."""
    size = np.array([0.5000000005, 0.5000000005 - 1e-15, 1.0 - 1e-9])
    parts, close = shared_out(np.array([2.0]), np.zeros(3, dtype=np.int64), size, 1)
    assert parts.sum() == 2
    assert close.any()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(-10_000, 10_000),
    st.lists(st.floats(1e-3, 10.0), min_size=1, max_size=8),
)
def test_shares_add_up_and_are_near_their_quota(total, sizes):
    size = np.array(sizes)
    row = np.zeros(len(size), dtype=np.int64)
    parts, _ = shared_out(np.array([float(total)]), row, size, 1)
    assert parts.sum() == total
    assert (np.abs(parts - total * size / size.sum()) < 1 + 1e-6).all()


def tiers(*rows):
    columns = ["account", "basis", "threshold", "rate", "reach"]
    return steps_of(pd.DataFrame(rows, columns=columns))


def test_rebates_by_hand():
    """Readings, section Rebates: the highest step on all, each step on what exceeds it."""
    on_all = tiers(("A", "net_sales", 100.0, 0.01, "all"), ("A", "net_sales", 200.0, 0.02, "all"))
    assert due(on_all, "A", 0.0, 99.0) == 0
    assert due(on_all, "A", 0.0, 100.0) == pytest.approx(1.0)
    assert due(on_all, "A", 0.0, 500.0) == pytest.approx(10.0)
    assert due(on_all, "B", 0.0, 500.0) == 0
    above = tiers(("A", "units", 10.0, 0.1, "excess"), ("A", "units", 30.0, 0.2, "excess"))
    # 40 units for 400: 20 of them at a tenth, 10 at a fifth.
    assert due(above, "A", 40.0, 400.0) == pytest.approx(0.1 * 200 + 0.2 * 100)
    assert due(above, "A", 40.0, -1.0) == 0
