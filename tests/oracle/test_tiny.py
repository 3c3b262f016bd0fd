"""The instances in memory are those on disk, and the oracle agrees with itself."""

import random

import pytest

from models.response_files import read_response
from scenarios.scenario import read_scenario
from tests.oracle.evaluate import evaluate
from tests.oracle.exhaustive import best_plan, calendars_of
from tests.oracle.market import Event, Market
from tests.oracle.memory import tiny_inputs
from tests.oracle.tiny import tiny, tiny_workspace
from workspace import load


@pytest.mark.parametrize("seed", range(12))
def test_memory_is_disk(seed, tmp_path):
    folder, scenario, response = tiny_workspace(tmp_path / "w", seed, draws=seed % 3)
    on_disk = load(folder, planning=True)
    workspace, believed, spec = tiny_inputs(seed, draws=seed % 3)
    assert workspace.sha256 == on_disk.sha256
    assert believed.sha256 == read_response(response, on_disk).sha256
    assert spec == read_scenario(scenario).spec


def test_same_seed_same_bytes(tmp_path):
    for name in ("one", "two"):
        tiny_workspace(tmp_path / name, 7, draws=2)
    one = {p.relative_to(tmp_path / "one"): p.read_bytes() for p in (tmp_path / "one").rglob("*.*")}
    two = {p.relative_to(tmp_path / "two"): p.read_bytes() for p in (tmp_path / "two").rglob("*.*")}
    assert one == two


def test_every_rule_and_effect_occurs():
    instances = [tiny(seed) for seed in range(200)]
    rules = {rule["rule"] for instance in instances for rule in instance.guardrails}
    assert len(rules) == 19
    assert {name for instance in instances for name in instance.response} >= {
        "carry",
        "cross",
        "rival",
    }
    statuses = {e["status"] for i in instances for e in i.tables.get("events", [])}
    assert statuses == {"pinned", "actual", "forbidden", "proposed"}
    assert {row["kind"] for i in instances for row in i.tables["budgets"]} >= {"ceiling", "floor"}
    lags = {row["lag"] for i in instances for row in i.response.get("cross", [])}
    assert lags == {0, 1}


@pytest.mark.parametrize("seed", range(6))
def test_no_calendar_picked_at_random_is_better(seed):
    """A control of the enumeration by `evaluate` alone, which knows no arrays."""
    inputs = tiny_inputs(seed)
    best, _ = best_plan(*inputs)
    market = Market.of(*inputs)
    rng = random.Random(seed)
    choices = {pair: calendars_of(market, pair) for pair in market.pairs}
    if not all(choices.values()):
        assert best is None
        return
    for _ in range(40):
        calendar = [event for some in choices.values() for event in rng.choice(some)]
        verdict = evaluate(market, calendar)
        if not verdict.broken:
            assert best is not None
            assert verdict.objective <= best


def test_single_pair_calendars_are_counted_by_hand():
    """Three weeks and one tactic of one week: every subset of the weeks, for events may touch."""
    market = Market.of(*tiny_inputs(0))
    pair = market.pairs[0]
    tactic = next(key[2] for key in market.terms if key[:2] == pair)
    market.terms = {
        (*pair, tactic): {**market.terms[*pair, tactic], "min_weeks": 1, "max_weeks": 1}
    }
    market.rules = ()
    market.horizon = 3
    market.pinned, market.forbidden, market.history = [], [], []
    found = calendars_of(market, pair)
    assert len(found) == 8
    assert [Event(*pair, tactic, 0, 1), Event(*pair, tactic, 2, 1)] in found
