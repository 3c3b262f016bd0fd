"""`tradewind handover`: what it shows, answers, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.command_line import run

PLAN = "results/plans/tiny"


def test_screens_and_answers(copy: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    plan = str(copy / PLAN)
    assert run(["handover", plan, "--on", "2026-02-01"]) == 0
    shown = capsys.readouterr().out
    assert "no version of tiny was approved before" in shown
    assert "results/handover/tiny" in shown
    folder = copy / "results/handover/tiny"
    assert sorted(path.name for path in folder.iterdir()) == ["sop.csv", "sop.xlsx"]
    for arguments in (["submit", plan, "--as", "a"], ["approve", plan, "--as", "b"],
                      ["approve", plan, "--as", "c"]):  # fmt: skip
        assert run([*arguments, "--quiet"]) == 0
    calendar = copy / "less.csv"
    lines = (copy / PLAN / "calendar.csv").read_text().splitlines()
    calendar.write_text("\n".join(lines[:-1]) + "\n")
    (scenario,) = (copy / "scenarios").glob("*.yaml")
    more = ["--scenario", str(scenario), "--calendar", str(calendar), "--out", plan, "--quiet"]
    assert run(["evaluate", str(copy), *more]) == 0
    capsys.readouterr()
    assert run(["handover", plan, "--on", "2026-02-01", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["since"]["state"] == "approved"
    assert said["changes"]
    assert said["on"] == "2026-02-01"
    assert run(["handover", plan, "--on", "2026-02-01", "--lang", "es"]) == 0
    assert "presentada por a y aprobada por b, c" in capsys.readouterr().out


def test_a_plan_that_does_not_verify_is_exit_5(copy: Path, capsys) -> None:
    path = copy / PLAN / "sop.csv"
    path.write_text(path.read_text().replace(",0\n", ",1\n", 1))
    assert run(["handover", str(copy / PLAN), "--json"]) == 5
    assert json.loads(capsys.readouterr().out)["findings"][0]["file"] == "sop.csv"
    assert not (copy / "results/handover").exists()


def test_files_that_are_not_ours_are_left_alone(copy: Path) -> None:
    out = copy / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("x")
    assert run(["handover", str(copy / PLAN), "--out", str(out), "--quiet"]) == 1
    assert run(["handover", str(copy / "nowhere"), "--quiet"]) == 1
