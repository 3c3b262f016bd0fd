"""Which response a plan believes in, and when a new one is estimated."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

import scenarios.fitted as fitted
from models.fit import Fit
from models.response import Response
from models.response_files import read_response
from scenarios.fitted import fit_into_results, response_for, table_text
from tests.oracle.tiny import tiny_workspace
from tests.workspaces import small_tables, write_workspace
from workspace import InputError, Workspace, load


@pytest.fixture
def place(tmp_path: Path) -> tuple[Workspace, Response, Path]:
    """A workspace without a response of its own, and a response that lies elsewhere."""
    folder, _, response = tiny_workspace(tmp_path / "ws", 1)
    other = tmp_path / "other"
    response.rename(other)
    workspace = load(folder, planning=True)
    return workspace, read_response(other, workspace), other


class Estimator:
    """Stands for `fit`: counts its calls."""

    def __init__(self, response: Response) -> None:
        self.calls = 0
        self.response = response

    def __call__(self, workspace: Workspace, progress: object = None) -> Fit:
        self.calls += 1
        return Fit(self.response, {"estimator": "stub"})


@pytest.fixture
def estimator(
    place: tuple[Workspace, Response, Path], monkeypatch: pytest.MonkeyPatch
) -> Estimator:
    stub = Estimator(place[1])
    monkeypatch.setattr("models.fit.fit", stub)
    return stub


def test_estimates_once_while_nothing_changes(
    place: tuple[Workspace, Response, Path], estimator: Estimator
) -> None:
    workspace, response, _ = place
    for _ in range(3):
        found, folder = response_for(workspace, None)
        assert found.sha256 == response.sha256
        assert folder == workspace.folder / "results" / "response"
    assert estimator.calls == 1
    names = sorted(path.name for path in (workspace.folder / "results").iterdir())
    assert names == [
        "decomposition.csv",
        "fit.json",
        "lift_sources.csv",
        "outliers.csv",
        "response",
    ]


@pytest.mark.parametrize("what", ["sales", "response", "fit.json", "no fit.json", "list"])
def test_estimates_again_where_anything_changed(
    what: str, place: tuple[Workspace, Response, Path], estimator: Estimator
) -> None:
    workspace, _, _ = place
    response_for(workspace, None)
    results = workspace.folder / "results"
    if what == "sales":
        sales = workspace.folder / "sales.csv"
        head, _, *rows = sales.read_text(encoding="utf-8").splitlines()
        sales.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        workspace = load(workspace.folder, planning=True)
    elif what == "response":
        lift = results / "response" / "lift.csv"
        head, _, *rows = lift.read_text(encoding="utf-8").splitlines()
        lift.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    elif what == "fit.json":
        report = json.loads((results / "fit.json").read_text(encoding="utf-8"))
        (results / "fit.json").write_text(json.dumps({**report, "key": "x"}), encoding="utf-8")
    elif what == "list":
        (results / "fit.json").write_text("[]", encoding="utf-8")
    else:
        (results / "fit.json").unlink()
    response_for(workspace, None)
    assert estimator.calls == 2


def test_control_other_tables_do_not_matter(
    place: tuple[Workspace, Response, Path], estimator: Estimator
) -> None:
    workspace, _, _ = place
    response_for(workspace, None)
    budgets = workspace.folder / "budgets.csv"
    budgets.write_text("budget,amount\nall,7\n", encoding="utf-8")
    response_for(load(workspace.folder, planning=True), None)
    assert estimator.calls == 1


def test_a_response_that_was_given_goes_first(
    place: tuple[Workspace, Response, Path], estimator: Estimator
) -> None:
    workspace, response, other = place
    found, folder = response_for(workspace, other)
    assert (found.sha256, folder) == (response.sha256, other)
    other.rename(workspace.folder / "response")
    own = load(workspace.folder, planning=True)
    assert response_for(own, None)[1] == workspace.folder / "response"
    assert estimator.calls == 0
    assert not (workspace.folder / "results").exists()
    with pytest.raises(InputError):
        response_for(own, workspace.folder / "nowhere")


def test_an_estimate_that_is_stopped_leaves_nothing(
    place: tuple[Workspace, Response, Path],
    estimator: Estimator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    workspace, _, _ = place
    monkeypatch.setattr(fitted, "write_response", stop)
    with pytest.raises(KeyboardInterrupt):
        fit_into_results(workspace)
    assert not (workspace.folder / "results").exists()


@pytest.mark.parametrize("decimal", [".", ","])
def test_tables_are_read_back_as_they_were(tmp_path: Path, decimal: str) -> None:
    settings = {"decimal": decimal}
    workspace = load(write_workspace(tmp_path, small_tables(), settings, separator=";"))
    weeks = pd.to_datetime(["2025-01-06", "2025-01-13"])
    table = pd.DataFrame({"account": ["0012", "a,b;c"], "week": weeks, "units": [1.25, -0.001]})
    text = table_text(table, workspace)
    separator = ";" if decimal == "," else ","
    again = pd.read_csv(
        io.StringIO(text), sep=separator, decimal=decimal, dtype={"account": "str"},
        parse_dates=["week"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(again, table, check_dtype=False)
