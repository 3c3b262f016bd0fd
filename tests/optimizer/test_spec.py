"""What a scenario may say, and how it is told that it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from optimizer.spec import Spec
from tests.optimizer.problems import spec_of
from workspace.document import read_document
from workspace.faults import Fault
from workspace.validate import validate

BEST = """\
scenario: base
horizon: {first_week: 2026-01-07, weeks: 52}
include: {accounts: [001, B2], brands: [X]}
budgets: {all: 1000}
risk: {draws: 20, cvar: 0.9, weight: 0.0, budget_confidence: 0.95}
guardrails:
  - {rule: min_gap_weeks, value: 3}
  - {rule: slots, account: 001, value: 6, first_week: 2026-W03, last_week: 2026-03-01}
  - {rule: blackout, product: P1, line: }
solver: {gap: 0.001, seconds: 300, seed: 1}
vary: {budget_scale: [0.8, 1.0]}
"""


def read(folder: Path, text: str) -> tuple[Spec | None, list[Fault]]:
    path = folder / "base.yaml"
    path.write_text(text, "utf-8")
    faults: list[Fault] = []
    document = read_document(path, faults)
    assert document is not None
    return validate(document, Spec, faults), faults


def test_a_whole_scenario_is_read(tmp_path: Path) -> None:
    spec, faults = read(tmp_path, BEST)
    assert not faults
    assert spec is not None
    assert spec.horizon.first_week == date(2026, 1, 5)
    assert spec.include.accounts == ("001", "B2")
    assert spec.budgets == {"all": 1000.0}
    slots = spec.guardrails[1]
    assert (slots.first_week, slots.last_week) == (date(2026, 1, 12), date(2026, 2, 23))
    assert slots.selectors == {"account": "001"}
    assert slots.selection == "account=001; first_week=2026-01-12; last_week=2026-02-23"
    assert spec.guardrails[0].selection == ""
    assert spec.guardrails[2].selectors == {"product": "P1"}


def test_everything_but_name_and_horizon_has_a_default() -> None:
    spec = spec_of()
    assert (spec.objective, spec.prices, spec.budget_scale) == ("profit", "fixed", 1.0)
    assert (spec.solver.gap, spec.solver.seconds, spec.solver.seed) == (0.001, 300.0, 1)
    assert spec.risk.draws == 200
    assert spec.include.accounts is None


def test_weeks_may_be_dates_and_rules_may_say_that_they_are_hard() -> None:
    horizon = {"first_week": date(2026, 1, 8), "weeks": 4}
    spec = spec_of({"rule": "blackout", "hard": True, "penalty": None}, horizon=horizon)
    assert spec.horizon.first_week == date(2026, 1, 5)
    assert spec.guardrails[0].hard


BAD = {
    "objective: turnover": "found 'turnover', expected one of profit, revenue, volume, nash",
    "objective: {turnover: 1}": "base.yaml:3:objective.turnover: found 'turnover', expected one of",
    "objective: {profit: heavy}": "found 'heavy', expected a weight from 0 to 1,000,000",
    "objective: {profit: 0}": "expected at least one weight above 0",
    "prices: free": "base.yaml:3:prices: found 'free', expected one of 'fixed'",
    "prices: {ladder: []}": "base.yaml:3:prices.ladder: found a list, expected a longer list",
    "prices: {ladder: [0.2]}": "base.yaml:3:prices.ladder.0: found '0.2', expected at least 0.5",
    "prices: {ladder: [0.9], changes: -1}": "base.yaml:3:prices.changes: found '-1', expected",
    "prices: {changes: 1}": "base.yaml:3:prices.ladder: found nothing, expected a value",
    "prices: {ladder: [0.9], often: 1}": "base.yaml:3:prices.often: found an unknown key",
    "risk: {weight: 1.5}": "risk.weight: found '1.5', expected at most 1",
    "risk: {weight: -0.5}": "risk.weight: found '-0.5', expected at least 0",
    "risk: {weight: 0.5, draws: 0}": "base.yaml:3:risk.weight: found 0.5, expected 0 while `draws`",
    "risk: {weight: 0.5}\nobjective: nash": "base.yaml:4:objective: found 'nash', expected profit:",
    "risk: {draws: -1}": "risk.draws: found '-1', expected at least 0",
    "risk: {cvar: 1}": "risk.cvar: found '1', expected less than 1",
    "solver: {gap: 2}": "solver.gap: found '2', expected at most 1",
    "solver: {seconds: 0}": "solver.seconds: found '0', expected more than 0",
    "solver: {seed: 1.5}": "solver.seed: found '1.5', expected a whole number",
    "solver: {sed: 1}": "solver.sed: found an unknown key, expected the key 'seed'",
    "guardrail: []": "base.yaml:3:guardrail: found an unknown key, expected the key 'guardrails'",
    "budget_scale: -1": "budget_scale: found '-1', expected at least 0",
    "budget_scale: .inf": "budget_scale: found 'inf', expected",
    "budgets: {all: -5}": "base.yaml:3:budgets.all: found '-5', expected at least 0",
    "budgets: {all: much}": "base.yaml:3:budgets.all: found 'much', expected a number",
    "include: {accounts: []}": "include.accounts: found a list, expected a longer list",
    "include: {accounts: A}": "include.accounts: found 'A', expected a list",
    "scenario: ../up": "expected a name of letters",
    "horizon: {first_week: 2026-01-05, weeks: 0}": "horizon.weeks: found '0', expected at least 1",
    "horizon: {first_week: soon, weeks: 5}": "found 'soon', expected a week: YYYY-MM-DD or",
    "horizon: {weeks: 5}": "horizon.first_week: found nothing, expected a value",
}


@pytest.mark.parametrize("line", BAD)
def test_what_cannot_be_asked(tmp_path: Path, line: str) -> None:
    head = {"scenario": "scenario: x", "horizon": "horizon: {first_week: 2026-01-05, weeks: 5}"}
    head.pop(line.split(":")[0], None)
    spec, faults = read(tmp_path, "\n".join([*head.values(), line]))
    assert spec is None
    assert any(BAD[line] in str(fault) for fault in faults), [str(f) for f in faults]


RULES = {
    "{rule: max_event, value: 1}": "guardrails.0.rule: found 'max_event', expected the rule",
    "{rule: frobnicate}": "expected one of max_events, max_weeks_on_deal, min_gap_weeks, slots",
    "{rule: roi_floor, value: -2}": "guardrails.0.value: found -2, expected a number from -1",
    "{rule: max_depth, value: 0.2, of: 9}": "guardrails.0.of: found 9, expected nothing",
    "{rule: max_depth, value: 0.2, hard: false, penalty: 1}": (
        "guardrails.0.hard: found false, expected true: the rule 'max_depth' cannot be soft"
    ),
    "{value: 1}": "guardrails.0.rule: found nothing, expected a value",
    "{rule: slots}": "guardrails.0.value: found nothing, expected a whole number from 0 to 1e+06",
    "{rule: slots, value: 1.5}": "guardrails.0.value: found 1.5, expected a whole number",
    "{rule: slots, value: -1}": "guardrails.0.value: found -1, expected a whole number",
    "{rule: slots, value: six}": "guardrails.0.value: found 'six', expected a number",
    "{rule: slots, value: .nan}": "guardrails.0.value",
    "{rule: blackout, value: 1}": "guardrails.0.value: found 1, expected no value",
    "{rule: max_depth, value: 30}": "found 30, expected a number from 0 to 1",
    "{rule: slots, value: 1, acount: A}": "expected the key 'account'",
    "{rule: slots, value: 1, first_week: 2026-13-01}": "guardrails.0.first_week",
    "{rule: blackout, hard: false}": "guardrails.0.penalty: found nothing, expected what a unit",
    "{rule: blackout, hard: false, penalty: 0}": "guardrails.0.penalty: found",
    "{rule: blackout, penalty: 5}": "guardrails.0.penalty: found 5, expected no penalty",
    "{rule: blackout, first_week: 2026-02-02, last_week: 2026-01-26}": (
        "guardrails.0.last_week: found 2026-01-26, expected a week not before 2026-02-02"
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_cannot_be(tmp_path: Path, rule: str) -> None:
    head = "scenario: x\nhorizon: {first_week: 2026-01-05, weeks: 5}\nguardrails:\n  - "
    spec, faults = read(tmp_path, head + rule)
    assert spec is None
    assert any(RULES[rule] in str(fault) for fault in faults), [str(f) for f in faults]
    assert all(fault.row == 4 for fault in faults)
