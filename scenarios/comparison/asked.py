"""Which plans a comparison is about: those that were named, or all that there are.

A name is looked for as a plan's folder, as a scenario's file (with all its grid), and as the name
of a plan in results/plans or of a run in the store. Nothing is solved here: what has no plan that
is up to date is told by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.comparison.shelf import CHANGED, Candidate, Shelf, Stale
from scenarios.grid import members
from scenarios.inherit import read_source
from scenarios.scenario import Scenario
from scenarios.verify import FILE
from workspace.faults import Fault
from workspace.nearest import nearest, quoted
from workspace.text import Text

NONE_YET = Text("it has not been planned yet")


@dataclass(frozen=True)
class Missing:
    """A scenario without a plan that could be compared. `again`: what to give `batch`, if known."""

    name: str
    why: Text
    again: str | None


@dataclass(frozen=True)
class Asked:
    """What was asked for: plans with names of their own, scenarios without one, bad names."""

    found: tuple[Candidate, ...]
    missing: tuple[Missing, ...]
    faults: tuple[Fault, ...]


def asked(shelf: Shelf, names: Sequence[Path]) -> Asked:
    """The plans of some names, in their order; every plan of the workspace without any."""
    search = _Search(shelf)
    if names:
        for name in names:
            search.look(name)
    else:
        search.everything()
    return Asked(_named_apart(search.found), tuple(search.missing), tuple(search.faults))


class _Search:
    """What has been found so far."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.found: list[Candidate] = []
        self.missing: list[Missing] = []
        self.faults: list[Fault] = []

    def look(self, name: Path) -> None:
        """One name of the command line."""
        shelf, text = self._shelf, str(name)
        for path in (name, shelf.workspace.folder / name):
            if (path / FILE).is_file():
                self._take(shelf.folder(path), None)
                return
        file = self._file(name)
        if file is not None:
            self._scenarios(file)
            return
        folder = next((path for path in shelf.folders if path.name == text), None)
        runs = [run for run in shelf.runs if run.scenario == text]
        if folder is not None:
            self._take(shelf.folder(folder), None)
        elif runs:
            self._take(shelf.run(runs[-1]), None)
        else:
            self.faults.append(self._unknown(text))

    def everything(self) -> None:
        """Plans in folders, then runs of other scenarios, then scenarios that have neither."""
        shelf = self._shelf
        files = sorted((shelf.workspace.folder / "scenarios").glob("*.yaml"))
        for folder in shelf.folders:
            again = folder.name if any(file.stem == folder.name for file in files) else None
            self._take(shelf.folder(folder), again)
        known = {one.scenario.key for one in self.found}
        for run in shelf.runs:
            if run.scenario_sha256 not in known:
                self._take(shelf.run(run), None)
        told = {one.name for one in self.found} | {one.name for one in self.missing}
        known = {one.scenario.key for one in self.found}
        for file in files:
            for scenario in self._members(file, []):
                name = scenario.spec.scenario
                if scenario.key not in known and name not in told:
                    self.missing.append(Missing(name, NONE_YET, file.stem))

    def _file(self, name: Path) -> Path | None:
        home = self._shelf.workspace.folder
        for path in (name, home / name, home / "scenarios" / f"{name.name}.yaml"):
            if path.is_file():
                return path
        return None

    def _members(self, file: Path, faults: list[Fault]) -> Iterable[Scenario]:
        source = read_source(file, faults)
        return () if source is None else members(source, file, faults)

    def _scenarios(self, file: Path) -> None:
        """The plan of every scenario of a file: the better of its folder's and the store's."""
        shelf = self._shelf
        for scenario in self._members(file, self.faults):
            name, usable, stale = scenario.spec.scenario, [], False
            for folder in shelf.folders:
                if folder.name == name:
                    plan = shelf.folder(folder)
                    stale |= isinstance(plan, Stale)
                    if isinstance(plan, Candidate) and plan.scenario.key == scenario.key:
                        usable.append(plan)
            for run in shelf.by_scenario.get(scenario.key, ()):
                plan = shelf.run(run)
                if isinstance(plan, Candidate):
                    usable.append(replace(plan, name=name))
            if usable:
                self.found.append(
                    max(usable, key=lambda plan: float(str(plan.record["objective"])))
                )
            else:
                again = file.stem if file.parent.name == "scenarios" else str(file)
                self.missing.append(Missing(name, CHANGED if stale else NONE_YET, again))

    def _take(self, plan: Candidate | Stale, again: str | None) -> None:
        if isinstance(plan, Stale):
            self.missing.append(Missing(plan.name, plan.why, again))
        else:
            self.found.append(plan)

    def _unknown(self, text: str) -> Fault:
        shelf = self._shelf
        known = {path.name for path in shelf.folders} | {run.scenario for run in shelf.runs}
        known |= {file.stem for file in (shelf.workspace.folder / "scenarios").glob("*.yaml")}
        guess = nearest(text, known)
        expected = Text("a scenario, a run of a batch or a plan's folder")
        if guess is not None:
            expected = Text("a scenario, a run of a batch or a plan's folder, such as {name}",
                            name=quoted(guess))  # fmt: skip
        return Fault(text, None, None, Text("nothing of that name"), expected)


def _named_apart(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The same without repetitions, those that share a name numbered: base, base (2)."""
    seen: dict[str, int] = {}
    places: dict[object, None] = {}
    named = []
    for plan in found:
        place = plan.place.resolve() if isinstance(plan.place, Path) else plan.place.key
        if place in places:
            continue
        places[place] = None
        seen[plan.name] = seen.get(plan.name, 0) + 1
        number = seen[plan.name]
        named.append(plan if number == 1 else replace(plan, name=f"{plan.name} ({number})"))
    return tuple(named)
