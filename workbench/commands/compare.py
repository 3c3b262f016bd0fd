"""`tradewind compare`: scenarios side by side, what is proven of their differences, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.batch_progress import batch_reporting
from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Lang, Quiet, StoreUrl
from workbench.progress import reporting
from workbench.results import split_workspace
from workbench.session import Session

if TYPE_CHECKING:
    from scenarios.comparison.comparison import Comparison, Row
    from scenarios.comparison.story import Story
    from scenarios.comparison.survey import Survey
    from scenarios.tornado.swings import Swing
    from scenarios.tornado.tornado import Tornado

HELP = mark(
    "Set plans that are there already side by side: what each earns, what of the differences is"
    " proven, what changes in the calendar and why. Nothing is solved again."
)
FEWEST = 2  # plans that make a comparison
REASONS = 12  # scenarios whose reasons are worked out: each takes about as long as verifying it


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
    tornado: Annotated[
        str | None,
        typer.Option(
            "--tornado",
            metavar="NAME",
            help=mark("Show what moves this scenario's profit: each driver up and down by itself."),
            show_default=False,
        ),
    ] = None,
    swing: Annotated[
        list[str] | None,
        typer.Option(
            "--swing",
            metavar="DRIVER=LOW:HIGH",
            help=mark("Factors for a driver, such as unit_cost=0.9:1.1; repeatable."),
        ),
    ] = None,
    reoptimise: Annotated[
        bool,
        typer.Option(
            "--reoptimise",
            help=mark("With --tornado: plan anew at both ends of every swing, by a batch."),
        ),
    ] = False,
    reasons: Annotated[
        int,
        typer.Option(
            "--reasons",
            metavar="N",
            min=0,
            help=mark("Of how many scenarios, the best first, the reasons of changes are told."),
        ),
    ] = REASONS,
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
    from scenarios.comparison.comparison import compare as side_by_side
    from scenarios.comparison.survey import survey
    from scenarios.fitted import RESULTS
    from scenarios.fresh_folder import check_target
    from workbench.comparison_files import FILES, Compared, tell, write

    chosen = _swings(session, swing or [], bool(tornado), reoptimise)
    if chosen is None:
        return ExitCode.BAD_COMMAND_LINE
    folder, names = split_workspace(scenarios or [])
    target = out or folder / RESULTS / "compare"
    check_target(target, FILES)
    with reporting(session) as report:
        found = interruptible(lambda cancelled: survey(folder, names, store, report, cancelled))
    code = _complain(session, found, asked=bool(names))
    fewest = FEWEST if tornado is None else 1
    if len(found.admitted) < fewest:
        return _too_few(session, found, code, fewest)
    comparison = side_by_side(found, base)
    row = None if tornado is None else comparison.row(tornado, "--tornado")
    told = _stories(session, comparison, reasons)
    moved = None if row is None else _tornado(session, found, row, chosen, store, reoptimise)
    compared = Compared(comparison, found, told, moved)
    write(compared, target, session.say)
    tell(session, compared, target, code)
    return code


def _swings(
    session: Session, given: Sequence[str], tornado: bool, reoptimise: bool
) -> tuple[Swing, ...] | None:
    """The swings asked for; None, and a word about it, where the command line is wrong."""
    from scenarios.tornado.swings import read_swing

    for option, used in (("--swing", bool(given)), ("--reoptimise", reoptimise)):
        if used and not tornado:
            session.complain(f"{option}: {session.say('only together with --tornado')}")
            return None
    found = []
    for text in given:
        try:
            found.append(read_swing(text))
        except ValueError:
            expected = session.say("expected DRIVER=LOW:HIGH, such as unit_cost=0.9:1.1")
            session.complain(f"--swing: {expected}")
            return None
    return tuple(found)


def _stories(session: Session, comparison: Comparison, reasons: int) -> list[Story]:
    from scenarios.answer import Told
    from scenarios.comparison.story import stories

    with reporting(session) as report:
        return interruptible(
            lambda cancelled: list(stories(comparison, Told(report, cancelled), reasons))
        )


def _tornado(
    session: Session,
    found: Survey,
    row: Row,
    chosen: tuple[Swing, ...],
    store: str | None,
    reoptimise: bool,
) -> Tornado:
    """Every driver up and down, and new plans there if asked for."""
    from scenarios.answer import Told
    from scenarios.batch.batch import on_this_machine
    from scenarios.store.store import open_store
    from scenarios.tornado.anew import Means, replanned
    from scenarios.tornado.swings import swings
    from scenarios.tornado.tornado import tornado

    workspace, contender = found.workspace, row.contender
    with reporting(session) as report:
        moved = interruptible(
            lambda cancelled: tornado(
                contender, workspace, swings(contender, chosen), Told(report, cancelled)
            )
        )
    if not reoptimise:
        return moved
    with open_store(workspace.folder, store) as opened, batch_reporting(session) as tell:
        return interruptible(
            lambda cancelled: replanned(
                moved,
                workspace,
                Means(opened, on_this_machine(), tell.stage, tell.run, cancelled),
            )
        )


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


def _too_few(session: Session, found: Survey, code: ExitCode, fewest: int) -> ExitCode:
    """Nothing to compare: say so, and how to make the plans that are missing."""
    from workbench.screens.comparison import again_words

    say = session.say
    if code is ExitCode.DONE:  # nothing was asked for by name, and nothing has been said yet
        for one in found.missing:
            session.complain(f"{one.name}: {say.text(one.why)}")
    session.complain(
        say.plural(
            "{n} plan to compare; at least {least} needed",
            "{n} plans to compare; at least {least} needed",
            len(found.admitted),
            least=fewest,
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
