"""Workspaces with a grid to ask, and what a batch leaves of it."""

from __future__ import annotations

from pathlib import Path

from scenarios.batch.batch import Batch, run_batch
from scenarios.store.store import Store
from tests.oracle.tiny import tiny_workspace
from tests.scenarios.batch.here import here

GRID = """\
scenario: grid
extends: tiny
vary:
  budget_scale: [0.8, 1.0, 1.2]
  what_if:
    as-is: []
    cheap: [{change: unit_cost, times: 0.9}]
    unknown: [{change: unit_cost, times: 0.9, product: NONE}]
"""
RUNS, REFUSED = 9, 3


def grid_workspace(path: Path) -> Path:
    """A tiny workspace with scenarios/grid.yaml; the same bytes every time."""
    folder, _, _ = tiny_workspace(path, 1, draws=3)
    (folder / "scenarios" / "grid.yaml").write_text(GRID, encoding="utf-8")
    return folder


def ask(folder: Path, store: Store, solver: object = here, **more: object) -> Batch:
    """The grid's batch."""
    return run_batch(store, [folder / "scenarios" / "grid.yaml"], solver, **more)  # type: ignore[arg-type]


def contents(store: Store) -> dict[str, bytes]:
    """Every file of the store but the database: what the runs have left."""
    return {
        str(path.relative_to(store.folder)): path.read_bytes()
        for part in ("plans", "scenarios")
        for path in sorted((store.folder / part).rglob("*"))
        if path.is_file()
    }


def endings(batch: Batch) -> list[tuple[str, str, str | None]]:
    """The runs in order: scenario, ending, plan."""
    return [(run.scenario, run.ending.value, run.plan_sha256) for run in batch.runs]
