"""Where plans stand with those who have to sign them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language, mark
from workbench.screens.parts import columns, facts, heading

if TYPE_CHECKING:
    from scenarios.signoff.dossier import Signed
    from scenarios.signoff.proposals import Proposal
    from scenarios.signoff.standing import Standing

STATES = {
    "draft": (mark("draft"), "dim"),
    "submitted": (mark("submitted"), "yellow"),
    "approved": (mark("approved"), "green"),
    "locked": (mark("locked"), "bold green"),
    "rejected": (mark("rejected"), "red"),
    "void": (mark("void: changed since"), "red"),
    "expired": (mark("expired"), "red"),
    "replaced": (mark("replaced"), "dim"),
}
SHORT = 12  # characters of a hash that people compare by eye


def state_of(proposal: Proposal, say: Language) -> Line:
    """The state in its colour."""
    words, style = STATES[proposal.state.value]
    return Line(say.translate(words), style)


def signed_screen(
    proposal: Proposal, what: Signed | None, say: Language
) -> Iterator[RenderableType]:
    """One plan after a step: its state, its signatures, and the money that it draws."""
    yield Line.assemble((proposal.plan, "bold"), "  ", state_of(proposal, say))
    yield facts(
        [
            (say("plan"), proposal.plan_sha256[:SHORT], ""),
            (say("inputs"), proposal.inputs_sha256[:SHORT], ""),
            (say("spend"), say.number(proposal.spend / 100), ""),
            (say("submitted by"), proposal.author, day_of(proposal.submitted, say)),
            (say("approved by"), signatures(proposal), ", ".join(proposal.approvers)),
            *_until(proposal, say),
        ]
    )
    if what is not None and what.funds:
        yield heading(say("Budgets it draws on"))
        rows = [
            [
                fund.name.rpartition("/")[2],
                *(say.number(c / 100) for c in (fund.amount, fund.limit)),
            ]
            for fund in what.funds
        ]
        yield columns([say("budget"), say("drawn"), say("amount")], rows)


def _until(proposal: Proposal, say: Language) -> Iterator[tuple[str, str, str]]:
    if proposal.state.open:
        yield say("lapses"), day_of(proposal.expires, say), ""


def signatures(proposal: Proposal) -> str:
    """How many have signed of how many that have to."""
    return f"{len(proposal.approvers)}/{proposal.needed}"


def day_of(moment: str, say: Language) -> str:
    """The day of a time as the store keeps it."""
    return say.day(datetime.fromisoformat(moment).date())


def status_screen(found: Standing, say: Language) -> Iterator[RenderableType]:
    """A line for each version of each plan, the latest first."""
    if not found.proposals and not found.drafts:
        yield Line(say("no plans yet"))
        return
    titles = [
        say("plan"), say("state"), say("submitted by"), say("on"), say("approved by"),
        say("signed"), say("spend"),
    ]  # fmt: skip
    rows: list[list[str | Line]] = [
        [
            proposal.plan,
            state_of(proposal, say),
            proposal.author,
            day_of(proposal.submitted, say),
            ", ".join(proposal.approvers),
            signatures(proposal),
            say.number(proposal.spend / 100),
        ]
        for proposal in found.proposals
    ]
    draft = Line(say.translate(STATES["draft"][0]), STATES["draft"][1])
    rows += [[name, draft, "", "", "", "", ""] for name in found.drafts]
    yield columns(titles, rows, texts=5)
    for name in found.changed:
        plan = name.rpartition("/")[2]
        yield Line(say("{plan}: its folder has changed since it was locked; what was locked is in"
                       " the store", plan=plan), "yellow")  # fmt: skip
