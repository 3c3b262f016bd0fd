"""`tradewind why`: words and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.oracle.tiny import tiny_workspace
from workbench.command_line import run


@pytest.fixture(scope="module")
def stuck(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder, scenario, _ = tiny_workspace(tmp_path_factory.mktemp("why") / "w", 9)
    return ["why", str(folder), "--scenario", str(scenario)]


def test_a_conflict_in_words_and_as_json(
    stuck: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(stuck) == 0
    words = capsys.readouterr().out
    assert "cannot be kept together" in words
    assert "required [category=snacks]" in words
    assert run([*stuck, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "infeasible"
    assert {entry["name"] for entry in told["conflict"]} == {
        "budget 1",
        "required [category=snacks]",
    }
    assert told["relaxations"][0]["enough"] is True


def test_in_spanish(stuck: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*stuck, "--lang", "es"]) == 0
    assert "no se pueden cumplir a la vez" in capsys.readouterr().out


def test_an_event_and_a_plan_that_exists(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["why", str(planned), "--scenario", "tiny"]
    assert run(ask) == 0
    assert "There is a plan" in capsys.readouterr().out
    assert run([*ask, "--event", "001,P1,T0,2026-01-19", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["planned"] or told["lacks"] is not None or told["conflict"]
    assert run([*ask, "--event", "001,P1"]) == 1
    assert "--event" in capsys.readouterr().err
