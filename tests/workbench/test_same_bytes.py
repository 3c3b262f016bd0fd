"""The same question gives the same files: twice, elsewhere, and with rows in another order."""

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from tests.oracle.tiny import tiny_workspace
from workbench.command_line import run


def outputs(folder):
    """Every file of a plan, without the time that it took."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    found["plan.json"] = re.sub(rb'"seconds": [0-9.e+-]+', b"", found["plan.json"])
    return found


def planned_anew(workspace):
    assert run(["plan", str(workspace), "--scenario", "tiny", "--quiet"]) == 0
    return outputs(workspace / "results" / "plans" / "tiny")


def shuffle(workspace, seed):
    """Put the rows of every table in another order; the response's tables too."""
    rng = random.Random(seed)
    for path in sorted(workspace.glob("*.csv")) + sorted(workspace.glob("response/*.csv")):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        rng.shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("seed", [3, 5])
def test_a_plan_does_not_depend_on_place_time_or_row_order(seed, tmp_path):
    workspace, _, _ = tiny_workspace(tmp_path / "here", seed=seed, draws=10)
    first = planned_anew(workspace)
    assert planned_anew(workspace) == first
    elsewhere = Path(shutil.copytree(workspace, tmp_path / "a" / "b c"))
    shutil.rmtree(elsewhere / "results")
    shuffle(elsewhere, seed)
    assert planned_anew(elsewhere) == first


def test_control_another_budget_gives_other_bytes(tmp_path):
    workspace, scenario, _ = tiny_workspace(tmp_path / "here", seed=3, draws=10)
    first = planned_anew(workspace)
    scenario.write_text(scenario.read_text() + "budget_scale: 0.5\n", encoding="utf-8")
    assert planned_anew(workspace) != first


def test_fit_and_backtest_do_not_depend_on_place_time_or_row_order(few_accounts, tmp_path):
    here = Path(shutil.copytree(few_accounts, tmp_path / "here"))
    elsewhere = Path(shutil.copytree(few_accounts, tmp_path / "else where"))
    shuffle(elsewhere, 1)
    found = []
    for workspace in (here, elsewhere):
        assert run(["fit", str(workspace), "--quiet"]) == 0
        assert run(["backtest", str(workspace), "--origins", "1", "--quiet"]) == 0
        paths = sorted(path for path in (workspace / "results").rglob("*") if path.is_file())
        found.append({str(p.relative_to(workspace)): p.read_bytes() for p in paths})
    assert json.loads(found[0]["results/fit.json"])["series"] == 4
    assert found[0] == found[1]
