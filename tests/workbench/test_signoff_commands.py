"""submit, approve, reject, status, audit: a plan's way as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from workbench.command_line import run

PLAN = Path("results/plans/tiny")


@pytest.fixture
def plan(copy: Path) -> str:
    return str(copy / PLAN)


def answer(capsys, *arguments: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def change(copy: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{copy}/results/store/tradewind.db")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_way_of_a_plan(copy: Path, plan: str, capsys) -> None:
    code, said = answer(capsys, "submit", plan, "--as", "Ana", "--note", "año 2026")
    assert (code, said["state"], said["needed"]) == (0, "submitted", 2)
    assert said["funds"] == [{"fund": "tiny/budget 0", "amount": 5000.0, "drawn": said["spend"]}]
    code, said = answer(capsys, "approve", plan, "--as", "ana")
    assert code == 1
    assert said["faults"][0]["column"] == "approve"
    for person, state in (("bo", "submitted"), ("cy", "approved")):
        code, said = answer(capsys, "approve", plan, "--as", person)
        assert (code, said["state"]) == (0, state)
    code, said = answer(capsys, "approve", plan, "--lock", "--as", "bo")
    assert (code, said["state"], said["approved_by"]) == (0, "locked", ["bo", "cy"])
    code, said = answer(capsys, "status", str(copy))
    assert [(p["plan"], p["state"]) for p in said["proposals"]] == [("tiny", "locked")]
    code, said = answer(capsys, "audit", "show", str(copy))
    actions = [entry["action"] for entry in said["entries"]]
    assert actions[-5:] == ["submit", "approve", "approve", "reserve", "lock"]
    assert said["end"]["number"] == len(actions)
    noted = said["end"]["sha256"]
    assert run(["audit", "verify", str(copy), "--expect", noted, "--quiet"]) == 0
    assert run(["audit", "verify", str(copy), "--expect", "f" * 64, "--quiet"]) == 5


def test_a_plan_that_does_not_verify_is_not_submitted(copy: Path, plan: str, capsys) -> None:
    path = copy / PLAN / "pnl.csv"
    path.write_text(path.read_text().replace("1", "2", 1))
    code, said = answer(capsys, "submit", plan, "--as", "ana")
    assert code == 5
    assert said["findings"]
    code, said = answer(capsys, "status", str(copy))
    assert (said["proposals"], said["drafts"]) == ([], ["tiny"])


def test_a_rejection_needs_a_reason(plan: str, capsys) -> None:
    assert run(["submit", plan, "--as", "ana", "--quiet"]) == 0
    assert run(["reject", plan, "--as", "bo", "--quiet"]) == 1
    assert "no reason" in capsys.readouterr().err
    code, said = answer(capsys, "reject", plan, "--as", "bo", "--note", "too dear")
    assert (code, said["state"]) == (0, "rejected")


def test_a_broken_trail_is_exit_5_and_names_the_entry(copy: Path, plan: str, capsys) -> None:
    assert run(["submit", plan, "--as", "ana", "--quiet"]) == 0
    change(copy, "UPDATE audit SET person = 'eva' WHERE number = 2")
    code, said = answer(capsys, "audit", "verify", str(copy))
    assert (code, said["first_bad"], said["verified"]) == (5, 2, False)
    assert run(["audit", "verify", str(copy)]) == 5
    assert "broken at entry 2" in capsys.readouterr().err
    change(copy, "DROP TABLE approvals")
    assert run(["audit", "show", str(copy), "--quiet"]) == 5


@pytest.mark.parametrize(
    "arguments",
    [["--as", " "], ["--as", "a\x1b[2J"], ["--note", "x" * 501], ["--edited-by", ""]],
)
def test_names_and_remarks_that_are_none(plan: str, arguments: list[str], capsys) -> None:
    assert run(["submit", plan, *arguments, "--quiet"]) == 1
    assert "printable characters" in capsys.readouterr().err


def test_a_key_that_is_none(plan: str, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("TRADEWIND_AUDIT_KEY", plan + "/nowhere")
    assert run(["submit", plan, "--as", "ana", "--quiet"]) == 1
    assert "TRADEWIND_AUDIT_KEY" in capsys.readouterr().err


def test_screens_in_both_languages(copy: Path, plan: str, capsys) -> None:
    assert run(["status", str(copy)]) == 0
    assert "draft" in capsys.readouterr().out
    assert run(["submit", plan, "--as", "Ana", "--edited-by", "Di"]) == 0
    shown = capsys.readouterr().out
    assert "submitted" in shown
    assert "budget 0" in shown
    assert run(["approve", plan, "--as", "bo", "--lang", "es"]) == 0
    assert "1/2" in capsys.readouterr().out
    assert run(["status", str(copy), "--lang", "es"]) == 0
    assert "enviado" in capsys.readouterr().out
    assert run(["audit", "show", str(copy), "--lang", "es"]) == 0
    assert "el registro está íntegro" in capsys.readouterr().out


def test_status_of_an_empty_workspace(copy: Path, capsys) -> None:
    import shutil

    shutil.rmtree(copy / "results" / "plans")
    assert run(["status", str(copy)]) == 0
    assert "no plans yet" in capsys.readouterr().out
    assert run(["audit", "verify", str(copy)]) == 0
