"""A plan's folder out of the store: all files, the workbook in the language asked for, verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.folder import FILES
from optimizer.reports.workbook.words import Words
from scenarios.batch.batch import run_batch
from scenarios.run import run
from scenarios.store import archive, latest_runs, open_store, plan_folder
from scenarios.verify import verify_folder
from tests.oracle.tiny import tiny_workspace
from tests.scenarios.batch.here import here

WHAT_IF = """\
scenario: cheap
extends: tiny
what_if:
- {change: unit_cost, times: 0.9}
- {change: depth, times: 0.9}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found, _, _ = tiny_workspace(tmp_path / "ws", 1, draws=3)
    (found / "scenarios" / "cheap.yaml").write_text(WHAT_IF, encoding="utf-8")
    return found


def test_it_is_the_folder_that_plan_writes(folder: Path) -> None:
    paths = [folder / "scenarios" / f"{name}.yaml" for name in ("tiny", "cheap")]
    with open_store(folder) as store:
        run_batch(store, paths, here)
        for kept in latest_runs(store):
            unpacked = plan_folder(store, kept)
            assert sorted(path.name for path in unpacked.iterdir()) == sorted(FILES)
            assert verify_folder(unpacked) == ()
            alone = run(folder, folder / "scenarios" / f"{kept.scenario}.yaml").folder
            for name in set(FILES) - {"plan.json", "plan.xlsx"}:
                assert (alone / name).read_bytes() == (unpacked / name).read_bytes()
            assert archive.plan_sha256(alone) == kept.plan_sha256


def test_a_workbook_that_lies_is_found(folder: Path) -> None:
    """The control: the workbook of one plan in the folder of the other."""
    paths = [folder / "scenarios" / f"{name}.yaml" for name in ("tiny", "cheap")]
    with open_store(folder) as store:
        run_batch(store, paths, here)
        one, other = (plan_folder(store, kept) for kept in latest_runs(store))
        (one / "plan.xlsx").write_bytes((other / "plan.xlsx").read_bytes())
        assert verify_folder(one) != ()


def test_each_language_has_a_folder_of_its_own(folder: Path) -> None:
    with open_store(folder) as store:
        run_batch(store, [folder / "scenarios" / "tiny.yaml"], here)
        (kept,) = latest_runs(store)
        spanish = Words("es", lambda template: template.replace("Summary", "Resumen"))
        english, translated = plan_folder(store, kept), plan_folder(store, kept, spanish)
        assert english != translated
        assert verify_folder(translated) == ()
        workbooks = [(f / "plan.xlsx").read_bytes() for f in (english, translated)]
        assert workbooks[0] != workbooks[1]
        assert plan_folder(store, kept) == english


def test_of_inputs_that_have_changed_the_tables_remain(folder: Path) -> None:
    with open_store(folder) as store:
        run_batch(store, [folder / "scenarios" / "tiny.yaml"], here)
        accounts = folder / "accounts.csv"
        accounts.write_text(accounts.read_text().replace("north", "south"), encoding="utf-8")
        (kept,) = latest_runs(store)
        unpacked = plan_folder(store, kept)
        assert sorted({*FILES} - {path.name for path in unpacked.iterdir()}) == ["plan.xlsx"]
        assert verify_folder(unpacked) != ()
