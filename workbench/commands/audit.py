"""`tradewind audit`: the trail of who did what, and whether anybody has changed it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Quiet, StoreUrl
from workbench.session import Json, Session

HELP = mark("Show the trail of sign-offs, or verify that nothing in it was changed or cut.")


class Task(StrEnum):
    """What is asked of the trail."""

    VERIFY = "verify"
    SHOW = "show"


def audit(
    task: Annotated[
        Task,
        typer.Argument(metavar="verify|show", help=mark("What to do."), show_default=False),
    ],
    folder: Folder = Path(),
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect",
            metavar="HASH",
            help=mark("A hash noted earlier: its entry has to be there still."),
            show_default=False,
        ),
    ] = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """NOT_VERIFIED where the trail is broken."""
    session = Session(as_json, quiet, lang)
    from scenarios.signoff.chain import verify_trail
    from scenarios.signoff.key import audit_key
    from scenarios.signoff.trail import entries
    from scenarios.store.engine import reading
    from scenarios.store.store import open_store
    from workbench.screens.audit import trail_screen, verdict_screen

    with open_store(folder, store) as opened:
        verdict = verify_trail(opened, audit_key(), expect)
        told = []
        if task is Task.SHOW and verdict.readable:
            with reading(opened.engine) as connection:
                told = list(entries(connection))
    session.show(*trail_screen(told, session.say))
    end: dict[str, Json] = {
        "number": verdict.number,
        "sha256": verdict.sha256,
        "sealed": verdict.sealed,
    }
    if verdict.faults:
        if verdict.first_bad is not None:
            said = session.say("the trail is broken at entry {n}", n=verdict.first_bad)
            session.complain(said)
        return session.refuse(
            verdict.faults,
            ExitCode.NOT_VERIFIED,
            "findings",
            verified=False,
            first_bad=verdict.first_bad,
            end=end,
        )
    session.answer(
        {
            "exit": int(ExitCode.DONE),
            "verified": True,
            "end": end,
            "entries": [dict(entry.__dict__) for entry in told],
        }
    )
    session.show(*verdict_screen(verdict, session.say))
    return ExitCode.DONE
