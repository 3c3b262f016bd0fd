"""The commands on small workspaces: what they print, write and return."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.tiny import tiny_workspace
from workbench import results
from workbench.command_line import run
from workbench.exit_codes import ExitCode
from workspace.faults import InputError

PLAN = "results/plans/tiny"


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in files(folder)}


def files(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def answer(capsys):
    return json.loads(capsys.readouterr().out)


def test_new_makes_a_workspace_that_checks(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert run(["new", str(folder), "--example", "cheese"]) == 0
    assert "tradewind check" in capsys.readouterr().out
    assert (folder / "scenarios" / "base.yaml").is_file()
    assert (folder / "COPYING").is_file()  # the data's licence travels with them
    assert run(["check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "No faults. Ready to plan." in out
    assert "5,555" in out
    assert run(["check", str(folder), "--json"]) == 0
    checked = answer(capsys)
    assert (checked["tables"]["accounts"], checked["faults"]) == (88, [])


def test_new_does_not_touch_a_folder_in_use(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    assert run(["new", str(tmp_path / "mine"), "--json"]) == ExitCode.BAD_COMMAND_LINE
    assert "found a folder with files in it" in answer(capsys)["error"]
    assert run(["new", str(tmp_path / "mine" / "letter.txt")]) == ExitCode.BAD_COMMAND_LINE
    assert tree(tmp_path) == {"mine/letter.txt": b"mine"}


def test_check_tells_every_fault_and_writes_nothing(copy, capsys):
    sales = copy / "sales.csv"
    lines = sales.read_text().splitlines()
    head = lines[0].split(",")
    cells = lines[1].split(",")
    cells[head.index("units")] = "-3"
    lines[1] = ",".join(cells)
    sales.write_text("\n".join(lines) + "\n")
    (copy / "budgets.csv").write_text("budget,amount\nB,many\n")
    before = tree(copy)
    assert run(["check", str(copy)]) == ExitCode.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert "sales.csv:2:units: found" in err
    assert "budgets.csv:2:amount: found" in err
    assert "Traceback" not in err
    assert run(["check", str(copy), "--lang", "es"]) == ExitCode.BAD_INPUT
    assert "budgets.csv:2:amount: encontrado" in capsys.readouterr().err
    assert tree(copy) == before


@pytest.mark.parametrize("command", ["check", "fit", "backtest"])
def test_a_folder_that_is_none_is_bad_input(command, tmp_path, capsys):
    assert run([command, str(tmp_path / "nowhere")]) == ExitCode.BAD_INPUT
    assert "found" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_fit_and_backtest_write_show_and_answer(few_accounts, tmp_path, capsys):
    folder = Path(shutil.copytree(few_accounts, tmp_path / "few"))
    assert run(["fit", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "Price elasticity" in out
    assert "What to trust" in out
    assert (folder / "results" / "response" / "lift.csv").is_file()
    assert run(["fit", str(folder), "--json"]) == 0
    assert answer(capsys) == json.loads((folder / "results" / "fit.json").read_text())

    assert run(["backtest", str(folder), "--origins", "1"]) == 0
    out = capsys.readouterr().out
    assert "moving average with lift" in out
    assert "Hardest to forecast" in out
    rows = pd.read_csv(folder / "results" / "backtest.csv")
    assert len(rows) == 4 * 13
    assert run(["backtest", str(folder), "--origins", "1", "--json"]) == 0
    summary = answer(capsys)
    assert set(summary["coverage"]) == {"50", "80", "90"}
    assert {account["account"] for account in summary["accounts"]} == set(rows["account"])
    assert all({"wape"} <= set(peer) for peer in summary["peers"].values())


def test_plan_answers_with_its_record(planned, tmp_path, capsys):
    out = tmp_path / "elsewhere"
    arguments = ["plan", str(planned), "--scenario", "scenarios/tiny.yaml", "--out", str(out)]
    assert run([*arguments, "--json"]) == 0
    record = answer(capsys)
    assert record.pop("folder") == str(out)
    trace = record.pop("trace")
    assert trace[-1]["objective"] <= record["bound"]
    assert record.pop("troubles") == []
    assert set(record.pop("explanation")) == {"events", "limits"}
    assert [at["seconds"] for at in trace] == sorted(at["seconds"] for at in trace)
    assert record == json.loads((out / "plan.json").read_text())
    assert record["verified"] is True
    assert record["gap"] == pytest.approx(
        (record["bound"] - record["objective"]) / max(1, abs(record["objective"]))
    )


@pytest.mark.parametrize(("language", "word"), [("en", "Calendar"), ("es", "Calendario")])
def test_plan_shows_the_plan(copy, language, word, capsys):
    arguments = ["plan", str(copy), "--scenario", "tiny", "--lang", language]
    assert run(arguments) == 0
    out = capsys.readouterr().out
    assert word in out
    assert "\x1b" not in out  # no colours in a pipe
    assert max(map(len, out.splitlines()[:-1])) <= 80


def test_a_calendar_handed_back_earns_the_same(planned, tmp_path, capsys):
    out = tmp_path / "again"
    calendar = planned / PLAN / "calendar.csv"
    arguments = ["evaluate", str(planned), "--calendar", str(calendar), "--scenario", "tiny"]
    assert run([*arguments, "--out", str(out), "--json"]) == 0
    record = answer(capsys)
    plan = json.loads((planned / PLAN / "plan.json").read_text())
    assert record["objective"] == plan["objective"]
    assert record["violations"] == []
    assert run(["verify", str(out)]) == 0


def test_broken_rules_are_reported_not_refused(copy, tmp_path, capsys):
    scenario = copy / "scenarios" / "tiny.yaml"
    text = scenario.read_text()
    assert "guardrails:" in text
    scenario.write_text(text.replace("guardrails:", "guardrails:\n  - {rule: blackout}", 1))
    calendar = copy / PLAN / "calendar.csv"
    arguments = ["evaluate", str(copy), "--calendar", str(calendar), "--scenario", "tiny"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "Rules that it breaks" in out
    assert "nothing on promotion" in out


def test_rules_that_nothing_satisfies_end_with_3(copy, capsys):
    scenario = copy / "scenarios" / "none.yaml"
    text = (
        (copy / "scenarios" / "tiny.yaml").read_text().replace("scenario: tiny", "scenario: none")
    )
    more = "guardrails:\n  - {rule: required, value: 5000}"
    scenario.write_text(text.replace("guardrails:", more, 1))
    before = tree(copy)
    assert run(["plan", str(copy), "--scenario", str(scenario), "--json"]) == ExitCode.NO_PLAN
    out, err = capsys.readouterr()
    assert json.loads(out)["exit"] == 3
    assert "no calendar satisfies" in err
    assert tree(copy) == before


def test_a_scenario_that_is_not_there_is_bad_input(planned, capsys):
    assert run(["plan", str(planned), "--scenario", "nowhere.yaml"]) == ExitCode.BAD_INPUT
    assert "nowhere.yaml" in capsys.readouterr().err


def test_verify_accepts_the_plan_and_nothing_tampered_with(copy, capsys):
    folder = copy / PLAN
    assert run(["verify", str(folder), "--json"]) == 0
    assert answer(capsys) == {"exit": 0, "verified": True, "findings": []}
    assert run(["verify", str(folder)]) == 0
    assert "verified" in capsys.readouterr().out
    record = json.loads((folder / "plan.json").read_text())
    record["objective"] += 0.01
    (folder / "plan.json").write_text(json.dumps(record))
    assert run(["verify", str(folder), "--json"]) == ExitCode.NOT_VERIFIED
    out, err = capsys.readouterr()
    assert json.loads(out)["verified"] is False
    assert json.loads(out)["findings"]
    assert "not verified" in err


def _without_record(folder):
    (folder / "plan.json").unlink()


def _garbled_record(folder):
    (folder / "plan.json").write_text("{")


def _list_for_a_record(folder):
    (folder / "plan.json").write_text("[]")


def _misled_record(folder):
    record = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps({**record, "workspace": "../nowhere"}))


@pytest.mark.parametrize(
    "spoil", [_without_record, _garbled_record, _list_for_a_record, _misled_record]
)
def test_a_plan_that_does_not_name_its_inputs_is_not_verified(spoil, copy, capsys):
    spoil(copy / PLAN)
    assert run(["verify", str(copy / PLAN)]) == ExitCode.NOT_VERIFIED
    assert "Traceback" not in capsys.readouterr().err


def test_what_is_no_plan_and_no_workspace_is_bad_input(copy, tmp_path, capsys):
    assert run(["verify", str(tmp_path / "nowhere")]) == ExitCode.BAD_INPUT
    nowhere = ["--workspace", str(tmp_path / "nowhere")]
    assert run(["verify", str(copy / PLAN), *nowhere]) == ExitCode.BAD_INPUT
    (copy / "sales.csv").write_text("")
    assert run(["verify", str(copy / PLAN)]) == ExitCode.BAD_INPUT


def test_verify_against_another_workspace_fails(copy, tmp_path, capsys):
    other, _, _ = tiny_workspace(tmp_path / "other", seed=4)
    assert run(["verify", str(copy / PLAN), "--workspace", str(other)]) in (
        ExitCode.NOT_VERIFIED,
        ExitCode.BAD_INPUT,
    )


def test_a_folder_that_may_not_be_written_is_told(planned, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    arguments = ["plan", str(planned), "--scenario", "tiny", "--out", str(tmp_path / "file")]
    assert run(arguments) == ExitCode.BAD_INPUT
    assert "Traceback" not in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("asked", ["scenarios/base.yaml", "base"])
def test_a_scenario_is_found_in_the_workspace(asked, tmp_path):
    file = tmp_path / "scenarios" / "base.yaml"
    file.parent.mkdir()
    file.write_text("")
    assert results.scenario_path(tmp_path, Path(asked)) == file
    assert results.scenario_path(tmp_path, file) == file
    assert results.scenario_path(tmp_path, Path("other")) == Path("other")


def test_control_the_helpers_see_changes(tmp_path):
    (tmp_path / "a").write_text("1")
    before = tree(tmp_path)
    (tmp_path / "b").write_text("1")
    assert tree(tmp_path) != before
    assert issubclass(InputError, Exception)
