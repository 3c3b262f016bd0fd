"""`tradewind compare`: scenarios side by side, what is proven of their differences, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Lang, Quiet, StoreUrl
from workbench.progress import reporting
from workbench.results import split_workspace
from workbench.session import Session

if TYPE_CHECKING:
    from scenarios.comparison.comparison import Comparison
    from scenarios.comparison.story import Story
    from scenarios.comparison.survey import Survey

HELP = mark(
    "Set plans that are there already side by side: what each earns, what of the differences is"
    " proven, what changes in the calendar and why. Nothing is solved again."
)
FILES = (
    "compare.html",
    "compare.xlsx",
    "compare.csv",
    "accounts.csv",
    "budgets.csv",
    "differences.csv",
    "changes.csv",
)
FEWEST = 2  # plans that make a comparison


def compare(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SCENARIOS..",
            help=mark(
                "Scenarios, runs of a batch or plans' folders, the workspace's folder among them;"
                " every plan of the workspace if none is given."
            ),
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="NAME",
            help=mark("The scenario that the others are set against; the first if not given."),
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help=mark("Where the files go; results/compare by default.")
        ),
    ] = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Find, verify, compare, write, show."""
    session = Session(as_json, quiet, lang)
    from scenarios.answer import Told
    from scenarios.comparison.comparison import compare as side_by_side
    from scenarios.comparison.story import stories
    from scenarios.comparison.survey import survey
    from scenarios.fitted import RESULTS
    from scenarios.fresh_folder import check_target
    from workbench.screens.comparison import comparison_answer, comparison_screen, files_screen
    from workbench.screens.stories import stories_screen, story_answer

    folder, names = split_workspace(scenarios or [])
    target = out or folder / RESULTS / "compare"
    check_target(target, FILES)
    with reporting(session) as report:
        found = interruptible(lambda cancelled: survey(folder, names, store, report, cancelled))
    code = _complain(session, found, asked=bool(names))
    if len(found.admitted) < FEWEST:
        return _too_few(session, found, code)
    comparison = side_by_side(found, base)
    with reporting(session) as report:
        told = interruptible(lambda cancelled: list(stories(comparison, Told(report, cancelled))))
    _write(comparison, found, told, target, session)
    answer = comparison_answer(comparison, found)
    answer["changes"] = [story_answer(story) for story in told]
    session.answer({"exit": int(code), **answer, "folder": str(target)})
    if session.readable:
        from rich.console import Console

        width = Console().width
        session.show(
            *comparison_screen(comparison, found, session.say, width),
            *stories_screen(told, comparison, session.say),
            *files_screen(target, FILES, session.say),
        )
    return code


def _complain(session: Session, found: Survey, asked: bool) -> ExitCode:
    """Say what is wrong with what was asked for; the gravest of it is how the command ends.

    A scenario without a plan is a fault only where it was asked for by name.
    """
    say = session.say
    for fault in found.faults:
        session.complain(session.sentence(fault))
    for one in found.missing if asked else ():
        session.complain(f"{one.name}: {say.text(one.why)}")
    for plan in found.refused:
        session.complain(say("{name}: not verified, and so not compared", name=plan.name))
        for finding in plan.findings[:3]:
            session.complain(f"  {session.sentence(finding)}")
    if found.refused:
        return ExitCode.NOT_VERIFIED
    return ExitCode.BAD_INPUT if found.faults or (asked and found.missing) else ExitCode.DONE


def _too_few(session: Session, found: Survey, code: ExitCode) -> ExitCode:
    """Nothing to compare: say so, and how to make the plans that are missing."""
    from workbench.screens.comparison import again_words

    say = session.say
    if code is ExitCode.DONE:  # nothing was asked for by name, and nothing has been said yet
        for one in found.missing:
            session.complain(f"{one.name}: {say.text(one.why)}")
    session.complain(
        say.plural(
            "{n} plan to compare; at least {least} are needed",
            "{n} plans to compare; at least {least} are needed",
            len(found.admitted),
            least=FEWEST,
        )
    )
    again = again_words(found)
    if again:
        session.complain(say("To make them: {command}", command=again))
    code = code if code is ExitCode.NOT_VERIFIED else ExitCode.BAD_INPUT
    missing = [{"scenario": one.name, "why": str(one.why)} for one in found.missing]
    faults = [session.fault(fault) for fault in found.faults]
    session.answer({"exit": int(code), "missing": missing, "faults": faults})
    return code


def _write(
    comparison: Comparison,
    found: Survey,
    told: Sequence[Story],
    target: Path,
    session: Session,
) -> None:
    """All files, or none."""
    from optimizer.reports.cells import write_table
    from scenarios.comparison import table
    from scenarios.comparison.changes import HEADER as CHANGES
    from scenarios.comparison.changes import change_rows
    from scenarios.comparison.differences import HEADER as DIFFERENCES
    from scenarios.comparison.differences import difference_rows
    from scenarios.comparison.workbook import write_workbook
    from scenarios.fresh_folder import fresh_folder
    from workbench.pages.comparison import comparison_page
    from workbench.results import workbook_words

    with fresh_folder(target, FILES) as place:
        write_table(place / "compare.csv", table.HEADER, table.rows(comparison))
        write_table(place / "accounts.csv", table.ACCOUNTS, table.account_rows(comparison))
        write_table(place / "budgets.csv", table.BUDGETS, table.budget_rows(comparison))
        write_table(
            place / "changes.csv",
            CHANGES,
            (cells for story in told for cells in change_rows(story.row.name, story.changes)),
        )
        write_table(
            place / "differences.csv",
            DIFFERENCES,
            (c for story in told for c in difference_rows(story.row.name, story.differences)),
        )
        html = comparison_page(comparison, found, told, session.say)
        (place / "compare.html").write_text(html, encoding="utf-8", newline="\n")
        write_workbook(comparison, place, workbook_words(session.say))
