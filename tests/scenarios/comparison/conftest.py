"""A workspace with plans in folders and in a store, made once; tests that spoil it take a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scenarios.batch.batch import run_batch
from scenarios.run import run
from scenarios.store.store import open_store
from tests.oracle.tiny import tiny_workspace
from tests.scenarios.batch.here import here

SCENARIOS = {
    "tight": "extends: tiny\nbudget_scale: 0.02\n",
    "calm": "extends: tiny\nguardrails:\n  - {rule: max_events, value: 1}\n",
    "costs": "extends: tiny\nvary:\n  what_if:\n"
    "    dear: [{change: unit_cost, times: 1.1}]\n    cheap: [{change: unit_cost, times: 0.8}]\n",
    "later": "extends: tiny\nbudget_scale: 0.5\n",
}
PLANNED = ("tiny", "calm")  # in folders; `tight` and `costs` are in the store, `later` nowhere
SEED = 4


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planned(tmp_path_factory.getbasetemp() / "plans" / "tiny")


def planned(folder: Path) -> Path:
    """The workspace in `folder`, made where it is not there yet: two folders of tests share it."""
    if folder.is_dir():
        return folder
    tiny_workspace(folder, SEED, draws=5)
    for name, text in SCENARIOS.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(f"scenario: {name}\n{text}")
    for name in PLANNED:
        run(folder, folder / "scenarios" / f"{name}.yaml")
    with open_store(folder) as store:
        run_batch(store, [folder / "scenarios" / f"{n}.yaml" for n in ("tight", "costs")], here)
    return folder


@pytest.fixture
def own(plans: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(plans, tmp_path / "tiny"))
