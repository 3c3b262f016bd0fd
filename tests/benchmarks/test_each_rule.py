from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from benchmarks import each_rule
from optimizer.guardrails.registry import RULES
from optimizer.master import Solver
from tests.oracle.contest import Contest, contest
from tests.oracle.tiny_alone import DRAWS, is_priced, tiny_alone, tiny_without


def test_each_rule_alone_without_contradiction(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["each_rule", "--seeds", "1", "--mixtures", "2"])
    assert each_rule.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["contradictions"] == 0
    assert set(told["by_rule"]) == {*RULES, each_rule.MIXTURES}
    assert told["by_rule"][each_rule.MIXTURES]["instances"] == 2


def test_control_a_contradiction_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def false(*asked: object, **more: object) -> Contest:
        found = contest(*asked, **more)  # type: ignore[arg-type]
        return Contest(found.seed, found.market, found.problem, found.solution, 1e9)

    monkeypatch.setattr(each_rule, "contest", false)
    tallies = {"slots": Counter[str]()}
    with Solver(seed=1) as solver:
        assert each_rule.each_rule(0, ["slots"], solver, tallies)
    assert tallies["slots"] == {"instances": 1, "infeasible": 0, "contradictions": 1, "felt": 1}


def test_every_rule_stands_alone_with_and_without_prices_soft_and_hard() -> None:
    assert set(DRAWS) == set(RULES)
    for rule in DRAWS:
        rows = []
        for seed in range(40):
            instance = tiny_alone(seed, rule, tiny_without(seed, priced=False))
            assert [row["rule"] for row in instance.guardrails] == ["max_events", rule]
            rows.append(instance.guardrails[1])
        assert {row.get("hard", True) for row in rows} >= {True}
        assert any("penalty" in row for row in rows) == RULES[rule].soft
        assert {is_priced(rule, seed) for seed in range(40)} == {True, False}
