"""YAML documents: read safely, with the line of every key, and checked against a model.

What is refused, and why: aliases and deep nesting (a few lines can stand for gigabytes), keys
given twice (one would silently win), tags (they ask for objects). Scalars follow YAML 1.2, so that
the country `NO` is not false and the code `0012` is not ten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from workspace.faults import Fault
from workspace.nearest import quoted
from workspace.text import Text

LARGEST = 256 * 1024  # bytes
DEEPEST = 20

Keys = tuple[str | int, ...]
Value = object


class _Scalars(yaml.SafeLoader):
    """SafeLoader with the plain scalars of YAML 1.2's core schema; dates stay text."""


_Scalars.yaml_implicit_resolvers = {}  # none of YAML 1.1's


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?"
        r"|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
):
    _Scalars.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), [*_first, ""]
    )


@dataclass(frozen=True)
class Document:
    """A YAML mapping and where its parts stand in the file."""

    file: str
    data: Mapping[str, Value]
    lines: Mapping[Keys, int]

    def line(self, keys: Keys) -> int:
        """The line of a key, or of the nearest one around it that the file has."""
        for end in range(len(keys), 0, -1):
            if keys[:end] in self.lines:
                return self.lines[keys[:end]]
        return 1


class _Refused(Exception):
    """One fault in a document; the rest of it cannot be trusted."""

    def __init__(self, line: int | None, column: str | None, found: Text, expected: Text) -> None:
        super().__init__(str(found))
        self.fault = (line, column, found, expected)


def _line(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None


class _Harmless(_Scalars):
    """Composes the nodes of one document, and refuses an event that could do harm as it comes."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._depth = 0

    def only_document(self) -> yaml.Node | None:
        """The root of the stream's only document; None where there is none."""
        if not self.check_node():
            return None
        node: yaml.Node | None = self.get_node()
        if self.check_node():
            event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _Refused(_line(event), None, Text("a second document"), Text("one document"))
        return node

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node, unless something about it is refused."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        collection = isinstance(event, yaml.CollectionStartEvent)
        self._depth += collection
        if self._depth > DEEPEST:
            expected = Text("at most {n} levels", n=DEEPEST)
            raise _Refused(_line(event), None, Text("deep nesting"), expected)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            found = Text("an anchor or alias")
            raise _Refused(_line(event), None, found, Text("every value written out"))
        if getattr(event, "tag", None):
            raise _Refused(_line(event), None, Text("a tag"), Text("plain values"))
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= collection
        return node


def read_document(path: Path, faults: list[Fault], file: str | None = None) -> Document | None:
    """Read one YAML mapping; where that fails, add a fault and return None.

    `file` is the name that faults carry (default: the path's last part).
    """
    name = file or path.name
    try:
        source = _source(path)
        node = _composed(source)
        lines: dict[Keys, int] = {}
        data = _value(node, (), lines)
        if not isinstance(data, dict):
            raise _Refused(1, None, Text("no mapping"), Text("lines of the form key: value"))
    except _Refused as refused:
        faults.append(Fault(name, *refused.fault))
        return None
    return Document(name, data, lines)


def _source(path: Path) -> str:
    try:
        if not path.is_file():
            raise _Refused(None, None, Text("no such file"), Text("a YAML file"))
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise _Refused(
            None, None, Text("{error}", error=error.strerror), Text("a readable file")
        ) from error
    if len(raw) > LARGEST:
        raise _Refused(
            None, None, Text("a huge file"), Text("at most {size} KiB", size=LARGEST // 1024)
        )
    if not raw.strip():
        raise _Refused(None, None, Text("an empty file"), Text("lines of the form key: value"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Refused(line, None, Text("bytes that are no UTF-8"), Text("UTF-8 text")) from error


def _composed(source: str) -> yaml.Node:
    """The document's node, every event of which was seen to be harmless."""
    try:
        node = _Harmless(source).only_document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "unreadable text"
        raise _Refused(
            mark.line + 1 if mark else None,
            None,
            Text("YAML that cannot be read ({problem})", problem=problem),
            Text("valid YAML"),
        ) from error
    if node is None:
        raise _Refused(None, None, Text("an empty file"), Text("lines of the form key: value"))
    return node


def _value(node: yaml.Node, keys: Keys, lines: dict[Keys, int]) -> Value:
    """The plain Python value of a node; notes the line of every key on the way."""
    lines.setdefault(keys, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*keys, i), lines) for i, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _Refused(line, None, Text("a key that is a collection"), Text("a word"))
        key = str(key_node.value)
        if key in found:
            raise _Refused(line, dotted((*keys, key)), Text("the key twice"), Text("it once"))
        lines[(*keys, key)] = line
        found[key] = _value(value_node, (*keys, key), lines)
    return found


def _scalar(node: yaml.Node) -> Value:
    kind = node.tag.rpartition(":")[2]
    text = str(node.value)
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    if kind == "int":
        # Python refuses to convert endless digits; such a number is no number to us either.
        return int(text) if len(text) < 400 else text
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def dotted(keys: Keys) -> str:
    """The name that people see for a key inside others: `history.from`, `guardrails.2.rule`."""
    return ".".join(quoted(key)[1:-1] if isinstance(key, str) else str(key) for key in keys)
