from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from tests.corruptions import KINDS
from tests.workspaces import small_tables, write_workspace
from workspace import InputError, load

SEEDS = range(3)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("good"), small_tables())


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 40


def test_the_untouched_input_is_accepted(good: Path) -> None:
    assert load(good, planning=True).notes == ()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_fault_is_named_and_nothing_else(
    name: str, seed: int, good: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(good, folder)
    places = KINDS[name](folder, Random(f"{name} {seed}"))
    before = contents(folder)
    with pytest.raises(InputError) as caught:
        load(folder, planning=True)
    assert {(f.file, f.row, f.column) for f in caught.value.faults} == places, caught.value
    assert contents(folder) == before
    for fault in caught.value.faults:
        shown = str(fault)
        assert ": found " in shown
        assert ", expected " in shown
        assert shown.isprintable()


def test_many_faults_come_out_of_one_pass(good: Path, tmp_path: Path) -> None:
    """Corruptions of different files are all reported by one load."""
    folder = tmp_path / "workspace"
    shutil.copytree(good, folder)
    names = ("negative_units", "vat_in_percent", "depth_one", "budget_kind", "event_status")
    places = set().union(*(KINDS[name](folder, Random(name)) for name in names))
    places |= KINDS["settings_unknown_key"](folder, Random(1))
    with pytest.raises(InputError) as caught:
        load(folder)
    assert {(f.file, f.row, f.column) for f in caught.value.faults} == places
    found = [(f.file, f.row or 0, f.column or "") for f in caught.value.faults]
    assert found == sorted(found)
