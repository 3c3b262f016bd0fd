"""`tradewind ledger`: what is planned, committed, accrued, claimed, settled, and left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.language import Code, mark
from workbench.options import AsJson, Everything, Folder, Lang, Quiet, StoreUrl
from workbench.session import Json, Session

if TYPE_CHECKING:
    from scenarios.ledger.ledger import Ledger, Sums

HELP = mark(
    "Show what signed plans have committed, what has accrued, been claimed and settled, and what"
    " is left of every budget; name every claim for too much."
)
FILE = Path("results") / "ledger.csv"


def ledger(
    folder: Folder = Path(),
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help=mark("As it was at the end of this day; today if not given."),
            show_default=False,
        ),
    ] = None,
    everything: Everything = False,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """NOT_VERIFIED where a claim asks for more than its event has left."""
    session = Session(as_json, quiet, lang)
    from scenarios.ledger.findings import findings
    from scenarios.ledger.ledger import ledger as made
    from scenarios.ledger.table import write_ledger
    from scenarios.store.store import open_store
    from workbench.screens.ledger import ledger_screen
    from workspace.load import load

    workspace = load(folder, planning=True)
    day = (on or datetime.now()).date()
    with open_store(folder, store) as opened:
        found = made(opened, workspace, day)
    (folder / FILE).parent.mkdir(exist_ok=True)
    write_ledger(found, folder / FILE)
    session.show(*ledger_screen(found, session.say, everything))
    faults = tuple(findings(found, workspace.source("claims")))
    if faults:
        return session.refuse(faults, ExitCode.NOT_VERIFIED, "over_claims", **_plain(found))
    session.answer({"exit": int(ExitCode.DONE), **_plain(found), "over_claims": []})
    return ExitCode.DONE


def _plain(found: Ledger) -> dict[str, Json]:
    """The ledger for programs."""
    return {
        "on": found.on.isoformat(),
        "currency": found.currency,
        "totals": _sums(found.totals),
        "over_claimed": found.over_claimed / 100,
        "budgets": [
            {
                "budget": line.budget,
                "amount": line.limit / 100,
                "reserved": line.reserved / 100,
                "left": line.left / 100,
                **_sums(line.sums),
            }
            for line in found.funds
        ],
        "events": [
            {
                "plan": line.event.plan,
                "state": line.event.state.value,
                "event": line.event.event,
                "account": line.event.account,
                "product": line.event.product,
                "tactic": line.event.tactic,
                "start_week": line.event.start_week.isoformat(),
                "weeks": line.event.weeks,
                **_sums(line.sums),
            }
            for line in found.events
        ],
    }


def _sums(sums: Sums) -> dict[str, Json]:
    named = ("planned", "committed", "accrued", "claimed", "settled")
    cents = dict(zip(named, sums.cents, strict=True))
    cents |= {"unclaimed": sums.unclaimed, "unpaid": sums.unpaid}
    return {name: amount / 100 for name, amount in cents.items()}
