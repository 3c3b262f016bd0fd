"""Every plan that a workspace has: in folders, and in the store of its batches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.response import Response
from models.response_files import read_response
from scenarios.fitted import RESULTS
from scenarios.scenario import Scenario, read_scenario
from scenarios.store import archive
from scenarios.store.address import VARIABLE, address_of
from scenarios.store.runs import Run, finished_runs
from scenarios.store.store import Store, open_store
from scenarios.store.unpacked import FOLDERS, scenario_file
from scenarios.verify import FILE
from workspace.faults import InputError
from workspace.text import Text
from workspace.workspace import Workspace

CHANGED = Text("its inputs, or its scenario, have changed since it was planned")
NO_RESPONSE = Text("the response it was planned with is not there any more")


@dataclass(frozen=True)
class Candidate:
    """A plan that is there and up to date; not verified yet. `place`: a folder, or a run.

    `response_folder` holds what it believes.
    """

    name: str
    scenario: Scenario
    response: Response
    record: Mapping[str, object]
    place: Path | Run
    response_folder: Path


@dataclass(frozen=True)
class Stale:
    """A plan that is there and cannot be used any more, or is none."""

    name: str
    why: Text


@dataclass
class Shelf:
    """The plans of a workspace. Responses are read once each."""

    workspace: Workspace
    store: Store | None

    def __post_init__(self) -> None:
        self._responses: dict[Path, Response | None] = {}
        self._scenarios: dict[Path, Scenario | None] = {}

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Where `plan` and `evaluate` put plans, by name."""
        home = self.workspace.folder / RESULTS / "plans"
        return tuple(sorted(path.parent for path in home.glob(f"*/{FILE}")))

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The store's runs with a plan on the inputs as they are, the last of each scenario."""
        if self.store is None:
            return ()
        last = {run.scenario: run for run in finished_runs(self.store, self.workspace.sha256)}
        return tuple(last.values())

    @cached_property
    def by_scenario(self) -> dict[str, list[Run]]:
        """The store's runs on the inputs as they are, by the scenario's hash, the oldest first."""
        found: dict[str, list[Run]] = {}
        if self.store is not None:
            for run in finished_runs(self.store, self.workspace.sha256):
                found.setdefault(run.scenario_sha256, []).append(run)
        for runs in found.values():
            runs.sort(key=lambda run: run.finished)
        return found

    def folder(self, path: Path) -> Candidate | Stale:
        """The plan in a folder."""
        name = path.resolve().name
        try:
            record = json.loads((path / FILE).read_text(encoding="utf-8"))
            where = {key: (path / str(record[key])).resolve() for key in _PATHS}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return Stale(name, Text("no readable plan"))
        if where["workspace"] != self.workspace.folder.resolve():
            return Stale(name, Text("the plan of another workspace"))
        return self._candidate(name, path, record, where["scenario_file"], where["response"])

    def run(self, run: Run) -> Candidate | Stale:
        """The plan of a run."""
        assert self.store is not None
        if run.plan_sha256 is None or not archive.intact(self.store, run.plan_sha256):
            return Stale(run.scenario, Text("its files are not in the store any more"))
        record = run.record(self.store)
        unpacked = self.store.folder / f"{FOLDERS}-en" / run.key
        response = (unpacked / str(record["response"])).resolve()
        file = scenario_file(self.store, run.scenario_sha256)
        return self._candidate(run.scenario, run, record, file, response)

    def _candidate(
        self, name: str, place: Path | Run, record: Mapping[str, object], file: Path, beliefs: Path
    ) -> Candidate | Stale:
        scenario, response = self._scenario(file), self._response(beliefs)
        if response is None:
            return Stale(name, NO_RESPONSE)
        made_from = tuple(record.get(key) for key in _HASHES)
        key = None if scenario is None else scenario.key
        if scenario is None or made_from != (self.workspace.sha256, response.sha256, key):
            return Stale(name, CHANGED)
        return Candidate(name, scenario, response, record, place, beliefs)

    def _scenario(self, path: Path) -> Scenario | None:
        if path not in self._scenarios:
            try:
                self._scenarios[path] = read_scenario(path)
            except InputError:
                self._scenarios[path] = None
        return self._scenarios[path]

    def _response(self, folder: Path) -> Response | None:
        if folder not in self._responses:
            try:
                self._responses[folder] = read_response(folder, self.workspace)
            except (InputError, OSError):
                self._responses[folder] = None
        return self._responses[folder]


_PATHS = ("workspace", "scenario_file", "response")
_HASHES = ("inputs_sha256", "response_sha256", "scenario_sha256")


def existing_store(workspace: Path, url: str | None) -> AbstractContextManager[Store | None]:
    """The store of a workspace; None where it has none: looking does not make one."""
    import os

    if url is None and not os.environ.get(VARIABLE):
        database = address_of(workspace).url.database
        if database is None or not Path(database).is_file():
            return nullcontext()
    return open_store(workspace, url)
