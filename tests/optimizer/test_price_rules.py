"""Rules about regular prices, which hold or do not whatever is planned."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.violations import measures, violations
from tests.optimizer.problems import (
    ACCOUNTS,
    LISTINGS,
    PRODUCTS,
    Rows,
    calendar_of,
    hand_problem,
    monday,
)

PACKS: Rows = [
    {**PRODUCTS[0], "size": 200, "size_unit": "g"},
    {**PRODUCTS[1], "brand": "X", "size": 500, "size_unit": "g"},
]
ORDER = {"rule": "pack_price_order"}
PARITY = {"rule": "price_parity", "value": 0.1}


def priced(small: float, large: float, other: float = 5.0) -> Rows:
    prices = {("A", "S"): small, ("A", "L"): large, ("B", "S"): other, ("B", "L"): 12.5}
    return [
        {**row, "base_price": prices[str(row["account"]), str(row["product"])]} for row in LISTINGS
    ]


@pytest.mark.parametrize(("large", "worst", "kept"), [(12.5, 1.0, True), (12.6, 1.008, False)])
def test_larger_packs_cost_no_more_for_their_size(
    tmp_path: Path, large: float, worst: float, kept: bool
) -> None:
    problem = hand_problem(tmp_path, ORDER, products=PACKS, listings=priced(5.0, large))
    (measure,) = measures(problem, calendar_of(problem, []))
    assert measure.worst == pytest.approx(worst)
    assert measure.slack == pytest.approx(1.0 - worst)
    assert problem.broken == (() if kept else ("pack_price_order",))
    assert [v.name for v in violations(problem, calendar_of(problem, []))] == list(problem.broken)


def test_only_packs_of_one_thing_are_compared(tmp_path: Path) -> None:
    dear = priced(5.0, 20.0)
    for i, change in enumerate(
        ({"brand": "Y"}, {"category": "d"}, {"size_unit": "ml"}, {"size": ""})
    ):
        products: Rows = [PACKS[0], {**PACKS[1], **change}]
        problem = hand_problem(tmp_path / str(i), ORDER, products=products, listings=dear)
        (measure,) = measures(problem, calendar_of(problem, []))
        assert measure.worst is None
        assert problem.broken == ()
    late = {**ORDER, "first_week": monday(20)}
    assert hand_problem(tmp_path / "late", late, products=PACKS, listings=dear).broken == ()


def test_prices_of_a_market_are_near_each_other(tmp_path: Path) -> None:
    near: Rows = [{**row, "market": "m"} for row in ACCOUNTS]
    problem = hand_problem(tmp_path, PARITY, accounts=near, listings=priced(5.5, 12.5))
    (measure,) = measures(problem, calendar_of(problem, []))
    assert measure.worst == pytest.approx(0.1)
    assert problem.broken == ()
    far = hand_problem(tmp_path / "far", PARITY, accounts=near, listings=priced(5.6, 12.5))
    assert far.broken == ("price_parity",)
    assert [v.name for v in violations(far, calendar_of(far, []))] == ["price_parity"]
    apart = hand_problem(tmp_path / "apart", PARITY, listings=priced(9.0, 12.5))
    (measure,) = measures(apart, calendar_of(apart, []))
    assert measure.worst is None
