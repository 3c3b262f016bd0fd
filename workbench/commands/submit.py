"""`tradewind submit`: ask for a plan to be approved."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, AsPerson, Home, Lang, PlanArgument, Quiet, Remark, StoreUrl
from workbench.progress import reporting
from workbench.session import Session

HELP = mark(
    "Ask for a plan to be approved. It is verified first; who submits or edited it cannot"
    " approve it."
)


def submit(
    folder: PlanArgument,
    person: AsPerson = None,
    edited_by: Annotated[
        list[str] | None,
        typer.Option(
            "--edited-by",
            metavar="NAME",
            help=mark("Somebody else who had a hand in it; repeatable. Owners of its files count."),
        ),
    ] = None,
    note: Remark = "",
    workspace: Home = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Draft to submitted."""
    session = Session(as_json, quiet, lang)
    from scenarios.signoff import signoff
    from scenarios.signoff.dossier import signable
    from scenarios.signoff.person import checked_name, identify, owners
    from scenarios.signoff.remark import checked_remark
    from scenarios.signoff.standing import signing
    from workbench.signed import tell

    who, remark = identify(person), checked_remark(note)
    named = [checked_name(name) for name in edited_by or ()]
    with signing(folder, workspace, store) as (opened, _):
        with reporting(session) as report:
            report("verify", 0.0)
            what = interruptible(lambda _cancelled: signable(opened, folder, workspace))
        also = (*named, *owners(folder))
        return tell(session, signoff.submit(opened, who, what, also, remark), what)
