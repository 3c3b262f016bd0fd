"""A scenario's file with what it inherits: `extends: base` takes the other's keys, file by file.

Mappings are merged key by key; lists and single values are replaced; an empty value puts the
default back. The name of a scenario and its grid (`scenario`, `vary`) are never inherited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.spec import Spec
from workspace.document import Document, Keys, dotted, read_document
from workspace.faults import Fault
from workspace.nearest import nearest, quoted
from workspace.text import Text
from workspace.validate import validate

EXTENDS = "extends"
OWN = ("scenario", "vary", EXTENDS)
DEEPEST = 20  # files in a row

Place = tuple[str, int]  # file, line


@dataclass(frozen=True)
class Source:
    """What a scenario's file says with everything inherited, and where each key stands.

    The lines of `document` are numbers of `places`: what validation reports goes through
    `placed` before anybody reads it.
    """

    document: Document
    places: tuple[Place, ...]

    def placed(self, fault: Fault) -> Fault:
        """The fault at its true file and line."""
        if fault.row is None or not 0 <= fault.row < len(self.places):
            return fault
        file, line = self.places[fault.row]
        return replace(fault, file=file, row=line)

    def compact(self) -> Source:
        """The same without places that no key of the document stands at: what travels is small."""
        kept = sorted({0, 1, *self.document.lines.values()})
        number = {old: new for new, old in enumerate(kept)}
        lines = {keys: number[line] for keys, line in self.document.lines.items()}
        return Source(replace(self.document, lines=lines), tuple(self.places[old] for old in kept))

    def at(self, fault: Fault) -> Fault:
        """A fault that names a key by its dots, with the line of that key."""
        if fault.file != self.document.file or fault.row is not None or not fault.column:
            return fault
        keys = tuple(int(k) if k.isdigit() else k for k in fault.column.split("."))
        return self.placed(replace(fault, row=self.document.line(keys)))


def read_source(path: Path, faults: list[Fault]) -> Source | None:
    """Read a file and those that it extends; None, and faults, where that fails."""
    chain = _chain(path, faults)
    if not chain:
        return None
    # A document answers 1 for a key that it does not have: the top of the file itself.
    places: list[Place] = [(chain[0].file, 1), (chain[0].file, 1)]
    data: dict[str, object] = {}
    lines: dict[Keys, int] = {}
    for document in reversed(chain):  # the oldest first: the later ones win
        if document is not chain[0]:
            own = {key: value for key, value in document.data.items() if key not in OWN}
        else:
            own = {key: value for key, value in document.data.items() if key != EXTENDS}
        told: dict[Keys, int] = {}
        for keys, line in document.lines.items():
            places.append((document.file, line))
            told[keys] = len(places) - 1
        _merge(data, own, (), lines, told)
    lines[()] = 0
    return Source(Document(chain[0].file, data, lines), tuple(places))


def _merge(
    data: dict[str, object],
    own: Mapping[str, object],
    at: Keys,
    lines: dict[Keys, int],
    told: Mapping[Keys, int],
) -> None:
    """Lay `own` over `data` in place, with the lines of what it says."""
    for key, value in own.items():
        here = (*at, key)
        before = data.get(key)
        if isinstance(value, Mapping) and isinstance(before, dict):
            lines[here] = told[here]
            _merge(before, value, here, lines, told)
            continue
        for old in [keys for keys in lines if keys[: len(here)] == here]:
            del lines[old]
        if value is None and key in data:
            del data[key]
            continue
        data[key] = _copied(value)
        lines.update({k: n for k, n in told.items() if k[: len(here)] == here})


def _copied(value: object) -> object:
    return {k: _copied(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _chain(path: Path, faults: list[Fault]) -> list[Document]:
    """The file and those it extends, itself first; empty where one of them is bad."""
    chain: list[Document] = []
    seen: list[Path] = []
    while True:
        document = read_document(path, faults)
        if document is None:
            return []
        chain.append(document)
        seen.append(path.resolve())
        if EXTENDS not in document.data:
            return chain
        parent = _parent(path, document, seen, faults)
        if parent is None:
            _check_alone(chain[0], faults)
            return []
        path = parent


def _check_alone(document: Document, faults: list[Fault]) -> None:
    """What is wrong with the keys that a file has itself, where what it inherits is not known."""
    own = {key: value for key, value in _set(document.data).items() if key != EXTENDS}
    found: list[Fault] = []
    validate(replace(document, data=own), Spec, found)
    there = {dotted(keys) for keys in document.lines}
    faults.extend(fault for fault in found if fault.column in there)


def _set(data: Mapping[str, object]) -> dict[str, object]:
    """The same without empty values: those put back what would have been inherited."""
    return {
        key: _set(value) if isinstance(value, Mapping) else value
        for key, value in data.items()
        if value is not None
    }


def _parent(path: Path, document: Document, seen: list[Path], faults: list[Fault]) -> Path | None:
    """The file that a document extends: a scenario's name beside it, or a path from there."""
    said, line = document.data[EXTENDS], document.line((EXTENDS,))
    if not isinstance(said, str) or not said:
        expected = Text("the name of another scenario")
        faults.append(Fault(document.file, line, EXTENDS, quoted(said), expected))
        return None
    beside = path.parent / (said if said.endswith((".yaml", ".yml")) else f"{said}.yaml")
    if not beside.is_file():
        others = [p.stem for p in sorted(path.parent.glob("*.yaml")) if p != path]
        match = nearest(said, others)
        expected = (
            Text("a scenario beside it, such as {name}", name=quoted(match))
            if match
            else Text("the name of another scenario")
        )
        faults.append(Fault(document.file, line, EXTENDS, quoted(said), expected))
        return None
    if beside.resolve() in seen or len(seen) >= DEEPEST:
        found = Text("a scenario that extends itself") if beside.resolve() in seen else quoted(said)
        expected = Text("at most {n} scenarios in a row, each once", n=DEEPEST)
        faults.append(Fault(document.file, line, EXTENDS, found, expected))
        return None
    return beside
