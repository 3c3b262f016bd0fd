"""A question as a file: scenarios/NAME.yaml, read strictly (contract section 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from optimizer.spec import Spec
from scenarios.inherit import Source, read_source
from workspace.faults import Fault, InputError
from workspace.validate import validate


@dataclass(frozen=True)
class Scenario:
    """A checked specification, the hash of what it says, and the file it came from.

    `key` does not depend on the layout of the file: order of keys, comments, defaults written
    out, what is inherited from where. It leaves out the grid (`vary`), which is no part of any
    one question.
    """

    spec: Spec
    key: str
    path: Path
    source: Source

    @contextmanager
    def located(self) -> Iterator[None]:
        """Faults raised in the block that name keys of the scenario get the lines of those."""
        try:
            yield
        except InputError as error:
            raise InputError(located(error.faults, self.source)) from None


def read_scenario(path: Path) -> Scenario:
    """Read one scenario. Raises InputError with every fault by file, line and key."""
    faults: list[Fault] = []
    source = read_source(path, faults)
    scenario = None if source is None else checked(source, path, faults)
    if scenario is None or faults:
        raise InputError(faults)
    return scenario


def checked(source: Source, path: Path, faults: list[Fault]) -> Scenario | None:
    """The scenario that a source describes, or None after adding every fault, in its place."""
    found: list[Fault] = []
    spec = validate(source.document, Spec, found)
    faults.extend(source.placed(fault) for fault in found)
    return None if spec is None else Scenario(spec, key_of(spec), path, source)


def key_of(spec: Spec) -> str:
    """sha256 of everything that a scenario says, defaults included."""
    said = spec.model_dump(mode="json", exclude={"vary"})
    text = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def located(faults: Iterable[Fault], source: Source) -> list[Fault]:
    """The same faults, those of the scenario file with the line of the key that they name."""
    return [source.at(fault) for fault in faults]
