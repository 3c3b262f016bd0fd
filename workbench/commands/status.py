"""`tradewind status`: where every plan stands with those who have to sign it."""

from __future__ import annotations

from pathlib import Path

from workbench.exit_codes import ExitCode
from workbench.language import Code, mark
from workbench.options import AsJson, AsPerson, Folder, Lang, Quiet, StoreUrl
from workbench.session import Session

HELP = mark("Show where every plan stands, who has signed it, and what has changed since.")


def status(
    folder: Folder = Path(),
    person: AsPerson = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Every version of every plan with its state."""
    session = Session(as_json, quiet, lang)
    from scenarios.signoff.person import identify
    from scenarios.signoff.standing import standing
    from scenarios.store.store import open_store
    from workbench.screens.signoff import status_screen
    from workbench.signed import plain

    who = identify(person)
    with open_store(folder, store) as opened:
        found = standing(opened, who)
    session.answer(
        {
            "exit": int(ExitCode.DONE),
            "proposals": [plain(proposal) for proposal in found.proposals],
            "drafts": list(found.drafts),
            "changed": list(found.changed),
        }
    )
    session.show(*status_screen(found, session.say))
    return ExitCode.DONE
