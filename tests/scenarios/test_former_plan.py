"""An edited plan is planned around from its own folder, as long as the inputs are the same."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from optimizer.search_file import FILE
from scenarios.run import evaluate, run
from scenarios.verify import verify_folder
from tests.oracle.tiny import tiny_workspace
from workbench.command_line import run as command
from workspace import InputError

SEED = 1


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its plan in results/plans/tiny/, of which the first event is dropped."""
    folder, scenario, _ = tiny_workspace(tmp_path_factory.mktemp("one") / "ws", SEED)
    run(folder, scenario)
    head, *rows = rows_of(folder / "results" / "plans" / "tiny" / "calendar.csv")
    assert len(rows) > 1
    with (folder / "results" / "plans" / "tiny" / "edited.csv").open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *rows[1:]])
    return folder


@pytest.fixture
def workspace(planned: Path, tmp_path: Path) -> Path:
    shutil.copytree(planned, tmp_path / "ws")
    return tmp_path / "ws"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def scenario_of(workspace: Path) -> Path:
    return workspace / "scenarios" / "tiny.yaml"


def plan_folder(workspace: Path) -> Path:
    return workspace / "results" / "plans" / "tiny"


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a plan but the record, which tells how long it took."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "plan.json"}


def test_the_folder_of_the_pinned_calendar_is_begun_from(workspace: Path, tmp_path: Path) -> None:
    pin = plan_folder(workspace) / "edited.csv"
    found = run(workspace, scenario_of(workspace), pin=pin, out=tmp_path / "one")
    assert found.start == plan_folder(workspace)
    assert found.plan.status == "optimal"
    events = [row[1:6] for row in rows_of(tmp_path / "one" / "calendar.csv")]
    assert all(row[1:6] in events for row in rows_of(pin))
    assert verify_folder(tmp_path / "one") == ()
    # Once more, and from what the first run has left for the next: its own folder says the same.
    run(workspace, scenario_of(workspace), pin=pin, out=tmp_path / "two")
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert FILE in contents(tmp_path / "one")


def test_a_calendar_elsewhere_is_begun_from_nothing_unless_a_folder_is_named(
    workspace: Path, tmp_path: Path
) -> None:
    pin = tmp_path / "edited.csv"
    shutil.copy(plan_folder(workspace) / "edited.csv", pin)
    alone = run(workspace, scenario_of(workspace), pin=pin, out=tmp_path / "one")
    assert alone.start is None
    named = run(
        workspace,
        scenario_of(workspace),
        pin=pin,
        out=tmp_path / "two",
        start=plan_folder(workspace),
    )
    assert named.start == plan_folder(workspace)
    assert named.plan.objective == alone.plan.objective


@pytest.mark.parametrize("table", ["budgets.csv", "listings.csv", "response/baseline.csv"])
def test_a_changed_input_is_noticed(workspace: Path, tmp_path: Path, table: str) -> None:
    path = workspace / table
    head, *rows = rows_of(path)
    column = next(i for i, name in enumerate(head) if name in ("amount", "list_price", "units"))
    for row in rows:
        row[column] = str(round(1.01 * float(row[column]), 2))
    with path.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *rows])
    pin = plan_folder(workspace) / "edited.csv"
    found = run(workspace, scenario_of(workspace), pin=pin, out=tmp_path / "one")
    assert found.start is None


def test_an_evaluated_calendar_keeps_no_search(workspace: Path, tmp_path: Path) -> None:
    calendar = plan_folder(workspace) / "edited.csv"
    evaluate(workspace, scenario_of(workspace), calendar, out=tmp_path / "one")
    assert FILE not in contents(tmp_path / "one")
    pin = tmp_path / "one" / "calendar.csv"
    assert run(workspace, scenario_of(workspace), pin=pin, out=tmp_path / "two").start is None


def test_a_folder_that_is_not_there_is_a_fault(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        run(workspace, scenario_of(workspace), start=tmp_path / "nowhere")
    assert refused.value.faults[0].file == str(tmp_path / "nowhere")


def test_the_command_says_where_a_named_folder_is_of_no_use(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["plan", str(workspace), "--scenario", "tiny", "--quiet", "--out", str(tmp_path / "one")]
    assert command([*line, "--from", str(plan_folder(workspace))]) == 0
    assert capsys.readouterr().err == ""
    (tmp_path / "empty").mkdir()
    assert command([*line, "--from", str(tmp_path / "empty")]) == 0
    assert "nothing there that this plan could begin from" in capsys.readouterr().err
