"""What `check` shows of a sound workspace: its tables, its history, and what is worth knowing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language
from workbench.screens.parts import facts, heading
from workbench.screens.suspicions import suspicion_lines
from workspace.faults import place
from workspace.schema import TABLES

if TYPE_CHECKING:
    from models.suspicions import Suspicion
    from workspace import Workspace

MOST_NOTES = 20  # shown of one file


def table_sizes(workspace: Workspace) -> dict[str, int]:
    """Rows of every table, in the contract's order."""
    return {name: len(workspace.table(name)) for name in TABLES}


def check_screen(
    workspace: Workspace, suspicions: Sequence[Suspicion], say: Language
) -> Iterator[RenderableType]:
    """Name, history, rows per table, notes, suspicions, what the workspace is good for."""
    settings = workspace.settings
    yield Line(
        say(
            "{name}: sales from {first} to {last}, money in {currency}",
            name=settings.name,
            first=say.day(settings.history_from),
            last=say.day(settings.history_to),
            currency=settings.currency,
        ),
        "bold",
    )
    sizes = table_sizes(workspace)
    yield facts(
        (name, say.integer(rows), say.plural("row", "rows", rows))
        for name, rows in sizes.items()
        if rows
    )
    if workspace.response_folder is not None:
        yield Line(say("A response of your own lies in {folder}.", folder="response/"))
    yield from _notes(workspace, say)
    yield from suspicion_lines(suspicions, say, MOST_NOTES)
    missing = [name for name in ("listings", "tactics", "budgets") if not sizes[name]]
    yield Line("")
    if missing:
        yield Line(
            say("No faults. Planning also needs: {tables}.", tables=", ".join(missing)), "green"
        )
    else:
        yield Line(say("No faults. Ready to plan."), "green")


def _notes(workspace: Workspace, say: Language) -> Iterator[RenderableType]:
    if not workspace.notes:
        return
    yield heading(say("Worth knowing"))
    shown: Counter[str] = Counter()
    for note in workspace.notes:
        shown[note.file] += 1
        if shown[note.file] <= MOST_NOTES:
            where = place(note.file, note.row, note.column)
            yield Line(f"{where}: {say.text(note.message)}")
    for file, count in shown.items():
        if count > MOST_NOTES:
            left = count - MOST_NOTES
            yield Line(
                say.plural("{file}: and {n} more", "{file}: and {n} more", left, file=file), "dim"
            )
