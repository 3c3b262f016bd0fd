"""Why a run has no plan, as the store keeps it: texts with their values, still translatable."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workspace.faults import Fault
from workspace.text import Text


@dataclass(frozen=True)
class Failure:
    """What is said about a run without a plan: a message, or the faults of its inputs."""

    message: Text | None = None
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults) or str(self.message or "")


def failure_json(failure: Failure) -> str:
    """The failure as text for the database."""
    told = {
        "message": _plain(failure.message),
        "faults": [
            [fault.file, fault.row, fault.column, _plain(fault.found), _plain(fault.expected)]
            for fault in failure.faults
        ],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def failure_of(text: str | None) -> Failure:
    """The failure that was kept."""
    told = json.loads(text or "{}")
    message = told.get("message")
    return Failure(
        None if message is None else _as_text(message), tuple(_faults(told.get("faults", [])))
    )


def _faults(rows: Iterable[list[object]]) -> Iterable[Fault]:
    for file, row, column, found, expected in rows:
        yield Fault(
            str(file),
            row if isinstance(row, int) else None,
            None if column is None else str(column),
            _said(found),
            _said(expected),
        )


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"text": value.template, "values": {k: _plain(v) for k, v in value.values}}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _said(value: object) -> Text | str:
    return _as_text(value) if isinstance(value, dict) else str(value)


def _as_text(told: dict[str, Any]) -> Text:
    values = {
        name: _as_text(inner) if isinstance(inner, dict) else inner
        for name, inner in told["values"].items()
    }
    return Text.restored(told["text"], values)
