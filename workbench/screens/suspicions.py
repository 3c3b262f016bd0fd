"""How suspicions about the data are shown: their places and what looks wrong, never an alarm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language
from workbench.screens.parts import heading
from workspace.faults import place

if TYPE_CHECKING:
    from models.suspicions import Suspicion


def suspicion_lines(
    suspicions: Sequence[Suspicion], say: Language, most: int
) -> Iterator[RenderableType]:
    """Up to `most` of them, and how many more there are; nothing where there is none."""
    if not suspicions:
        return
    yield heading(say("Looks wrong"))
    for one in suspicions[:most]:
        yield Line(f"{place(one.file, one.row, one.column)}: {say.text(one.message)}", "yellow")
    left = len(suspicions) - most
    if left > 0:
        yield Line(
            say.plural(
                "{n} more: 'tradewind check --json' lists all of them",
                "{n} more: 'tradewind check --json' lists all of them",
                left,
            ),
            "dim",
        )


def suspicion_rows(suspicions: Sequence[Suspicion], say: Language) -> list[dict[str, object]]:
    """For programs: every field, the message in the reader's language."""
    return [{**one.fields, "message": say.text(one.message)} for one in suspicions]
