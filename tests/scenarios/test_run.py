"""Runs from file to verified folder, and every way in which they end without one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import scenarios.answer as answering
from optimizer.cancellation import Cancelled
from optimizer.folder import FILES
from optimizer.search_file import FILE as SEARCH
from optimizer.solution import Solution, SolutionStatus
from scenarios.fresh_folder import debris
from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from scenarios.run import evaluate, run
from scenarios.verify import verify_folder
from tests.oracle.tiny import tiny_workspace
from workspace import Fault, InputError

SEED = 1


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its plan in results/plans/tiny/."""
    folder, scenario, _ = tiny_workspace(tmp_path_factory.mktemp("one") / "ws", SEED, draws=3)
    run(folder, scenario)
    return folder


@pytest.fixture
def workspace(planned: Path, tmp_path: Path) -> Path:
    """A copy of it without results."""
    shutil.copytree(planned, tmp_path / "ws", ignore=shutil.ignore_patterns("results"))
    return tmp_path / "ws"


def scenario_of(workspace: Path) -> Path:
    return workspace / "scenarios" / "tiny.yaml"


def plan_folder(workspace: Path) -> Path:
    return workspace / "results" / "plans" / "tiny"


def record_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a plan, timing aside."""
    found = {name: (folder / name).read_bytes() for name in FILES}
    record = json.loads(found["plan.json"])
    del record["seconds"]
    return {**found, "plan.json": json.dumps(record).encode()}


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_plan_is_written_and_verified(planned: Path) -> None:
    record = record_of(plan_folder(planned))
    assert sorted(os.listdir(plan_folder(planned))) == sorted([*FILES, SEARCH])
    assert record["status"] == "optimal"
    assert record["verified"] is True
    assert record["workspace"] == "../../.."
    assert record["scenario_file"] == "../../../scenarios/tiny.yaml"
    assert record["response"] == "../../../response"
    assert verify_folder(plan_folder(planned)) == ()


def test_the_same_bytes_in_another_folder_with_rows_shuffled(
    planned: Path, workspace: Path
) -> None:
    for table in ("tactics.csv", "sales.csv", "accounts.csv", "response/baseline.csv"):
        head, *rows = (workspace / table).read_text(encoding="utf-8").splitlines()
        (workspace / table).write_text("\n".join([head, *rows[::-1]]) + "\n", encoding="utf-8")
    run(workspace, scenario_of(workspace))
    assert contents(plan_folder(workspace)) == contents(plan_folder(planned))


def test_its_calendar_is_accepted_back(planned: Path, workspace: Path) -> None:
    calendar = plan_folder(planned) / "calendar.csv"
    given = evaluate(workspace, scenario_of(workspace), calendar)
    record = record_of(given.folder)
    assert given.folder == plan_folder(workspace)
    assert (record["status"], record["bound"], record["gap"]) == ("feasible", None, None)
    assert record["objective"] == record_of(plan_folder(planned))["objective"]
    assert record["violations"] == []
    pinned = run(workspace, scenario_of(workspace), pin=calendar, out=workspace / "kept")
    assert pinned.plan.objective_hundredths == given.plan.objective_hundredths
    assert "pinned" in (workspace / "kept" / "calendar.csv").read_text(encoding="utf-8")
    assert str(pinned.folder) in str(pinned)


def test_broken_rules_are_reported_not_refused(planned: Path, workspace: Path) -> None:
    budgets = workspace / "budgets.csv"
    head, *rows = budgets.read_text(encoding="utf-8").splitlines()
    at = head.split(",").index("amount")
    poor = [",".join([*(c := row.split(","))[:at], "0.5", *c[at + 1 :]]) for row in rows]
    budgets.write_text("\n".join([head, *poor]) + "\n", encoding="utf-8")
    calendar = plan_folder(planned) / "calendar.csv"
    given = evaluate(workspace, scenario_of(workspace), calendar, out=workspace / "given")
    record = record_of(given.folder)
    assert record["status"] == "infeasible"
    assert record["violations"]
    assert given.plan.violations


def test_a_calendar_that_has_no_value_is_refused(planned: Path, workspace: Path) -> None:
    bad = workspace / "bad.csv"
    rows = (
        "001,P1,T0,2031-01-06,1\n"
        "009,P1,T0,2026-01-05,1\n"
        "001,P1,T9,2026-01-05,1\n"
        "001,P1,T0,yesterday,1\n"
        "001,P1,T0,2026-01-05,half\n"
    )
    bad.write_text("account,product,tactic,start_week,weeks\n" + rows, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        evaluate(workspace, scenario_of(workspace), bad)
    assert {fault.row for fault in caught.value.faults} == {2, 3, 4, 5, 6}
    assert {fault.file for fault in caught.value.faults} == {"bad.csv"}
    assert not (workspace / "results").exists()


def test_faults_of_all_files_come_together(workspace: Path) -> None:
    (workspace / "accounts.csv").write_text("acount\n1\n", encoding="utf-8")
    scenario_of(workspace).write_text("scenario: tiny\nhorizn: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        run(workspace, scenario_of(workspace), pin=workspace / "none.csv")
    assert {"accounts.csv", "tiny.yaml", "none.csv"} <= {f.file for f in caught.value.faults}
    assert not (workspace / "results").exists()


def test_unknown_codes_in_a_scenario_have_lines(workspace: Path) -> None:
    text = scenario_of(workspace).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("include")]
    text = "\n".join([*lines, "include: {accounts: ['0O1']}"]) + "\n"
    scenario_of(workspace).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"tiny.yaml:{len(lines) + 1}:include.accounts.0"):
        run(workspace, scenario_of(workspace))


def test_somebody_elses_folder_is_not_overwritten(workspace: Path) -> None:
    before = files_in(workspace)
    with pytest.raises(InputError, match="not ours to replace"):
        run(workspace, scenario_of(workspace), out=workspace / "scenarios")
    assert files_in(workspace) == before


def stub(status: SolutionStatus) -> Solution:
    return Solution(status, None, None, None, None, (), 0.0)


@pytest.mark.parametrize(
    ("status", "error"),
    [(SolutionStatus.INFEASIBLE, Infeasible), (SolutionStatus.NOTHING, NothingFound)],
)
def test_without_a_plan_nothing_is_written(
    status: SolutionStatus,
    error: type[Exception],
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answering, "decide", lambda *a, **k: stub(status))
    before = files_in(workspace)
    with pytest.raises(error, match="no calendar"):
        run(workspace, scenario_of(workspace))
    assert files_in(workspace) == before


def test_what_the_verifier_refuses_is_withheld(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Fault("weekly.csv", 7, "profit", "1.00", "2.00")
    monkeypatch.setattr(answering, "verify", lambda *a, **k: (finding,))
    before = files_in(workspace)
    with pytest.raises(VerificationFailed) as caught:
        run(workspace, scenario_of(workspace))
    assert caught.value.findings == (finding,)
    assert files_in(workspace) == before


@pytest.mark.parametrize("stage", ["load", "build", "solve", "plan", "verify"])
@pytest.mark.parametrize("how", [KeyboardInterrupt, "cancel"])
def test_stopping_at_any_stage_leaves_nothing(
    stage: str, how: type[BaseException] | str, workspace: Path
) -> None:
    before = files_in(workspace)
    reached: list[str] = []

    def progress(name: str, share: float) -> None:
        reached.append(name)
        if name == stage and isinstance(how, type):
            raise how

    error = how if isinstance(how, type) else Cancelled
    with pytest.raises(error):
        run(
            workspace,
            scenario_of(workspace),
            progress=progress,
            cancelled=(lambda: stage in reached) if how == "cancel" else None,
        )
    assert stage in reached
    assert files_in(workspace) == before
    assert debris() == ()


def test_verify_folder_finds_its_inputs_elsewhere(planned: Path, workspace: Path) -> None:
    away = workspace.parent / "away"
    shutil.copytree(plan_folder(planned), away)
    with pytest.raises(InputError):
        verify_folder(away)
    record = record_of(away)
    home = Path(os.path.relpath(workspace, away)).as_posix()
    for key, part in (("workspace", ""), ("scenario_file", "/scenarios/tiny.yaml")):
        record[key] = home + part
    record["response"] = home + "/response"
    (away / "plan.json").write_text(json.dumps(record), encoding="utf-8")
    assert verify_folder(away) == ()
    assert verify_folder(plan_folder(planned), workspace) == ()


def test_verify_folder_knows_another_scenario(planned: Path, workspace: Path) -> None:
    shutil.copytree(planned / "results", workspace / "results")
    path = scenario_of(workspace)
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("budget_scale")]
    path.write_text("\n".join([*lines, "budget_scale: 7.5"]) + "\n", encoding="utf-8")
    findings = verify_folder(plan_folder(workspace))
    assert "scenario_sha256" in {finding.column for finding in findings}


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"workspace": 3}'])
def test_verify_folder_refuses_what_is_no_plan(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        verify_folder(tmp_path)


def test_rebates_are_part_of_objective_and_bound(workspace: Path) -> None:
    head = "account,basis,threshold,rate,reach\n"
    (workspace / "rebates.csv").write_text(head + "001,net_sales,0,0.1,all\n", encoding="utf-8")
    found = run(workspace, scenario_of(workspace)).plan
    assert found.outcome.rebates.account == ("001",)
    assert found.outcome.rebates.change_cents != 0
    assert found.bound is not None
    assert found.bound >= found.objective
    record = record_of(plan_folder(workspace))
    assert record["objective"] == found.objective


def test_another_objective_is_told_and_verified(workspace: Path) -> None:
    path = scenario_of(workspace)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "objective: {volume: 1, retailer_profit: 0.5}\n", encoding="utf-8")
    found = run(workspace, path).plan
    record = record_of(plan_folder(workspace))
    assert record["maximised"] == {"volume": 1.0, "retailer_profit": 0.5}
    assert record["objective"] == found.objective
    record["objective"] += 1.0
    (plan_folder(workspace) / "plan.json").write_text(json.dumps(record), encoding="utf-8")
    columns = {finding.column for finding in verify_folder(plan_folder(workspace))}
    assert {"objective", "gap"} <= columns
