"""Supply as rows and as violations, against a stock counted week by week."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from optimizer.problem import Problem, Quantity, Sense
from optimizer.value import value
from optimizer.violations import violations
from tests.optimizer.problems import calendar_of, event, hand_problem, monday

SHARES = [0.0, 0.3, 0.5, 1.0]
Rows = list[dict[str, object]]


def supply(*weeks: tuple[int, float, float], product: str = "S") -> Rows:
    return [
        {"product": product, "week": monday(week), "units": units, "carry_over": share}
        for week, units, share in weeks
    ]


def spans(problem: Problem) -> list[tuple[int, int, float]]:
    rows = [row for row in problem.rows if row.rule == "supply"]
    assert all((r.quantity, r.sense) == (Quantity.UNITS, Sense.AT_MOST) for r in rows)
    return [(row.first, row.last, row.limit) for row in rows]


def test_weeks_chain_while_everything_is_kept(tmp_path: Path) -> None:
    rows = supply((-1, 900, 1), (0, 200, 1), (1, 250, 0), (2, 300, 1), (4, 210, 1), (8, 9, 1))
    problem = hand_problem(tmp_path, supply=rows)
    assert spans(problem) == [(0, 0, 200), (0, 1, 450), (2, 2, 300), (4, 4, 210)]
    names = [f"supply S {monday(t)}" for t in (0, 1, 2, 4)]
    assert [row.name for row in problem.rows] == ["all", *names]
    assert problem.rows[1].blocks.tolist() == [1, 3]


def test_a_share_kept_weighs_what_was_sold_and_what_arrived(tmp_path: Path) -> None:
    weeks = supply((0, 200, 1), (1, 100, 0.5), (2, 80, 0.25), (4, 200, 0.5))
    problem = hand_problem(tmp_path, supply=weeks)
    assert spans(problem) == [(0, 0, 200), (0, 1, 300), (2, 2, 230), (4, 4, 200)]
    third = [row for row in problem.rows if row.rule == "supply"][2]
    assert [(t.weight, t.first, t.last) for t in third.terms] == [(1.0, 2, 2), (0.5, 0, 1)]


def test_shortages_are_violations(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path, supply=supply((0, 250, 1), (1, 250, 0), (2, 200, 0)))
    assert violations(problem, calendar_of(problem, [event("A", "S", 1)])) == ()
    (found,) = violations(problem, calendar_of(problem, [event("A", "S", 0)]))
    assert (found.name, found.limit, found.slack) == (
        f"supply S {monday(0)}",
        250.0,
        pytest.approx(-50.0),
    )
    assert "at most 250.0 units" in str(found)


@pytest.mark.parametrize("seed", range(8))
def test_the_rows_hold_exactly_while_the_stock_lasts(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    weeks = [(t, rng.choice([200.0, 230.0, 300.0]), rng.choice(SHARES)) for t in range(8)]
    chosen = [week for week in weeks if rng.random() < 0.8]
    problem = hand_problem(tmp_path, supply=supply(*chosen))
    outcomes = set()
    for _ in range(30):
        events = [
            event(account, "S", t, tactic=rng.choice(["half", "tenth"]))
            for account in "AB"
            for t in range(8)
            if rng.random() < 0.12
        ]
        calendar = calendar_of(problem, events)
        units = value(problem, calendar).units[[1, 3]].sum(axis=0)
        stock, short = {}, False
        for t, arrives, share in chosen:
            available = arrives + stock.get(t, 0.0)
            short |= bool(units[t] > available + 1e-6)
            stock[t + 1] = share * (available - units[t])
        assert bool(violations(problem, calendar)) == short
        outcomes.add(short)
    assert outcomes == {True, False}
