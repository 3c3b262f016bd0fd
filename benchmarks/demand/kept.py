"""What has been lived through already, in a JSON file: measuring ours again repeats no peer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.demand.arena import Lived


class Kept:
    """Outcomes by key. Without a path nothing is kept."""

    def __init__(self, path: Path | None = None) -> None:
        """Read what `path` holds, if it is there."""
        self._path = path
        self._found: dict[str, dict[str, float]] = {}
        if path is not None and path.exists():
            self._found = json.loads(path.read_text(encoding="utf-8"))

    def get(self, key: str, make: Callable[[], Lived]) -> Lived:
        """The outcome under this key; made, and written at once, where it is not there yet."""
        if key not in self._found:
            self._found[key] = asdict(make())
            if self._path is not None:
                text = json.dumps(self._found, indent=0, sort_keys=True)
                self._path.write_text(text + "\n", encoding="utf-8")
        found = self._found[key]
        return Lived(**{**found, "events": int(found["events"])})
