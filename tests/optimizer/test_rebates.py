"""Rebates by hand: what all and excess steps pay, and their place in the objective."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.problem import Tier
from optimizer.rebates import due
from optimizer.value import value
from tests.optimizer.problems import calendar_of, event, hand_problem

Rows = list[dict[str, object]]


def step(threshold: float, rate: float, reach: str = "all", basis: str = "net_sales") -> Tier:
    return Tier("A", basis, threshold, rate, reach)


ALL = [step(100.0, 0.01), step(200.0, 0.02)]
EXCESS = [step(100.0, 0.01, "excess"), step(200.0, 0.02, "excess")]


@pytest.mark.parametrize(
    ("tiers", "units", "sales", "expected"),
    [
        (ALL, 0.0, 99_99, 0),
        (ALL, 0.0, 100_00, 1_00),
        (ALL, 0.0, 199_00, 1_99),
        (ALL, 0.0, 200_00, 4_00),
        (EXCESS, 0.0, 100_00, 0),
        (EXCESS, 0.0, 200_00, 1_00),
        (EXCESS, 0.0, 300_00, 3_00),
        (EXCESS[::-1], 0.0, 300_00, 3_00),
        ([step(50.0, 0.1, basis="units")], 49.0, 100_00, 0),
        ([step(50.0, 0.1, basis="units")], 50.0, 100_00, 10_00),
        ([step(50.0, 0.1, "excess", "units")], 200.0, 100_00, 7_50),
        ([*ALL, step(50.0, 0.1, basis="units")], 50.0, 100_00, 11_00),
        (ALL, 0.0, -500_00, 0),
        ([step(0.0, 0.015)], 0.0, 1_00, 2),
    ],
)
def test_what_is_due(tiers: list[Tier], units: float, sales: int, expected: int) -> None:
    assert due(tiers, units, sales) == expected


def test_the_change_of_rebates_is_taken_off_the_objective(tmp_path: Path) -> None:
    # Without promotion A sells 2 x 8 x 300 = 4,800; a deal adds 300 less 171 of spend.
    rebates: Rows = [
        {"account": "A", "basis": "net_sales", "threshold": 4000, "rate": 0.01, "reach": "all"},
        {"account": "A", "basis": "net_sales", "threshold": 4900, "rate": 0.02, "reach": "all"},
        {"account": "B", "basis": "units", "threshold": 1650, "rate": 0.1, "reach": "excess"},
    ]
    plain = hand_problem(tmp_path)
    problem = hand_problem(tmp_path / "rebates", rebates=rebates)
    assert len(problem.tiers) == 3
    one, two = event("A", "S", 1), event("B", "S", 1)
    outcome = value(problem, calendar_of(problem, [one]))
    assert outcome.rebates.account == ("A", "B")
    assert outcome.rebates.no_promotion.tolist() == [48_00, 0]
    assert outcome.rebates.plan.tolist() == [98_58, 0]
    alone = value(plain, calendar_of(plain, [one]))
    assert outcome.objective_cents == alone.objective_cents - 50_58
    # B: 1,700 units for 5,100 less 211: a tenth of 4,889 x 50 / 1,700.
    both = value(problem, calendar_of(problem, [one, two]))
    assert both.rebates.plan.tolist() == [98_58, 14_38]
    assert alone.rebates.change_cents == 0
