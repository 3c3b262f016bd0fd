"""`tradewind reject`: say no to a plan, or withdraw it."""

from __future__ import annotations

from workbench.exit_codes import ExitCode
from workbench.language import Code, mark
from workbench.options import AsJson, AsPerson, Home, Lang, PlanArgument, Quiet, Remark, StoreUrl
from workbench.session import Session

HELP = mark(
    "Say no to a submitted or approved plan, or withdraw it; its money is released. Say why with"
    " --note."
)


def reject(
    folder: PlanArgument,
    person: AsPerson = None,
    note: Remark = "",
    workspace: Home = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Submitted or approved to rejected."""
    session = Session(as_json, quiet, lang)
    from scenarios.signoff import signoff
    from scenarios.signoff.person import identify
    from scenarios.signoff.remark import checked_remark
    from scenarios.signoff.standing import naming
    from workbench.signed import tell

    who, remark = identify(person), checked_remark(note)
    with naming(folder, workspace, store) as (opened, name):
        return tell(session, signoff.reject(opened, who, name, remark))
