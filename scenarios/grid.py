"""The grid of a batch: `vary` lists values for keys, and every combination is a scenario.

    vary:
      budget_scale: [0.8, 1.0, 1.2]           # values
      solver.gap: [0.01, 0.001]               # a key inside another, by its dots
      what_if:                                # values with names
        as-is: []
        cheap: [{change: unit_cost, times: 0.9}]

This makes `NAME+budget_scale-0.8+gap-0.01+as-is` and eleven more.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.inherit import Source
from scenarios.scenario import Scenario, checked
from workspace.document import Document, Keys
from workspace.faults import Fault
from workspace.nearest import quoted
from workspace.text import Text

VARY = "vary"
NAME = "scenario"
MOST = 100_000  # scenarios of one grid
LONGEST = 100  # letters of a name
_ODD = re.compile(r"[^\w .+-]")
DEEP = 3  # keys that lead to a value: `vary`, the key that varies, its place or name
_FIXED = (NAME, VARY)  # what no grid can vary


@dataclass(frozen=True)
class _Choice:
    """One value of one key: where it goes, what names it, where it stands in the file."""

    keys: Keys
    value: object
    label: str
    at: Keys


def members(source: Source, path: Path, faults: list[Fault]) -> Iterator[Scenario]:
    """Every scenario of a file: itself where it has no grid, else one a combination, in order.

    What is wrong with any of them is added to `faults` (each once) and that one is left out. They
    are made one by one: a grid of thousands is never in memory as a whole.
    """
    return (scenario for _, scenario in numbered(source, path, faults))


def numbered(
    source: Source, path: Path, faults: list[Fault], chosen: Collection[int] | None = None
) -> Iterator[tuple[int, Scenario]]:
    """The same with the number of each in its file, from 0, those left out counted; the `chosen`
    numbers only, where given, at hardly any cost for the others."""
    vary = source.document.data.get(VARY)
    if not vary:
        own = checked(source, path, faults)
        if own is not None:
            yield 0, own
        return
    bad: list[Fault] = []
    axes = _axes(source.document, vary, bad)
    size = 1
    for axis in axes:
        size *= len(axis)
    if size > MOST:
        found = Text("a grid of {n} scenarios", n=size)
        bad.append(_fault(source.document, (VARY,), found, Text("at most {n}", n=MOST)))
    if bad:
        faults.extend(source.placed(fault) for fault in bad)
        return
    wrong: set[str] = set()
    for i, document in enumerate(_combined(source.document, axes)):
        if chosen is not None and i not in chosen:
            continue
        complaints: list[Fault] = []
        member = checked(replace(source, document=document).compact(), path, complaints)
        faults.extend(fault for fault in complaints if str(fault) not in wrong)
        wrong.update(map(str, complaints))
        if member is not None:
            yield i, member


def _axes(document: Document, vary: object, bad: list[Fault]) -> list[list[_Choice]]:
    if not isinstance(vary, Mapping):
        bad.append(_fault(document, (VARY,), Text("no mapping"), Text("keys with lists of values")))
        return []
    return [_axis(document, str(key), values, bad) for key, values in vary.items()]


def _axis(document: Document, key: str, values: object, bad: list[Fault]) -> list[_Choice]:
    """The choices of one key."""
    at: Keys = (VARY, key)
    keys = tuple(int(k) if k.isdigit() else k for k in key.split("."))
    if keys[0] in _FIXED or not _leads_somewhere(document.data, keys):
        expected = Text("a key of a scenario, with dots for keys inside others")
        bad.append(_fault(document, at, quoted(key), expected))
        return []
    short = next((str(k) for k in reversed(keys) if isinstance(k, str)), key)
    if isinstance(values, Mapping):
        found = [_Choice(keys, v, _clean(str(k)), (*at, k)) for k, v in values.items()]
    elif isinstance(values, Sequence) and not isinstance(values, str):
        found = [_Choice(keys, v, _label(short, v, i), (*at, i)) for i, v in enumerate(values)]
    else:
        found = []
    if not found:
        bad.append(_fault(document, at, quoted(values), Text("a list of values, at least one")))
    seen: dict[str, None] = {}
    for choice in found:
        said = json.dumps(choice.value, sort_keys=True)
        if said in seen:
            bad.append(_fault(document, choice.at, Text("a value twice"), Text("each value once")))
        seen[said] = None
    return found


def _leads_somewhere(data: object, keys: Keys) -> bool:
    """Whether a value can be set there: mappings grow, lists do not."""
    for i, key in enumerate(keys):
        if isinstance(key, int):
            if not isinstance(data, list) or key >= len(data):
                return False
            data = data[key]
        elif isinstance(data, Mapping):
            if key not in data:
                return all(isinstance(k, str) for k in keys[i:])
            data = data[key]
        else:
            return False
    return True


def _label(key: str, value: object, i: int) -> str:
    """What a value adds to the name of its scenario."""
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    words = str(value) if plain else json.dumps(value) if isinstance(value, bool) else f"{i + 1}"
    return f"{_clean(key)}-{_clean(words)}"


def _clean(words: str) -> str:
    return _ODD.sub("_", words)


def _combined(document: Document, axes: Sequence[Sequence[_Choice]]) -> Iterator[Document]:
    """Every combination as a document of its own, with a name of its own."""
    base = str(document.data.get(NAME, ""))
    taken: set[str] = set()
    # A grid of thousands has thousands of lines: members share none of them but their own values'.
    common = {keys: line for keys, line in document.lines.items() if keys[:1] != (VARY,)}
    moved = _by_value(document.lines)
    for i, choices in enumerate(itertools.product(*axes)):
        name = "+".join([base, *(choice.label for choice in choices)])
        if len(name) > LONGEST or name in taken or name.endswith((" ", ".")):
            name = f"{base}+{i + 1:05d}"
        taken.add(name)
        data = {key: value for key, value in document.data.items() if key != VARY}
        lines = dict(common)
        for choice in choices:
            data = _with(data, choice.keys, choice.value)
            _relocate(lines, choice, document.lines[(VARY, choice.at[1])], moved[choice.at])
        yield Document(document.file, {**data, NAME: name}, lines)


def _with(data: object, keys: Keys, value: object) -> dict[str, object]:
    """A copy of the data with one value set; what is not on the way is shared."""
    found = _set(data, keys, value)
    assert isinstance(found, dict)
    return found


def _set(data: object, keys: Keys, value: object) -> object:
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        assert isinstance(data, list)
        return [_set(item, rest, value) if i == key else item for i, item in enumerate(data)]
    inner = dict(data) if isinstance(data, Mapping) else {}
    inner[key] = _set(inner.get(key), rest, value)
    return inner


def _by_value(lines: Mapping[Keys, int]) -> dict[Keys, dict[Keys, int]]:
    """For every value of the grid the lines inside it, by the keys that lead on from it."""
    found: dict[Keys, dict[Keys, int]] = {}
    for keys, line in lines.items():
        if keys[:1] == (VARY,) and len(keys) >= DEEP:
            found.setdefault(keys[:DEEP], {})[keys[DEEP:]] = line
    return found


def _relocate(
    lines: dict[Keys, int], choice: _Choice, axis: int, inside: Mapping[Keys, int]
) -> None:
    """Faults in a varied value are faults of the line in the grid; `axis` is its key's line."""
    for old in [keys for keys in lines if keys[: len(choice.keys)] == choice.keys]:
        del lines[old]
    for end in range(1, len(choice.keys)):
        lines.setdefault(choice.keys[:end], axis)
    for rest, line in inside.items():
        lines[(*choice.keys, *rest)] = line


def _fault(document: Document, keys: Keys, found: Text | str, expected: Text) -> Fault:
    column = ".".join(str(key) for key in keys)
    return Fault(document.file, document.line(keys), column, found, expected)
