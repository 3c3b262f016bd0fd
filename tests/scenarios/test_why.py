"""`why` from files: what it asks for, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.why import why
from tests.oracle.tiny import tiny_workspace
from workspace import InputError


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, scenario, _ = tiny_workspace(tmp_path_factory.mktemp("why") / "w", 9)
    return folder, scenario


def test_a_conflict_is_found_from_files(files: tuple[Path, Path]) -> None:
    found = why(*files)
    assert found.event is None
    assert found.conflict is not None
    assert {d.name for d in found.conflict.demands} == {"budget 1", "required [category=snacks]"}


@pytest.mark.parametrize(
    ("event", "column"),
    [
        ("B2,P1,T0", None),
        ("009,P1,T0,2026-01-05", "account"),
        ("B2,PX,T0,2026-01-05", "product"),
        ("B2,P1,TX,2026-01-05", "tactic"),
        ("B2,P1,T0,soon", "week"),
        ("B2,P1,T0,2025-01-06", "week"),
    ],
)
def test_events_that_cannot_be_asked_about(
    files: tuple[Path, Path], event: str, column: str | None
) -> None:
    with pytest.raises(InputError) as refusal:
        why(*files, event=event)
    assert [(fault.file, fault.column) for fault in refusal.value.faults] == [("--event", column)]
