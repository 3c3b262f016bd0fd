"""A scenario may name its solver, where that is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import masters
from scenarios.masters import check_master
from scenarios.scenario import read_scenario
from workspace.faults import InputError

TEXT = """scenario: base
horizon: {first_week: 2026-01-05, weeks: 4}
solver:
  gap: 0.01
  master: scip
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "base.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_one_that_is_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masters, "installed", lambda: ("highs", "scip"))
    check_master(read_scenario(path))


def test_one_that_is_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masters, "installed", lambda: ("highs", "cbc"))
    with pytest.raises(InputError) as refused:
        check_master(read_scenario(path))
    (fault,) = refused.value.faults
    assert str(fault) == (
        "base.yaml:5:solver.master: found 'scip',"
        " expected a solver that is installed here: highs, cbc"
    )
