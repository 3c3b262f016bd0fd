"""`tradewind approve`: say yes to a plan, and make it final."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.language import Code, mark
from workbench.options import AsJson, AsPerson, Home, Lang, PlanArgument, Quiet, Remark, StoreUrl
from workbench.session import Session

HELP = mark(
    "Say yes to a submitted plan; the last yes needed reserves its money in every budget. With"
    " --lock: make an approved plan final."
)


def approve(
    folder: PlanArgument,
    person: AsPerson = None,
    lock: Annotated[
        bool, typer.Option("--lock", help=mark("Make an approved plan final instead."))
    ] = False,
    note: Remark = "",
    workspace: Home = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Submitted to approved, approved to locked."""
    session = Session(as_json, quiet, lang)
    from scenarios.signoff import signoff
    from scenarios.signoff.person import identify
    from scenarios.signoff.remark import checked_remark
    from scenarios.signoff.standing import signing
    from workbench.signed import tell

    who, remark = identify(person), checked_remark(note)
    with signing(folder, workspace, store) as (opened, what):
        if lock:
            return tell(session, signoff.lock(opened, who, what), what)
        return tell(session, signoff.approve(opened, who, what, remark), what)
