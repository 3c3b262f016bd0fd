"""A question as a file: scenarios/NAME.yaml, read strictly (contract section 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.spec import Spec
from workspace.document import read_document
from workspace.faults import Fault, InputError
from workspace.validate import validate


@dataclass(frozen=True)
class Scenario:
    """A checked specification, the hash of what it says, and the file it came from.

    `key` does not depend on the layout of the file: order of keys, comments, defaults written out.
    """

    spec: Spec
    key: str
    path: Path


def read_scenario(path: Path) -> Scenario:
    """Read one scenario. Raises InputError with every fault by file, line and key."""
    faults: list[Fault] = []
    document = read_document(path, faults)
    spec = None if document is None else validate(document, Spec, faults)
    if spec is None or faults:
        raise InputError(faults)
    return Scenario(spec, key_of(spec), path)


def key_of(spec: Spec) -> str:
    """sha256 of everything that a scenario says, defaults included."""
    text = json.dumps(spec.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def located(faults: Iterable[Fault], path: Path) -> list[Fault]:
    """The same faults, those of the scenario file with the line of the key that they name."""
    document = read_document(path, [])
    found = []
    for fault in faults:
        if document is not None and fault.file == path.name and fault.column and fault.row is None:
            keys = tuple(int(k) if k.isdigit() else k for k in fault.column.split("."))
            fault = replace(fault, row=document.line(keys))
        found.append(fault)
    return found
