"""Value, violations and the arrays of a problem against plain loops on random instances."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from optimizer.problem import Calendar, Ints, Problem, Quantity, Sense
from optimizer.value import Outcome, value
from optimizer.violations import violations
from tests.optimizer.plain import Event, Plain, random_events
from tests.optimizer.problems import calendar_of, tiny_problem

SEEDS = range(50)
CALENDARS = 6


@dataclass(frozen=True)
class Case:
    plain: Plain
    problem: Problem
    events: list[Event]
    calendar: Calendar
    outcome: Outcome


def uniform(seed: int) -> Iterator[float]:
    rng = random.Random(seed)
    while True:
        yield rng.random()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("tiny")
    found = []
    for seed in SEEDS:
        tiny, problem = tiny_problem(Path(folder), seed)
        if "include" in tiny.scenario or tiny.tables.get("supply"):
            continue  # the plain loops know neither scope nor supply; the exhaustive search does
        plain, draw = Plain(tiny), uniform(seed)
        for i in range(CALENDARS):
            events = random_events(plain, draw, chance=(0.02, 0.05, 0.2)[i % 3])
            calendar = calendar_of(problem, events)
            found.append(Case(plain, problem, events, calendar, value(problem, calendar)))
    return found


def test_units_and_cents_are_those_of_the_formulas(cases: list[Case]) -> None:
    for case in cases:
        units, money = case.plain.units(case.events), case.plain.money(case.events)
        before = case.plain.money([])
        assert case.outcome.units.size == len(units)
        total = 0
        for (account, product, t), sold in units.items():
            pairs = list(zip(case.problem.account, case.problem.product, strict=True))
            at = pairs.index((account, product)), t
            assert case.outcome.units[at] == pytest.approx(sold, rel=1e-12)
            for name, amount in money[account, product, t].items():
                assert getattr(case.outcome, name)[at] == amount
            for name in ("gross_sales", "profit", "retailer_profit"):
                reference = getattr(case.outcome, f"{name}_no_promotion")[at]
                assert reference == before[account, product, t][name]
            total += money[account, product, t]["profit"] - before[account, product, t]["profit"]
        assert case.outcome.objective_cents == total


def test_the_oracle_notices_a_changed_price(cases: list[Case]) -> None:
    """A control: the comparison above does fail when one price is a cent off."""
    case = next(c for c in cases if c.events)
    pair = case.events[0][:2]
    listing = case.plain.listings[pair]
    case.plain.listings[pair] = {**listing, "list_price": float(str(listing["list_price"])) + 0.01}
    money = case.plain.money(case.events)
    case.plain.listings[pair] = listing
    pairs = list(zip(case.problem.account, case.problem.product, strict=True))
    at = pairs.index(pair), 0
    assert money[(*pair, 0)]["gross_sales"] != case.outcome.gross_sales[at]


def test_violations_are_those_of_the_rules(cases: list[Case]) -> None:
    kept = broken = 0
    for case in cases:
        found = [v.name for v in violations(case.problem, case.calendar, case.outcome)]
        rules = case.plain.tiny.guardrails
        expected = [
            resolved.name
            for rule, resolved in zip(rules, case.problem.rules, strict=True)
            if not case.plain.keeps(rule, case.events)
        ]
        budgets = case.plain.broken_budgets(case.events)
        assert [n for n in found if n not in ("pinned", "forbidden")] == [*expected, *budgets]
        standing = bool({"pinned", "forbidden"} & set(found))
        assert standing == case.plain.breaks_standing(case.events)
        kept += not found
        broken += bool(found)
    assert kept > 30
    assert broken > 30


def within_limits(problem: Problem, calendar: Calendar) -> bool:
    """Whether a calendar obeys `limits`, read literally."""
    limits, shapes = problem.limits, problem.shapes
    for block in range(problem.blocks):
        mine = calendar.block == block
        ends, weeks = [], 0
        started = {}
        for tactic, start, length in zip(
            calendar.tactic[mine], calendar.start[mine], calendar.weeks[mine], strict=True
        ):
            shape = np.flatnonzero((shapes.tactic == tactic) & (shapes.weeks == length))
            earliest = limits.free[block, ends[-1]] if ends else limits.opens[block]
            if not shape.size or not limits.allowed[block, shape[0], start] or start < earliest:
                return False
            started[int(start)] = int(shape[0])
            ends.append(start + length)
            weeks += length
        if len(ends) > limits.max_events[block] or weeks > limits.max_weeks[block]:
            return False
        musts = np.flatnonzero(limits.must[block] >= 0)
        if any(started.get(int(t)) != limits.must[block, t] for t in musts):
            return False
    return True


def starts_of(problem: Problem, calendar: Calendar) -> Ints:
    starts = np.zeros((problem.blocks, problem.horizon), dtype=np.int64)
    starts[calendar.block, calendar.start] = 1
    return starts


UNITS = (Quantity.UNITS, Quantity.DEAL_UNITS)


def within_rows(problem: Problem, calendar: Calendar, outcome: Outcome) -> bool:
    """Whether a calendar obeys every row, read literally."""
    starts = np.zeros((problem.blocks, problem.horizon))
    starts[calendar.block, calendar.start] = 1
    cuts = np.take_along_axis(problem.depth, calendar.grid(problem), axis=1) > 0
    quantities = {
        Quantity.SPEND: outcome.spend / 100,
        Quantity.RETAILER_PROFIT: outcome.retailer_profit / 100,
        Quantity.UNITS: outcome.units,
        Quantity.ACTIVE: calendar.grid(problem) > 0,
        Quantity.STARTS: starts,
        Quantity.PROFIT: outcome.profit / 100,
        Quantity.DEAL_UNITS: outcome.units[:, : problem.horizon] * (calendar.grid(problem) > 0),
        Quantity.CUTS: cuts,
        Quantity.CUT_STARTS: starts * cuts,
    }
    for row in problem.rows:
        if row.soft:
            continue
        total = sum(
            term.weight * quantities[term.quantity][term.blocks, term.first : term.last + 1].sum()
            for term in row.terms
        )
        room = 1e-4 + (1e-7 * row.limit if row.quantity in UNITS else 0.0)
        over = total - row.limit if row.sense == Sense.AT_MOST else row.limit - total
        if over > room:
            return False
    return True


def test_limits_and_rows_allow_what_breaks_no_rule(cases: list[Case]) -> None:
    agreed = {True: 0, False: 0}
    for case in cases:
        problem, calendar = case.problem, case.calendar
        arrays = within_limits(problem, calendar) and within_rows(problem, calendar, case.outcome)
        grid = calendar.grid(problem) * 10 + starts_of(problem, calendar)
        arrays &= all((grid[line] == grid[line[0]]).all() for line in problem.lines)
        lawful = not violations(problem, calendar, case.outcome)
        assert arrays == lawful, (case.plain.tiny.guardrails, case.events)
        assert not (lawful and problem.broken)
        agreed[lawful] += 1
    assert min(agreed.values()) > 30
