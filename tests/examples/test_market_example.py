"""The market example: loads cleanly, and is what its script makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from examples.build_market import build
from models.response_files import read_response
from models.simulator import FORMS, read_truth
from workspace import load

FOLDER = Path(__file__).parents[2] / "examples" / "market"


def test_it_loads_without_a_fault_or_a_note() -> None:
    workspace = load(FOLDER, planning=True)
    assert workspace.notes == ()
    assert (len(workspace.accounts), len(workspace.products)) == (6, 8)
    assert list(workspace.products["own"]).count(0) == 1
    assert workspace.sales["week"].nunique() == 104
    assert len(workspace.events) > 0
    response = read_response(FOLDER / "truth" / "response", workspace)
    assert response.tail == 3


def test_files_are_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.*")) < 3_000_000


def test_the_script_builds_it_again(tmp_path: Path) -> None:
    """Equal up to the last digits, which another processor's exp and log may move."""
    build(tmp_path)
    ours = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*")} - {"README.md"}
    ours = {name for name in ours if not name.startswith("results")}
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} == ours
    for name in sorted(ours):
        if name.endswith(".yaml"):
            assert (tmp_path / name).read_text() == (FOLDER / name).read_text()
            continue
        built, shipped = pd.read_csv(tmp_path / name), pd.read_csv(FOLDER / name)
        pd.testing.assert_frame_equal(built, shipped, rtol=1e-9, atol=1.0 if "sales" in name else 0)


def test_the_truth_reproduces_the_units_expected_in_the_history() -> None:
    truth = read_truth(FOLDER / "truth")
    demand = pd.read_csv(FOLDER / "truth" / "demand.csv")
    units = FORMS[truth.form].units(truth)
    np.testing.assert_allclose(units.ravel(), demand["expected_units"], rtol=1e-12)
    sold = load(FOLDER).sales
    listed = sold.sort_values(["account", "product", "week"])["units"].to_numpy()
    keys = demand[demand["week"] < "2026-01-05"].sort_values(["account", "product", "week"])
    ratio = listed / keys["expected_units"].to_numpy()
    assert ratio.mean() == pytest.approx(1.0, abs=0.02)
    assert 0.10 < np.log(ratio).std() < 0.20
