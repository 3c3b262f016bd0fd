"""One run of a command: how it speaks, and where to."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.exit_codes import ExitCode
from workbench.language import Code, Language

if TYPE_CHECKING:
    from rich.console import RenderableType

    from workspace import Fault

# What `--json` may hold; numbers that JSON cannot write (NaN, infinities) become null.
Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

MOST_PER_PLACE = 20  # faults shown on the screen for one file


@dataclass(frozen=True)
class Session:
    """The common options of a command, and its two streams: results to stdout, the rest to stderr.

    With `as_json` stdout carries exactly one JSON object; with `quiet` it carries nothing unless
    `as_json` is given too.
    """

    as_json: bool = False
    quiet: bool = False
    code: Code = Code.ENGLISH
    say: Language = field(init=False)

    def __post_init__(self) -> None:
        """Derive the language."""
        object.__setattr__(self, "say", Language(self.code))

    @property
    def lively(self) -> bool:
        """Whether progress may be drawn: somebody watches, and did not ask for silence."""
        return sys.stderr.isatty() and not self.quiet and not self.as_json

    @property
    def readable(self) -> bool:
        """Whether a person reads stdout."""
        return not self.quiet and not self.as_json

    def show(self, *renderables: RenderableType) -> None:
        """Print for a person; nothing with --quiet or --json."""
        if not self.readable:
            return
        from rich.console import Console

        console = Console(highlight=False, emoji=False)
        for renderable in renderables:
            # A sentence is for the terminal to wrap: a path in it must stay in one piece.
            console.print(renderable, soft_wrap=isinstance(renderable, str), markup=False)

    def answer(self, result: Mapping[str, object]) -> None:
        """Print the one object of --json; nothing without it."""
        if self.as_json:
            text = json.dumps(_writable(result), ensure_ascii=False, allow_nan=False, indent=2)
            sys.stdout.write(text + "\n")

    def tell(self, sentence: str) -> None:
        """One line to stderr: what is being done. Nothing with --quiet or --json."""
        if self.readable:
            sys.stderr.write(sentence + "\n")

    def complain(self, sentence: str) -> None:
        """One line to stderr, whatever the options."""
        sys.stderr.write(sentence + "\n")

    def refuse(
        self,
        faults: Iterable[Fault],
        code: ExitCode = ExitCode.BAD_INPUT,
        key: str = "faults",
        **more: Json,
    ) -> ExitCode:
        """Say what is wrong, to stderr for people and on stdout, under `key`, for programs."""
        faults = tuple(faults)
        shown: dict[str, int] = {}
        for fault in faults:
            shown[fault.file] = shown.get(fault.file, 0) + 1
            if shown[fault.file] <= MOST_PER_PLACE:
                self.complain(self.sentence(fault))
        for file, count in shown.items():
            if count > MOST_PER_PLACE:
                left = count - MOST_PER_PLACE
                self.complain(
                    self.say.plural("{file}: and {n} more", "{file}: and {n} more", left, file=file)
                )
        self.answer({"exit": int(code), **more, key: [self.fault(f) for f in faults]})
        return code

    def sentence(self, fault: Fault) -> str:
        """`file:row:column: found X, expected Y` in the session's language."""
        row = "" if fault.row is None else fault.row
        return f"{fault.file}:{row}:{fault.column or ''}: {self.say.text(fault.message)}"

    def fault(self, fault: Fault) -> dict[str, Json]:
        """A fault as JSON."""
        return {
            "file": fault.file,
            "row": fault.row,
            "column": fault.column,
            "found": self.say.text(fault.found),
            "expected": self.say.text(fault.expected),
        }


def _writable(value: object) -> object:
    """A value with what JSON has no words for replaced: NaN by null, numpy scalars by Python's."""
    if isinstance(value, Mapping):
        return {str(key): _writable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "item"):
        return _writable(value.item())
    return value
