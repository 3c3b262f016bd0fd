"""Instances for measurements: valid, the same each time, as severe as asked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.instances import supplied_response_workspace
from models.response_files import read_response
from workspace import load


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.*")}


def test_an_instance_is_a_valid_workspace_with_a_valid_response(tmp_path: Path) -> None:
    folder = supplied_response_workspace(
        tmp_path, 3, 7, 12, seed=2, cross_lags=1, rival=0.05, draws=4
    )
    workspace = load(folder, planning=True)
    response = read_response(folder / "response", workspace)
    assert len(response.baseline) == 3 * 7 * (12 + 3)
    assert len(response.lift) == 3 * 7 * 6
    # Brands of five and two: twenty and two ordered pairs, two lags each, in three accounts.
    assert len(response.cross) == 3 * (20 + 2) * 2
    assert response.cross.query("lag == 0")["coefficient"].mean() == pytest.approx(-0.1, abs=0.02)
    assert len(response.rival) == 2 * 7
    assert response.draws["draw"].nunique() == 4
    assert response.tail == 3


def test_shapes_of_deals_are_ten(tmp_path: Path) -> None:
    workspace = load(supplied_response_workspace(tmp_path, 2, 5, 8), planning=True)
    general = workspace.tactics[workspace.tactics["account"] == ""]
    assert (general["max_weeks"] - general["min_weeks"] + 1).sum() == 10
    assert len(general) == 6


def test_the_same_arguments_the_same_bytes(tmp_path: Path) -> None:
    first = contents(supplied_response_workspace(tmp_path / "a", 2, 5, 8, seed=3))
    again = contents(supplied_response_workspace(tmp_path / "b", 2, 5, 8, seed=3))
    other = contents(supplied_response_workspace(tmp_path / "c", 2, 5, 8, seed=4))
    assert first == again
    assert first["budgets.csv"] != other["budgets.csv"]


def test_budgets_and_slots_are_as_tight_as_asked(tmp_path: Path) -> None:
    loose = supplied_response_workspace(tmp_path / "a", 2, 8, 8)
    tight = supplied_response_workspace(tmp_path / "b", 2, 8, 8, budget=0.25, slots=1, floor=1.02)
    amounts = [pd.read_csv(f / "budgets.csv")["amount"].iloc[0] for f in (loose, tight)]
    assert amounts[0] == pytest.approx(2 * amounts[1], rel=1e-6)
    scenario = (tight / "scenarios" / "base.yaml").read_text()
    assert "{rule: slots, value: 1}" in scenario
    assert "{rule: retailer_margin_floor, value: 1.02}" in scenario
    assert "{rule: slots, value: 2}" in (loose / "scenarios" / "base.yaml").read_text()
