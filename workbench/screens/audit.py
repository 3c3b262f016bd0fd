"""The audit trail on the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language, mark
from workbench.screens.parts import columns

if TYPE_CHECKING:
    from scenarios.signoff.chain import Verdict
    from scenarios.signoff.entry import Entry

ACTIONS = {
    "edit": mark("edited"),
    "submit": mark("submitted"),
    "approve": mark("approved"),
    "reserve": mark("money reserved"),
    "lock": mark("locked"),
    "rejected": mark("rejected"),
    "void": mark("died of a change"),
    "expired": mark("expired"),
    "replaced": mark("replaced"),
}


def trail_screen(told: Sequence[Entry], say: Language) -> Iterator[RenderableType]:
    """A line for each entry."""
    if not told:
        return
    titles = [say("no."), say("when (UTC)"), say("who"), say("did"), say("plan"), say("hash")]
    yield columns(
        titles,
        [
            [
                str(entry.number),
                entry.at[:19].replace("T", " "),
                _who(entry),
                say.translate(ACTIONS.get(entry.action, entry.action)),
                entry.subject,
                entry.sha256[:12],
            ]
            for entry in told
        ],
        texts=len(titles),
    )


def _who(entry: Entry) -> str:
    """Whoever submits a plan says who else had a hand in it: shown is who had."""
    return str(json.loads(entry.details).get("by", entry.person))


def verdict_screen(verdict: Verdict, say: Language) -> Iterator[RenderableType]:
    """That the trail is whole, and the hash to note elsewhere."""
    yield Line(
        say.plural("the trail is whole: {n} entry", "the trail is whole: {n} entries",
                   verdict.number),
        "green",
    )  # fmt: skip
    if verdict.sealed:
        yield Line(say("every seal is that of the key"), "green")
    yield say("its last hash, to be noted elsewhere: {hash}", hash=verdict.sha256)
