"""From tables to arrays: blocks, groups, terms, fixed events, and what is refused."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.response import Response
from optimizer.build import build
from optimizer.problem import Problem, Row
from optimizer.value import value
from optimizer.violations import violations
from tests.optimizer.problems import (
    ACCOUNTS,
    LISTINGS,
    TACTIC,
    calendar_of,
    event,
    hand_problem,
    hand_response,
    hand_workspace,
    monday,
    spec_of,
)
from workspace import InputError

Rows = list[dict[str, object]]


def fixed(status: str, start: int, weeks: int = 1, **keys: object) -> dict[str, object]:
    row = {"account": "A", "product": "S", "tactic": "half", "status": status, **keys}
    return {**row, "start_week": monday(start), "weeks": weeks}


def pairs(problem: Problem) -> list[str]:
    return [a + p for a, p in zip(problem.account, problem.product, strict=True)]


def test_blocks_are_sorted_and_alone_without_effects(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path)
    assert pairs(problem) == ["AL", "AS", "BL", "BS"]
    assert problem.group.tolist() == [0, 1, 2, 3]
    assert problem.tactics == ("", "half", "tenth")
    assert problem.shapes.tactic.tolist() == [1, 1, 2, 2]
    assert problem.shapes.weeks.tolist() == [1, 2, 1, 2]
    assert problem.tail == 0
    assert problem.weeks[0] == "2026-01-05"
    assert problem.weeks[-1] == monday(7)
    assert problem.limits.allowed[0, 1].tolist() == [True] * 7 + [False]


def test_include_keeps_siblings_in_and_strangers_out(tmp_path: Path) -> None:
    effect: Rows = [{"account": "A", "product": "L", "by_product": "S", "coefficient": 0.0}]
    workspace = hand_workspace(tmp_path)
    response = hand_response(cross=effect)
    problem = build(workspace, response, spec_of(include={"products": ["S"]}))
    assert pairs(problem) == ["AL", "AS", "BS"]
    assert problem.standing is not None
    assert problem.standing.included.tolist() == [False, True, True]
    assert problem.limits.allowed.any(axis=(1, 2)).tolist() == [False, True, True]
    both = spec_of(include={"products": ["S"], "accounts": ["B"], "brands": ["X"]})
    assert pairs(build(workspace, response, both)) == ["BS"]
    elsewhere = calendar_of(problem, [event("A", "L", 2)])
    assert [v.name for v in violations(problem, elsewhere)] == ["include"]


def test_competitors_products_are_no_blocks(tmp_path: Path) -> None:
    products: Rows = [
        {"product": "S", "brand": "X", "category": "c", "unit_cost": 1.0, "own": 1},
        {"product": "L", "brand": "Y", "category": "c", "unit_cost": "", "own": 0},
    ]
    listings = [r for r in LISTINGS if r["product"] == "S"]
    problem = hand_problem(tmp_path, products=products, listings=listings)
    assert pairs(problem) == ["AS", "BS"]


def test_the_most_specific_row_of_tactics_wins(tmp_path: Path) -> None:
    blank = {"account": "", "brand": "", "product": ""}
    rows = [
        {**TACTIC, **blank, "event_fee": 1},
        {**TACTIC, **blank, "event_fee": 2, "brand": "X"},
        {**TACTIC, **blank, "event_fee": 3, "account": "A"},
        {**TACTIC, **blank, "event_fee": 4, "account": "A", "brand": "Y", "max_weeks": 3},
        {**TACTIC, **blank, "event_fee": 5, "account": "B", "tactic": "only"},
    ]
    problem = hand_problem(tmp_path, tactics=rows)
    half, only = problem.tactics.index("half"), problem.tactics.index("only")
    assert problem.money.event_fee[:, half].tolist() == [4, 3, 1, 2]
    assert problem.money.event_fee[:, only].tolist() == [0, 0, 5, 5]
    assert problem.standing is not None
    assert problem.standing.longest[:, half].tolist() == [3, 2, 2, 2]
    assert problem.standing.longest[:, only].tolist() == [0, 0, 2, 2]
    three = (problem.shapes.tactic == half) & (problem.shapes.weeks == 3)
    assert problem.limits.allowed[:, three, 0].ravel().tolist() == [True, False, False, False]
    wrong = calendar_of(problem, [event("A", "S", 0, 3), event("A", "L", 0, tactic="only")])
    (found,) = violations(problem, wrong)
    assert (found.name, found.worst) == ("tactics", 2.0)


def test_pinned_events_are_in_every_plan_and_leave_room(tmp_path: Path) -> None:
    gap = {"rule": "min_gap_weeks", "value": 1}
    problem = hand_problem(tmp_path, gap, events=[fixed("pinned", 3, 2), fixed("actual", 7)])
    s = pairs(problem).index("AS")
    assert np.flatnonzero(problem.limits.must[s] >= 0).tolist() == [3, 7]
    allowed = {
        (int(problem.shapes.tactic[k]), int(problem.shapes.weeks[k])): np.flatnonzero(
            problem.limits.allowed[s, k]
        ).tolist()
        for k in range(4)
    }
    # Pins at 3-4 and at 7, a week free around each.
    assert allowed == {(1, 1): [0, 1, 7], (1, 2): [0, 3], (2, 1): [0, 1], (2, 2): [0]}
    assert problem.broken == ()
    missing = violations(problem, calendar_of(problem, [event("A", "S", 7)]))
    assert [v.name for v in missing] == ["pinned"]
    assert "A S half 2026-01-26" in str(missing[0])


def test_pins_that_rules_forbid_leave_no_plan(tmp_path: Path) -> None:
    def broken(where: str, *rules: dict[str, object], events: Rows) -> tuple[str, ...]:
        return hand_problem(tmp_path / where, *rules, events=events).broken

    one, two = [fixed("pinned", 3)], [fixed("pinned", 3, 2), fixed("pinned", 6)]
    assert broken("0", events=two) == ()
    assert broken("1", {"rule": "blackout"}, events=one) == ("pinned A S week 4",)
    assert broken("2", {"rule": "min_gap_weeks", "value": 2}, events=two) == ("pinned A S week 7",)
    assert broken("3", {"rule": "max_events", "value": 1}, events=two) == ("max_events A S",)
    late = broken("4", {"rule": "max_weeks_on_deal", "value": 2}, events=two)
    assert late == ("max_weeks_on_deal A S",)
    forbidden = hand_workspace(tmp_path / "5", events=[fixed("forbidden", 2, 2)])
    problem = build(forbidden, hand_response(), spec_of(), pd.DataFrame(one))
    assert problem.broken == ("pinned A S week 4",)
    near = [fixed("actual", -1), fixed("pinned", 1)]
    assert broken("6", {"rule": "min_gap_weeks", "value": 2}, events=near) == ("pinned A S week 2",)


def test_forbidden_events_shut_out_one_tactic(tmp_path: Path) -> None:
    problem = hand_problem(tmp_path, events=[fixed("forbidden", 6, 9), fixed("proposed", 1)])
    s = pairs(problem).index("AS")
    half_one, half_two, tenth_one, _ = problem.limits.allowed[s]
    assert np.flatnonzero(half_one).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.flatnonzero(half_two).tolist() == [0, 1, 2, 3, 4]
    assert tenth_one.all()
    calendar = calendar_of(problem, [event("A", "S", 5, 2), event("A", "S", 7, tactic="tenth")])
    assert [v.name for v in violations(problem, calendar)] == ["forbidden"]


def test_pins_are_pinned_whatever_else_they_say(tmp_path: Path) -> None:
    workspace = hand_workspace(tmp_path, events=[fixed("pinned", 3)])
    frame = pd.DataFrame(
        {
            "event": ["E0001", "E0002", "E0003"],
            "account": ["A", "B", "A"],
            "product": ["S", "L", "S"],
            "tactic": ["half", "tenth", "half"],
            "start_week": ["2026-01-28", pd.Timestamp(monday(1)), monday(20)],
            "weeks": ["1", 2.0, 1],
            "status": ["pinned", "proposed", "pinned"],
        }
    )
    problem = build(workspace, hand_response(), spec_of(), frame)
    assert problem.standing is not None
    pinned = problem.standing.pinned
    assert [(pairs(problem)[b], s) for b, s in zip(pinned.block, pinned.start, strict=True)] == [
        ("AS", 3),
        ("BL", 1),
    ]
    assert pinned.weeks.tolist() == [1, 2]


def test_pinned_events_of_siblings_not_included_are_honoured(tmp_path: Path) -> None:
    effect: Rows = [{"account": "A", "product": "L", "by_product": "S", "coefficient": -0.1}]
    pins = [fixed("pinned", 3, product="L"), fixed("pinned", 3, account="B")]
    workspace = hand_workspace(tmp_path, events=pins)
    spec = spec_of(include={"products": ["S"], "accounts": ["A"]})
    problem = build(workspace, hand_response(cross=effect), spec)
    assert pairs(problem) == ["AL", "AS"]
    assert problem.limits.allowed[0].sum() == 1
    calendar = calendar_of(problem, [event("A", "L", 3)])
    assert violations(problem, calendar) == ()


EVENT_FAULTS = {
    "across the start": (
        [fixed("pinned", -1, 2)],
        "events.csv:2:start_week: found an event across",
    ),
    "across the end": ([fixed("actual", 7, 2)], "events.csv:2:start_week: found an event across"),
    "too long": (
        [fixed("pinned", 1, 3)],
        "events.csv:2:weeks: found 3, expected from 1 to 2 weeks",
    ),
}


@pytest.mark.parametrize("name", EVENT_FAULTS)
def test_fixed_events_that_cannot_be(tmp_path: Path, name: str) -> None:
    events, message = EVENT_FAULTS[name]
    with pytest.raises(InputError) as caught:
        hand_problem(tmp_path, events=events)
    assert message in str(caught.value)


def test_faults_of_pins_name_file_and_row(tmp_path: Path) -> None:
    workspace = hand_workspace(tmp_path, events=[fixed("pinned", 3, 2)])
    rows = [
        fixed("pinned", 1, account="C"),
        fixed("pinned", 1, tactic="hal"),
        {**fixed("pinned", 1), "start_week": "soon"},
        {**fixed("pinned", 1), "weeks": "two"},
        {**fixed("pinned", 1), "weeks": 1.5},
        fixed("pinned", 4),
        fixed("pinned", -1, 2),
    ]
    with pytest.raises(InputError) as caught:
        build(workspace, hand_response(), spec_of(), pd.DataFrame(rows), pin_file="p.csv")
    assert [str(f) for f in caught.value.faults] == [
        "p.csv:2:account: found 'C', expected a code of accounts.account",
        "p.csv:3:tactic: found 'hal', expected a code of tactics.tactic, such as 'half'",
        "p.csv:4:start_week: found 'soon', expected a week: YYYY-MM-DD or YYYY-Www",
        "p.csv:5:weeks: found 'two', expected a whole number from 1 to 520",
        "p.csv:6:weeks: found '1.5', expected a whole number from 1 to 520",
        "p.csv:7:start_week: found an event that overlaps the one in events.csv, row 2, "
        "expected fixed events that do not overlap",
        "p.csv:8:start_week: found an event across the edge of the horizon, "
        "expected fixed events wholly inside or outside of it",
    ]
    bare = pd.DataFrame({name: [] for name in ("account", "product", "tactic", "start_week")})
    with pytest.raises(InputError, match=r"p\.csv:1:weeks: found no such column"):
        build(workspace, hand_response(), spec_of(), bare, pin_file="p.csv")


def test_pins_of_pairs_and_tactics_that_are_not_offered(tmp_path: Path) -> None:
    tactics: Rows = [{**TACTIC, "account": "A"}]
    workspace = hand_workspace(tmp_path, tactics=tactics, listings=LISTINGS[:3])
    rows = [fixed("pinned", 1, account="B", product=p) for p in "SL"]
    with pytest.raises(InputError) as caught:
        build(workspace, hand_response(), spec_of(), pd.DataFrame(rows), pin_file="p.csv")
    assert [(f.row, f.column) for f in caught.value.faults] == [(2, "tactic"), (3, "product")]


def test_unknown_codes_of_a_scenario_are_named_with_the_nearest(tmp_path: Path) -> None:
    spec = spec_of(
        {"rule": "slots", "value": 1, "chain": "nort"},
        include={"products": ["S", "T"], "accounts": ["A"]},
        budgets={"al": 5},
    )
    with pytest.raises(InputError) as caught:
        build(hand_workspace(tmp_path), hand_response(), spec, scenario_file="base.yaml")
    assert [str(f) for f in caught.value.faults] == [
        "base.yaml::budgets.al: found 'al', expected a code of budgets.budget, such as 'all'",
        "base.yaml::guardrails.0.chain: found 'nort', "
        "expected a code of accounts.chain, such as 'north'",
        "base.yaml::include.products.1: found 'T', expected a code of products.product",
    ]


def test_an_empty_scenario_is_refused(tmp_path: Path) -> None:
    workspace = hand_workspace(tmp_path, listings=LISTINGS[:1])
    with pytest.raises(InputError, match=r"::include: found no listed product of ours"):
        build(workspace, hand_response(), spec_of(include={"accounts": ["B"]}))


def test_missing_baselines_are_named(tmp_path: Path) -> None:
    response = hand_response(weeks=6)
    with pytest.raises(InputError) as caught:
        hand_problem(tmp_path, response=response)
    assert len(caught.value.faults) == 4
    expected = "baseline::units: found 2 of 8 weeks missing for A, L, from 2026-02-16"
    assert str(caught.value.faults[0]).startswith(expected)


def shuffled(response: Response, rng: random.Random) -> Response:
    frames = {}
    for name in ("baseline", "lift", "carry", "cross"):
        frame = getattr(response, name)
        frames[name] = frame.sample(frac=1.0, random_state=rng.randint(0, 10**6))
    return Response.of(**frames)


def assert_same(one: Problem, two: Problem) -> None:
    assert one.account == two.account
    assert one.tactics == two.tactics
    assert one.broken == two.broken
    np.testing.assert_array_equal(one.group, two.group)
    for part in ("shapes", "money", "limits"):
        for name in vars(getattr(one, part)):
            np.testing.assert_array_equal(
                getattr(getattr(one, part), name), getattr(getattr(two, part), name)
            )
    np.testing.assert_array_equal(one.demand.base, two.demand.base)
    np.testing.assert_array_equal(one.demand.edges.coefficient, two.demand.edges.coefficient)
    assert [row_key(row) for row in one.rows] == [row_key(row) for row in two.rows]


def row_key(row: Row) -> tuple[object, ...]:
    return row.name, row.limit, row.blocks.tolist(), row.first, row.last


EFFECTS: dict[str, Rows] = {
    "carry": [{"account": a, "product": "S", "lag": 1, "coefficient": 0.3} for a in "AB"],
    "cross": [
        {"account": a, "product": "S", "by_product": "L", "coefficient": c, "lag": lag}
        for a in "AB"
        for lag, c in ((0, -0.2), (1, -0.1))
    ],
}
RULES = (
    {"rule": "min_gap_weeks", "value": 2},
    {"rule": "slots", "value": 1},
    {"rule": "retailer_margin_floor", "value": 0.9},
)


@settings(max_examples=25, deadline=None)
@given(rng=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, rng: random.Random
) -> None:
    events = [fixed("pinned", 1), fixed("actual", -1, account="B"), fixed("forbidden", 4, 3)]
    events += [{**fixed("pinned", 5), "product": "L"}]
    workspace = hand_workspace(tmp_path_factory.mktemp("w"), events=events)
    response = hand_response(**EFFECTS)
    turned = replace(
        workspace,
        **{
            name: workspace.table(name).sample(frac=1.0, random_state=rng.randint(0, 10**6))
            for name in ("accounts", "products", "events", "listings", "tactics", "budgets")
        },
    )
    straight = build(workspace, response, spec_of(*RULES))
    assert_same(straight, build(turned, shuffled(response, rng), spec_of(*RULES)))


def test_renamed_accounts_earn_the_same(tmp_path: Path) -> None:
    response = hand_response(**EFFECTS)
    events = [event("A", "S", 1), event("A", "L", 2), event("B", "S", 3, 2, "tenth")]
    straight = hand_problem(tmp_path, *RULES, response=response)
    new = {"A": "Z9", "B": "M 0"}

    def renamed(rows: Rows) -> Rows:
        return [{**r, "account": new[str(r["account"])]} for r in rows]

    frames = {
        name: getattr(response, name).replace({"account": new})
        for name in ("baseline", "lift", "carry", "cross")
    }
    other = hand_problem(
        tmp_path / "renamed",
        *RULES,
        response=Response.of(**frames),
        accounts=renamed(ACCOUNTS),
        listings=renamed(LISTINGS),
    )
    assert set(other.account) == {"Z9", "M 0"}
    moved = [(new[a], p, k, s, w) for a, p, k, s, w in events]
    one = value(straight, calendar_of(straight, events))
    two = value(other, calendar_of(other, moved))
    assert one.objective_cents == two.objective_cents
    assert one.spend_cents == two.spend_cents
    assert one.retailer_change_cents == two.retailer_change_cents
