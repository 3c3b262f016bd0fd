"""Units and money of small markets, computed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer.problem import Calendar, Problem
from optimizer.value import Outcome, value
from tests.optimizer.problems import (
    ACCOUNTS,
    TACTICS,
    calendar_of,
    event,
    hand_problem,
    hand_response,
    monday,
)

Rows = list[dict[str, object]]
TWO = float(np.log(2.0))


def block(problem: Problem, account: str, product: str) -> int:
    return list(zip(problem.account, problem.product, strict=True)).index((account, product))


def worth(problem: Problem, *events: tuple[str, str, str, int, int]) -> Outcome:
    return value(problem, calendar_of(problem, list(events)))


def test_no_promotion_earns_nothing_and_costs_nothing(tmp_path: Path) -> None:
    outcome = worth(hand_problem(tmp_path))
    assert outcome.objective_cents == outcome.spend_cents == outcome.retailer_change_cents == 0
    assert (outcome.units == 100.0).all()
    assert str(outcome) == "objective 0.00, spend 0.00, retailers +0.00"


def test_money_of_one_week(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    outcome = worth(problem, event("A", "S", 2, 2))
    s = block(problem, "A", "S")
    # B 5.00 incl. 25 % VAT, half price, 40 % funded: 0.4 x 0.5 x 5 / 1.25 = 0.80 per unit.
    assert outcome.units[s, 2] == pytest.approx(200.0)
    assert outcome.gross_sales[s, 2] == 600_00
    assert outcome.variable_spend[s, 2] == 160_00
    assert outcome.fees[s, 2] == 11_00  # the event's 10 and the week's 1
    assert outcome.fees[s, 3] == 1_00
    assert outcome.profit[s, 2] == (3 - 1) * 200_00 - 160_00 - 11_00
    # (2.5 / 1.25 - 3 - 0.1) x 200 + spend
    assert outcome.retailer_profit[s, 2] == -1_10 * 200 + 160_00 + 11_00
    assert outcome.retailer_profit_no_promotion[s, 2] == 90_00
    assert outcome.spend_cents == 2 * 160_00 + 12_00
    assert outcome.objective == 2 * (2 * 100.0 - 160.0) - 12.0


def test_off_invoice_deals_are_bought_ahead(tmp_path: Path) -> None:
    tactics = [{**TACTICS[0], "funding": "off_invoice"}]
    problem = hand_problem(tmp_path, tactics=tactics)
    outcome = worth(problem, event("A", "S", 0), event("B", "S", 0))
    # A buys nothing ahead; B, without VAT, half a unit for every unit: 0.4 x 0.5 x 5 x 1.5.
    assert outcome.variable_spend[block(problem, "A", "S"), 0] == 160_00
    assert outcome.variable_spend[block(problem, "B", "S"), 0] == 300_00


def test_dips_reach_past_the_horizon(tmp_path: Path) -> None:
    carry: Rows = [
        {"account": "A", "product": "S", "lag": 1, "coefficient": 1.0},
        {"account": "A", "product": "S", "lag": 3, "coefficient": 0.5},
    ]
    problem = hand_problem(tmp_path, response=hand_response(carry=carry))
    assert problem.tail == 3
    outcome = worth(problem, event("A", "S", 7))
    s = block(problem, "A", "S")
    np.testing.assert_allclose(outcome.units[s, 7:], [200, 50, 100, 100 / np.sqrt(2)])
    assert outcome.profit[s, 8] - outcome.profit_no_promotion[s, 8] == -100_00
    assert outcome.spend.shape == (4, 8)
    # Two events' dips multiply.
    both = worth(problem, event("A", "S", 4), event("A", "S", 6))
    np.testing.assert_allclose(both.units[s, 4:8], [200, 50, 200, 100 / 2 / np.sqrt(2)])


def test_the_tail_repeats_the_last_week_unless_the_response_has_all_of_it(tmp_path: Path) -> None:
    def levels(weeks: int) -> Rows:
        rows = [
            {"account": a, "product": p, "week": monday(t), "units": 100.0 + t}
            for a in "AB"
            for p in "SL"
            for t in range(weeks)
        ]
        return [*rows]

    carry: Rows = [{"account": "A", "product": "S", "lag": 2, "coefficient": 1.0}]
    for weeks, tail in ((8, [107, 107]), (9, [107, 107]), (10, [108, 109]), (30, [108, 109])):
        response = hand_response(baseline=levels(weeks), carry=carry)
        problem = hand_problem(tmp_path / str(weeks), response=response)
        assert problem.demand.base[0, 8:].tolist() == tail
        assert problem.weeks[-1] == monday(9)


def test_cross_and_rival_effects_with_lags(tmp_path: Path) -> None:
    cross: Rows = [
        {"account": "A", "product": "L", "by_product": "S", "coefficient": -1.0, "lag": 0},
        {"account": "A", "product": "L", "by_product": "S", "coefficient": -0.5, "lag": 2},
    ]
    rival: Rows = [
        {"account": "B", "by_account": "A", "product": "S", "coefficient": -2.0, "lag": 1}
    ]
    problem = hand_problem(tmp_path, response=hand_response(cross=cross, rival=rival))
    outcome = worth(problem, event("A", "S", 1))
    half = np.exp(-TWO)
    level = outcome.units[:, :4] / 100.0
    np.testing.assert_allclose(level[block(problem, "A", "L")], [1, half, 1, half**0.5])
    np.testing.assert_allclose(level[block(problem, "B", "S")], [1, 1, half**2, 1])
    np.testing.assert_allclose(level[block(problem, "B", "L")], 1)
    # A-S, A-L and B-S touch each other; B-L stands alone, between them by name.
    assert list(zip(problem.account, problem.product, strict=True)) == [
        ("A", "L"),
        ("A", "S"),
        ("B", "S"),
        ("B", "L"),
    ]
    assert problem.group.tolist() == [0, 0, 0, 1]


def test_history_is_in_plan_and_reference(tmp_path: Path) -> None:
    carry: Rows = [{"account": "A", "product": "S", "lag": 2, "coefficient": 1.0}]
    cross: Rows = [
        {"account": "A", "product": "L", "by_product": "S", "coefficient": -1.0, "lag": 1}
    ]
    events: Rows = [
        {
            "account": "A",
            "product": "S",
            "tactic": "half",
            "start_week": monday(-2),
            "weeks": 2,
            "status": "actual",
        }
    ]
    response = hand_response(carry=carry, cross=cross)
    problem = hand_problem(tmp_path, response=response, events=events)
    np.testing.assert_allclose(
        problem.demand.base[block(problem, "A", "S"), :4], [50, 50, 100, 100]
    )
    np.testing.assert_allclose(problem.demand.base[block(problem, "A", "L"), :3], [50, 100, 100])
    assert worth(problem).objective_cents == 0


def test_history_of_a_delisted_product_is_still_felt(tmp_path: Path) -> None:
    cross: Rows = [
        {"account": "A", "product": "L", "by_product": "S", "coefficient": -1.0, "lag": 1}
    ]
    listings: Rows = [{"account": "A", "product": "L", "base_price": 5.0, "list_price": 3.0}]
    sales: Rows = [
        {"account": "A", "product": p, "week": monday(-1), "units": 9, "price": 5} for p in "SL"
    ]
    events: Rows = [
        {
            "account": "A",
            "product": "S",
            "tactic": "half",
            "start_week": monday(-1),
            "weeks": 1,
            "status": "actual",
        }
    ]
    response = hand_response(cross=cross)
    problem = hand_problem(
        tmp_path, response=response, events=events, listings=listings, sales=sales
    )
    assert problem.blocks == 1
    np.testing.assert_allclose(problem.demand.base[0, :3], [50, 100, 100])


def test_ties_of_cents_go_to_even(tmp_path: Path) -> None:
    baseline: Rows = [
        {"account": "A", "product": "S", "week": monday(t), "units": 0.5 + 0.01 * t}
        for t in range(8)
    ]
    listings: Rows = [{"account": "A", "product": "S", "base_price": 5.0, "list_price": 2.5}]
    problem = hand_problem(
        tmp_path, response=hand_response(baseline=baseline, lift=[]), listings=listings
    )
    outcome = worth(problem)
    # 2.50 x 0.50 = 1.25 exactly, x 0.51 = 1.275: half a cent.
    assert outcome.gross_sales[0, :5].tolist() == [125, 128, 130, 132, 135]


def test_tactics_without_a_lift_sell_nothing_more(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path, response=hand_response(lift=[]))
    outcome = worth(problem, event("A", "S", 0))
    assert outcome.units[block(problem, "A", "S"), 0] == 100.0
    assert outcome.objective_cents == -80_00 - 11_00


def test_a_calendar_is_read_only_where_the_problem_is_too(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        problem.demand.base[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        problem.limits.allowed[0, 0, 0] = False


def test_forward_buying_is_only_for_off_invoice(tmp_path: Path) -> None:
    assert ACCOUNTS[1]["forward_buy"] == 0.5
    problem = hand_problem(tmp_path)
    outcome = worth(problem, event("B", "S", 0))
    assert outcome.variable_spend[block(problem, "B", "S"), 0] == 200_00


def test_events_in_any_order_are_worth_the_same(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    calendar = calendar_of(problem, [event("A", "S", 1), event("A", "S", 4), event("B", "L", 2)])
    turned = Calendar(
        calendar.block[::-1], calendar.tactic[::-1], calendar.start[::-1], calendar.weeks[::-1]
    )
    assert value(problem, turned).objective_cents == value(problem, calendar).objective_cents
