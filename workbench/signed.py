"""What is said after a step of sign-off, to people and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.exit_codes import ExitCode
from workbench.screens.signoff import signed_screen
from workbench.session import Json, Session

if TYPE_CHECKING:
    from scenarios.signoff.dossier import Signed
    from scenarios.signoff.proposals import Proposal


def tell(session: Session, proposal: Proposal, what: Signed | None = None) -> ExitCode:
    """Say how a plan stands after a step."""
    funds = [
        {"fund": fund.name, "amount": fund.limit / 100, "drawn": fund.amount / 100}
        for fund in (what.funds if what else ())
    ]
    session.answer({"exit": int(ExitCode.DONE), **plain(proposal), "funds": funds})
    session.show(*signed_screen(proposal, what, session.say))
    return ExitCode.DONE


def plain(proposal: Proposal) -> dict[str, Json]:
    """A proposal for programs."""
    return {
        "plan": proposal.plan,
        "name": proposal.name,
        "state": proposal.state.value,
        "plan_sha256": proposal.plan_sha256,
        "inputs_sha256": proposal.inputs_sha256,
        "spend": proposal.spend / 100,
        "needed": proposal.needed,
        "approved_by": list(proposal.approvers),
        "submitted_by": proposal.author,
        "submitted": proposal.submitted,
        "expires": proposal.expires,
    }
