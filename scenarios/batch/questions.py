"""From files of scenarios to runs with keys: what is asked, what is known, what is left to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from optimizer.plan import versions
from optimizer.spec import Spec
from scenarios.answer import Facts
from scenarios.batch.task import Task
from scenarios.grid import numbered
from scenarios.inherit import read_source
from scenarios.scenario import Scenario
from scenarios.store.runs import Question
from scenarios.store.store import Store
from scenarios.store.unpacked import scenario_file
from workspace.faults import Fault

Chosen = Mapping[int, Collection[int]]  # by the number of a file, numbers of its scenarios


@dataclass(frozen=True)
class Asked:
    """The runs that files ask for: keys with their scenarios' names, in order, each once.

    `places`: the number of each one's file, and its own number in there (`grid.numbered`). `faults`
    are those of scenarios that cannot be asked at all; they have no key.
    """

    names: dict[str, str]
    places: dict[str, tuple[int, int]]
    faults: tuple[Fault, ...]

    def but(self, known: Container[str]) -> Chosen:
        """Where the scenarios stand whose keys are not among these."""
        found: dict[int, set[int]] = {}
        for key, (file, number) in self.places.items():
            if key not in known:
                found.setdefault(file, set()).add(number)
        return found


def asked(facts: Facts, paths: Sequence[Path]) -> Asked:
    """All that the files ask. One file's faults do not keep the others from being asked."""
    faults: list[Fault] = []
    names: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    for place, task in _placed(facts, paths, None, faults):
        if task.question.key not in names:
            names[task.question.key] = task.question.scenario
            places[task.question.key] = place
    return Asked(names, places, tuple(faults))


def tasks(facts: Facts, paths: Sequence[Path], chosen: Chosen | None = None) -> Iterator[Task]:
    """The tasks of the files in order, those of the `chosen` places (None: all)."""
    return (task for _, task in _placed(facts, paths, chosen, []))


def _placed(
    facts: Facts, paths: Sequence[Path], chosen: Chosen | None, faults: list[Fault]
) -> Iterator[tuple[tuple[int, int], Task]]:
    version = version_text()
    for file, path in enumerate(paths):
        if chosen is not None and file not in chosen:
            continue
        source = read_source(path, faults)
        if source is None:
            continue
        numbers = None if chosen is None else chosen[file]
        for number, scenario in numbered(source, path, faults, numbers):
            yield (file, number), Task(question_of(facts, scenario, version), scenario)


def question_of(facts: Facts, scenario: Scenario, version: str) -> Question:
    """The run of a scenario over some facts, by a version of this program."""
    workspace = facts.workspace
    parts = (workspace.sha256, facts.response.sha256, scenario.key, version)
    return Question(
        key=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        workspace_sha256=workspace.sha256,
        workspace_name=workspace.settings.name,
        currency=workspace.settings.currency,
        response_sha256=facts.response.sha256,
        scenario_sha256=scenario.key,
        scenario=scenario.spec.scenario,
        spec_json=spec_json(scenario.spec),
        version=version,
    )


def version_text() -> str:
    """What would make the same question end otherwise: this program and its solvers."""
    return " ".join(f"{name}={version}" for name, version in sorted(versions().items()))


def spec_json(spec: Spec) -> str:
    """Everything that a scenario says, defaults included."""
    said = spec.model_dump(mode="json", exclude={"vary"})
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def write_scenario(store: Store, question: Question) -> None:
    """Keep a scenario as a file of its own: with nothing inherited and no grid.

    It is what the plan of the run names as its scenario, and has the same hash.
    """
    target = scenario_file(store, question.scenario_sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    spec = Spec.model_validate(json.loads(question.spec_json), strict=False)
    said = json.loads(spec.model_dump_json(exclude_defaults=True))
    partial = target.with_name(f".{target.name}.partial")
    partial.write_text(
        yaml.safe_dump(said, sort_keys=False, allow_unicode=True), encoding="utf-8", newline="\n"
    )
    partial.replace(target)
