"""`tradewind review`: planned against actual, once the sales of the planned weeks are there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible, stopping
from workbench.language import Code, mark
from workbench.options import AsJson, Everything, Folder, Lang, Quiet
from workbench.progress import reporting
from workbench.session import Session
from workbench.staging import staged_file

HELP = mark(
    "Compare a plan with what came of it, event by event: what was forecast, what was executed"
    " otherwise, how shoppers responded, and what the next fit will believe. Writes"
    " results/review.csv and a page."
)


def review(
    plan: Annotated[
        Path,
        typer.Option(
            "--plan", metavar="DIR", help=mark("The plan's folder, such as results/plans/base.")
        ),
    ],
    folder: Folder = Path(),
    everything: Everything = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Compare, write, show."""
    session = Session(as_json, quiet, lang)
    from optimizer.reports.cells import write_table
    from scenarios.fitted import RESULTS
    from scenarios.review.plain import plain
    from scenarios.review.review import review as compare
    from scenarios.review.table import HEADER, rows
    from workbench.pages.review import review_page
    from workbench.screens.review import review_screen

    place = _found(folder, plan)
    with reporting(session) as report:
        found = interruptible(lambda cancelled: compare(place, folder, stopping(report, cancelled)))
    files = [folder / RESULTS / f"review.{kind}" for kind in ("csv", "html")]
    with staged_file(files[0]) as target:
        write_table(target, HEADER, rows(found))
    with staged_file(files[1]) as target:
        target.write_text(review_page(found, session.say), encoding="utf-8", newline="\n")
    session.answer({"exit": int(ExitCode.DONE), "plan": str(place), **plain(found)})
    if session.readable:
        from rich.console import Console

        width = Console().width
        session.show(*review_screen(found, files, session.say, everything, width))
    return ExitCode.DONE


def _found(folder: Path, plan: Path) -> Path:
    """The plan as given, inside the workspace, or by its bare name among the workspace's plans."""
    for path in (plan, folder / plan, folder / "results" / "plans" / plan.name):
        if (path / "plan.json").is_file():
            return path
    return plan
