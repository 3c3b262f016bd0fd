"""`tradewind handover`: what production and logistics need of a plan, and what has changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Home, Lang, PlanArgument, Quiet, StoreUrl
from workbench.progress import reporting
from workbench.results import workbook_words
from workbench.session import Json, Session

if TYPE_CHECKING:
    from scenarios.handover.handover import Handover, Line

HELP = mark(
    "Hand a plan over to production and logistics: units by product and week, peaks, lead times,"
    " and what has changed since it was last approved. Writes a table and a workbook."
)
FILES = ("sop.csv", "sop.xlsx")


def handover(
    folder: PlanArgument,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="PLAN",
            help=mark(
                "Compare with the last approved version of this plan; of its own by default."
            ),
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help=mark("The day of the handover, for lead times; today if not given."),
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help=mark("Where the files go; results/handover/PLAN by default."),
        ),
    ] = None,
    workspace: Home = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Verify the plan, compare, write, show."""
    session = Session(as_json, quiet, lang)
    from optimizer.reports.cells import write_table
    from scenarios.fitted import RESULTS
    from scenarios.fresh_folder import check_target, fresh_folder
    from scenarios.handover.handover import handover as made
    from scenarios.handover.table import HEADER, table
    from scenarios.handover.workbook import write_handover
    from scenarios.verify import home_of
    from workbench.screens.handover import handover_screen

    home = workspace or home_of(folder)
    target = out or home / RESULTS / "handover" / folder.resolve().name
    check_target(target, FILES)
    day = (on or datetime.now()).date()
    with reporting(session) as report:
        report("verify", 0.0)
        found = interruptible(lambda _cancelled: made(folder, day, workspace, since, store))
    with fresh_folder(target, FILES) as place:
        write_table(place / FILES[0], HEADER, table(found))
        write_handover(found, place / FILES[1], workbook_words(session.say))
    session.answer({"exit": int(ExitCode.DONE), **_plain(found), "folder": str(target)})
    session.show(*handover_screen(found, target, session.say))
    return ExitCode.DONE


def _plain(found: Handover) -> dict[str, Json]:
    since = None
    if found.since is not None:
        proposal = found.since.proposal
        since = {
            "plan": proposal.plan,
            "state": proposal.state.value,
            "plan_sha256": proposal.plan_sha256,
            "submitted": proposal.submitted,
        }
    return {
        "plan": found.plan,
        "on": found.on.isoformat(),
        "since": since,
        "peaks": [_line(line) for line in found.peaks],
        "changes": [_line(line) for line in found.changes],
    }


def _line(line: Line) -> dict[str, Json]:
    return {
        "product": line.product,
        "week": line.week.isoformat(),
        "units": line.units,
        "units_p90": line.number("units_p90"),
        "available": line.number("available"),
        "short_risk": line.number("short_risk"),
        "peak": line.peak,
        "agreed_units": line.agreed_units,
        "change_units": None if line.change is None else round(line.change, 6),
        "know_by": (line.row["know_by"] or None) if line.row is not None else None,
        "frozen": line.frozen,
    }
