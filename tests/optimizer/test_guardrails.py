"""Every rule: a calendar that keeps it, one that breaks it, and what it does to the arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from optimizer.guardrails.registry import RULES
from optimizer.problem import Problem, Quantity, Sense
from optimizer.violations import measures, violations
from tests.optimizer.plain import Event
from tests.optimizer.problems import (
    ACCOUNTS,
    PRODUCTS,
    TACTIC,
    calendar_of,
    event,
    hand_problem,
    monday,
)

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Example:
    """A rule, events that keep it and events that break it, with worst and slack of each."""

    rule: dict[str, object]
    kept: list[Event]
    broken: list[Event]
    measured: tuple[tuple[float | None, float | None], tuple[float | None, float | None]]
    events: Rows = field(default_factory=list)
    tables: dict[str, Rows] = field(default_factory=dict)


def history(start: int, weeks: int = 1) -> Rows:
    place = {"account": "A", "product": "S", "tactic": "half", "status": "actual"}
    return [{**place, "start_week": monday(start), "weeks": weeks}]


LATE = {"first_week": monday(4), "last_week": monday(6)}
TWICE = [event("A", "S", 1), event("A", "S", 4)]

EXAMPLES = {
    "max_events": Example({"value": 1}, [event("A", "S", 1, 2)], TWICE, ((1, 0), (2, -1))),
    "max_events in some weeks": Example(
        {"rule": "max_events", "value": 1, **LATE},
        [event("A", "S", 3, 2), event("A", "S", 5)],
        [event("A", "S", 4), event("A", "S", 6)],
        ((1, 0), (2, -1)),
    ),
    "max_events of one account": Example(
        {"rule": "max_events", "value": 1, "account": "B"},
        TWICE,
        [event("B", "L", 1), event("B", "L", 4)],
        ((0, 1), (2, -1)),
    ),
    "max_weeks_on_deal": Example(
        {"value": 2}, TWICE, [event("A", "S", 0, 2), event("A", "S", 4)], ((2, 0), (3, -1))
    ),
    "max_weeks_on_deal in some weeks": Example(
        {"rule": "max_weeks_on_deal", "value": 1, **LATE},
        [event("A", "S", 3, 2), event("A", "S", 7)],
        [event("A", "S", 3, 2), event("A", "S", 6)],
        ((1, 0), (2, -1)),
    ),
    "min_gap_weeks": Example(
        {"value": 2}, TWICE, [event("A", "S", 1), event("A", "S", 3)], ((2, 0), (1, -1))
    ),
    "min_gap_weeks with nothing to measure": Example(
        {"rule": "min_gap_weeks", "value": 9}, [event("A", "S", 1)], TWICE, ((None, None), (2, -7))
    ),
    "min_gap_weeks where both events are selected": Example(
        {"rule": "min_gap_weeks", "value": 3, **LATE},
        [event("A", "S", 2), event("A", "S", 4), event("A", "S", 7)],
        [event("A", "S", 3, 2), event("A", "S", 6, 2)],
        ((None, None), (1, -2)),
    ),
    "min_gap_weeks after history": Example(
        {"rule": "min_gap_weeks", "value": 3},
        [event("A", "S", 2), event("A", "L", 0)],
        [event("A", "S", 1)],
        ((3, 0), (2, -1)),
        history(-2),
    ),
    "min_gap_weeks from a week on leaves history out": Example(
        {"rule": "min_gap_weeks", "value": 3, "first_week": monday(0)},
        [event("A", "S", 0)],
        TWICE,
        ((None, None), (2, -1)),
        history(-2),
    ),
    "slots": Example(
        {"value": 1},
        [event("A", "S", 1), event("A", "L", 2), event("B", "S", 1)],
        [event("A", "S", 1, 2), event("A", "L", 2)],
        ((1, 0), (2, -1)),
    ),
    "slots within a brand": Example(
        {"rule": "slots", "value": 0, "brand": "X", "account": "A"},
        [event("A", "L", 1), event("B", "S", 1)],
        [event("A", "S", 1)],
        ((0, 0), (1, -1)),
    ),
    "blackout": Example(
        LATE | {"chain": "north"},
        [event("A", "S", 2, 2), event("A", "S", 7), event("B", "S", 4)],
        [event("A", "S", 3, 2)],
        ((0, 0), (1, -1)),
    ),
    "required": Example(
        {"value": 2, "market": "m2"},
        [event("B", "S", 1), event("B", "L", 1)],
        [event("A", "S", 1), event("B", "L", 1)],
        ((2, 0), (1, -1)),
    ),
    "required by first weeks": Example(
        {"rule": "required", "value": 1, **LATE},
        [event("A", "S", 6, 2)],
        [event("A", "S", 3, 2)],
        ((1, 0), (0, -1)),
    ),
    "max_depth": Example(
        {"value": 0.1, "line": "l1"},
        [event("A", "S", 1, tactic="tenth"), event("A", "L", 1)],
        [event("B", "S", 1)],
        ((0.1, 0.0), (0.5, -0.4)),
    ),
    "price_floor": Example(
        {"value": 4.5, **LATE},
        [event("A", "S", 5, tactic="tenth"), event("A", "L", 3)],
        [event("A", "S", 3, 2)],
        ((4.5, 0.0), (2.5, -2.0)),
    ),
    "price_ceiling": Example(
        {"value": 4.5, "product": "S", "account": "A", **LATE},
        [event("A", "S", 3, 2), event("A", "S", 5, 2, "tenth")],
        [event("A", "S", 4, 2)],
        ((4.5, 0.0), (5.0, -0.5)),
    ),
    "retailer_margin_floor": Example(
        # One deal of B: (2.5 - 3) x 200 + 211 = 111 instead of 200 in a week, of 3,200 in all.
        {"value": 0.96, "account": "B"},
        [event("B", "S", 1)],
        [event("B", "S", 1), event("B", "S", 4)],
        ((3111 / 3200, 3111 - 3072), (3022 / 3200, 3022 - 3072)),
    ),
    "volume_floor": Example(
        {"value": 1100, "category": "c", "account": "A", "last_week": monday(4)},
        [event("A", "S", 1)],
        [event("A", "S", 5), event("B", "S", 1)],
        ((1100, 0), (1000, -100)),
    ),
    "roi_floor": Example(
        # Weeks on deal earn 200 more and cost 0.80 x 200 units and 1; the event costs 10.
        {"value": 0.18, "account": "A", "last_week": monday(1)},
        [event("A", "S", 0, 2)],
        [event("A", "S", 1)],
        ((68 / 332, 68 - 0.18 * 332), (29 / 171, 29 - 0.18 * 171)),
    ),
    "deal_share_ceiling": Example(
        {"value": 0.2, "account": "A", "product": "S", "last_week": monday(4)},
        [event("A", "S", 5)],
        [event("A", "S", 4)],
        ((0.0, 100.0), (200 / 600, 120 - 200)),
    ),
    "deal_share_ceiling of agreed units": Example(
        {"rule": "deal_share_ceiling", "value": 0.25, "of": 1000},
        [event("A", "S", 1)],
        [event("A", "S", 1), event("B", "S", 1)],
        ((0.2, 50.0), (0.4, -150.0)),
    ),
    "apart": Example(
        {},
        [event("A", "S", 1), event("A", "L", 2), event("B", "S", 1)],
        [event("A", "S", 1, 2), event("A", "L", 2)],
        ((1, 0), (2, -1)),
    ),
    "together": Example(
        {},
        [event("A", "S", 1, 2), event("A", "L", 1, 2), event("B", "S", 5), event("B", "L", 5)],
        [event("A", "S", 1, 2), event("A", "L", 1), event("A", "L", 2), event("B", "S", 5)],
        ((0, 0), (4, -4)),
        tables={"products": [{**row, "line": "l1"} for row in PRODUCTS]},
    ),
    "rivals_apart": Example(
        {},
        [event("A", "S", 1), event("B", "L", 1), event("B", "S", 2)],
        [event("A", "S", 1, 2), event("B", "S", 2)],
        ((1, 0), (2, -1)),
        tables={"accounts": [{**row, "market": "m"} for row in ACCOUNTS]},
    ),
    "prior_price": Example(
        {},
        [event("A", "S", 0), event("A", "S", 6)],
        [event("A", "S", 0, 2), event("A", "S", 6)],
        ((35, 5), (28, -2)),
    ),
    "prior_price after history": Example(
        {"rule": "prior_price", "first_week": monday(0)},
        [event("A", "S", 4)],
        [event("A", "S", 3)],
        ((35, 5), (28, -2)),
        history(-2),
    ),
    "prior_price of other weeks": Example(
        {"rule": "prior_price", "first_week": monday(6)},
        [event("A", "S", 0), event("A", "S", 4)],
        [event("A", "S", 5), event("A", "S", 7)],
        ((None, None), (7, -23)),
    ),
}


def built(folder: Path, example: Example, name: str) -> Problem:
    rule = {"rule": name.split()[0], **example.rule}
    tables = {**example.tables, **({"events": example.events} if example.events else {})}
    return hand_problem(folder, rule, **tables)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_keeps_and_what_breaks(tmp_path: Path, name: str) -> None:
    example = EXAMPLES[name]
    problem = built(tmp_path, example, name)
    for events, (worst, slack), broken in zip(
        (example.kept, example.broken), example.measured, (False, True), strict=True
    ):
        calendar = calendar_of(problem, events)
        (measure,) = measures(problem, calendar)
        assert measure.rule == name.split()[0]
        assert measure.worst == (worst if worst is None else pytest.approx(worst))
        assert measure.slack == (slack if slack is None else pytest.approx(slack))
        assert measure.broken is broken
        found = violations(problem, calendar)
        assert [v.name for v in found] == ([problem.rules[0].name] if broken else [])
        assert str(measure.message)
        assert all(str(v).startswith(v.name) for v in found)


def test_every_rule_has_an_example() -> None:
    regular_prices = {"pack_price_order", "price_parity"}  # no event keeps or breaks them
    assert {name.split()[0] for name in EXAMPLES} == set(RULES) - regular_prices


def test_caps_over_the_horizon_are_limits_and_others_rows(tmp_path: Path) -> None:
    problem = hand_problem(
        tmp_path,
        {"rule": "max_events", "value": 3, "account": "A"},
        {"rule": "max_events", "value": 2, "product": "S", "first_week": monday(-5)},
        {"rule": "max_events", "value": 1, **LATE},
        {"rule": "max_weeks_on_deal", "value": 4},
        {"rule": "max_weeks_on_deal", "value": 9, **LATE},
        {"rule": "max_weeks_on_deal", "value": 2, "account": "B", **LATE},
    )
    named = dict(zip(zip(problem.account, problem.product, strict=True), range(4), strict=True))
    assert problem.limits.max_events[named["A", "S"]] == 2
    assert problem.limits.max_events[named["A", "L"]] == 3
    assert problem.limits.max_events[named["B", "L"]] == 8
    assert (problem.limits.max_weeks == 4).all()
    rows = [row for row in problem.rows if row.rule != "budget"]
    assert [row.quantity for row in rows] == [Quantity.STARTS] * 4 + [Quantity.ACTIVE] * 2
    assert all(row.blocks.size == 1 and (row.first, row.last) == (4, 6) for row in rows)
    assert rows[0].name == f"max_events [first_week={monday(4)}; last_week={monday(6)}] A L"


def test_names_of_rows_are_unique_and_lead_back(tmp_path: Path) -> None:
    slots = {"rule": "slots", "value": 1}
    problem = hand_problem(tmp_path, slots, slots, {"rule": "volume_floor", "value": 5})
    names = [row.name for row in problem.rows]
    assert len(set(names)) == len(names) == 1 + 2 * 2 * 8 + 1
    assert "slots A week 1" in names
    assert "slots A week 1 #2" in names
    assert {row.rule for row in problem.rows} == {"budget", "slots", "volume_floor"}


def test_slots_only_where_they_could_bind(tmp_path: Path) -> None:
    problem = hand_problem(
        tmp_path, {"rule": "slots", "value": 2}, {"rule": "slots", "value": 1, "brand": "X"}
    )
    assert [row.name for row in problem.rows] == ["all"]


def test_gaps_with_a_window_move_only_starts_inside(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path, {"rule": "min_gap_weeks", "value": 2, **LATE})
    assert problem.limits.free[0].tolist() == [0, 1, 2, 3, 4, 7, 7, 7, 8]
    whole = hand_problem(tmp_path / "2", {"rule": "min_gap_weeks", "value": 2})
    assert whole.limits.free[0].tolist() == [0, 3, 4, 5, 6, 7, 8, 8, 8]


def test_history_holds_back_the_first_event(tmp_path: Path) -> None:
    gap = {"rule": "min_gap_weeks", "value": 3}
    problem = hand_problem(tmp_path, gap, events=history(-2))
    assert problem.limits.opens.tolist() == [0, 2, 0, 0]
    assert problem.limits.allowed[1, 0].tolist() == [False, False, *[True] * 6]
    early = hand_problem(tmp_path / "2", {**gap, "last_week": monday(0)}, events=history(-2))
    assert early.limits.opens.tolist() == [0, 1, 0, 0]


def test_a_ceiling_under_the_base_price_asks_for_deals(tmp_path: Path) -> None:
    ceiling = {"rule": "price_ceiling", "value": 3.0, "account": "A", **LATE}
    problem = hand_problem(tmp_path, ceiling)
    rows = [row for row in problem.rows if row.rule == "price_ceiling"]
    assert [(r.quantity, r.sense, r.limit) for r in rows] == [
        (Quantity.ACTIVE, Sense.AT_LEAST, 3.0)
    ] * 2
    tenth = problem.shapes.tactic == problem.tactics.index("tenth")
    assert not problem.limits.allowed[0, tenth, 4:7].any()
    assert problem.broken == ()
    impossible = hand_problem(tmp_path / "2", {**ceiling, "value": 2.0})
    assert impossible.broken == (impossible.rules[0].name,)


def test_what_nothing_can_satisfy_is_named(tmp_path: Path) -> None:
    problem = hand_problem(
        tmp_path,
        {"rule": "price_floor", "value": 5.5},
        {"rule": "required", "value": 1, "account": "A", "first_week": monday(8)},
        {"rule": "volume_floor", "value": 1, "last_week": monday(-1)},
        {"rule": "required", "value": 0, "first_week": monday(8)},
        {"rule": "volume_floor", "value": 0, "last_week": monday(-1)},
    )
    assert problem.broken == tuple(sorted(rule.name for rule in problem.rules[:3]))
    found = violations(problem, calendar_of(problem, []))
    assert [v.name for v in found] == [rule.name for rule in problem.rules[:3]]


def test_rules_outside_the_horizon_select_nothing(tmp_path: Path) -> None:
    out = {"first_week": monday(20), "last_week": monday(22)}
    values = {"blackout": None, "max_depth": 0.0, "min_gap_weeks": 9}
    values |= dict.fromkeys(("max_events", "max_weeks_on_deal", "slots"), 0)
    values |= {"price_floor": 90, "price_ceiling": 1, "retailer_margin_floor": 9}
    rules = [
        {"rule": name, **({} if value is None else {"value": value}), **out}
        for name, value in values.items()
    ]
    problem = hand_problem(tmp_path, *rules)
    plain = hand_problem(tmp_path / "plain")
    assert [row.name for row in problem.rows] == ["all"]
    assert problem.broken == ()
    np.testing.assert_array_equal(problem.limits.allowed, plain.limits.allowed)
    np.testing.assert_array_equal(problem.limits.free, plain.limits.free)
    calendar = calendar_of(problem, [*TWICE, event("B", "S", 0)])
    assert not violations(problem, calendar)
    assert all(m.slack is None or m.slack >= 0 for m in measures(problem, calendar))


def test_budgets_scale_and_replace(tmp_path: Path) -> None:
    budgets: Rows = [
        {"budget": "z", "amount": 100, "kind": "ceiling", "account": "A", "brand": "X"},
        {"budget": "b", "amount": 50, "kind": "floor", "first_week": monday(6)},
        {"budget": "old", "amount": 50, "kind": "floor", "last_week": monday(-1)},
    ]
    blank = dict.fromkeys(("account", "brand", "first_week", "last_week"), "")
    problem = hand_problem(tmp_path, budgets=[{**blank, **b} for b in budgets])
    assert [row.name for row in problem.budgets] == ["b", "old", "z"]
    assert [row.name for row in problem.rows] == ["b", "z"]
    assert problem.broken == ("old",)
    first, _, last = problem.budgets
    assert (first.first, first.last, first.blocks.tolist()) == (6, 7, [0, 1, 2, 3])
    assert last.blocks.tolist() == [1]
    # One deal of A's S costs 171.00.
    found = violations(problem, calendar_of(problem, [event("A", "S", 1)]))
    assert [(v.name, v.limit, v.worst, v.slack) for v in found] == [
        ("b", 50.0, 0.0, -50.0),
        ("old", 50.0, 0.0, -50.0),
        ("z", 100.0, 171.0, -71.0),
    ]


def test_rivals_without_a_market_have_no_rivals(tmp_path: Path) -> None:
    blank: Rows = [{**row, "market": ""} for row in ACCOUNTS]
    problem = hand_problem(tmp_path, {"rule": "rivals_apart"}, accounts=blank)
    assert [row.name for row in problem.rows] == ["all"]
    together = calendar_of(problem, [event("A", "S", 1), event("B", "S", 1)])
    assert not violations(problem, together)


def test_prior_price_is_a_gap_where_all_deals_are_cuts_and_rows_where_some_are_not(
    tmp_path: Path,
) -> None:
    problem = hand_problem(tmp_path, {"rule": "prior_price"})
    assert problem.limits.free[0].tolist() == list(range(5, 14))
    assert [row.name for row in problem.rows] == ["all"]
    feature: dict[str, object] = {**TACTIC, "tactic": "leaflet", "depth": 0.0, "feature": 1}
    mixed = hand_problem(tmp_path / "2", {"rule": "prior_price"}, tactics=[TACTIC, feature])
    assert mixed.limits.free[0].tolist() == list(range(9))
    rows = [row for row in mixed.rows if row.rule == "prior_price"]
    assert len(rows) == 4 * 7
    leaflets = [event("A", "S", 0), event("A", "S", 2, tactic="leaflet"), event("A", "S", 5)]
    (found,) = violations(mixed, calendar_of(mixed, leaflets))
    assert (found.worst, found.slack) == (28, -2)
    assert not violations(mixed, calendar_of(mixed, [*leaflets[:2], event("A", "S", 6)]))


def test_history_of_cuts_bars_cuts_alone(tmp_path: Path) -> None:
    feature: dict[str, object] = {**TACTIC, "tactic": "leaflet", "depth": 0.0, "feature": 1}
    problem = hand_problem(
        tmp_path, {"rule": "prior_price"}, tactics=[TACTIC, feature], events=history(-2)
    )
    cut = problem.depth[1, problem.shapes.tactic] > 0
    assert not problem.limits.allowed[1, cut, :4].any()
    assert problem.limits.allowed[1, ~cut, 0].all()
