"""From files of scenarios to runs with keys: what is asked, what is known, what is left to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from optimizer.plan import versions
from optimizer.spec import Spec
from scenarios.answer import Facts
from scenarios.batch.task import Task
from scenarios.grid import members
from scenarios.inherit import read_source
from scenarios.scenario import Scenario
from scenarios.store.runs import Question
from scenarios.store.store import Store
from scenarios.store.unpacked import scenario_file
from workspace.faults import Fault


@dataclass(frozen=True)
class Asked:
    """The runs that files ask for: keys with their scenarios' names, in order, each once.

    `faults` are those of scenarios that cannot be asked at all; they have no key.
    """

    names: dict[str, str]
    faults: tuple[Fault, ...]


def asked(facts: Facts, paths: Sequence[Path]) -> Asked:
    """All that the files ask. One file's faults do not keep the others from being asked."""
    faults: list[Fault] = []
    names = {
        task.question.key: task.question.scenario for task in tasks(facts, paths, faults=faults)
    }
    return Asked(names, tuple(faults))


def tasks(
    facts: Facts,
    paths: Iterable[Path],
    wanted: frozenset[str] | None = None,
    faults: list[Fault] | None = None,
) -> Iterator[Task]:
    """The tasks of the files in order, those of the `wanted` keys (None: all), each once."""
    heard: list[Fault] = [] if faults is None else faults
    version = version_text()
    seen: set[str] = set()
    for path in paths:
        source = read_source(path, heard)
        if source is None:
            continue
        for scenario in members(source, path, heard):
            question = question_of(facts, scenario, version)
            if question.key in seen or (wanted is not None and question.key not in wanted):
                continue
            seen.add(question.key)
            yield Task(question, scenario)


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
