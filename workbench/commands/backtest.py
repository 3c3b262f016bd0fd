"""`tradewind backtest`: how well the last weeks would have been forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import Cancelled, interruptible, stopping
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Quiet
from workbench.progress import reporting
from workbench.session import Session
from workbench.staging import staged_file

if TYPE_CHECKING:
    from models.backtest import Backtest

HELP = mark(
    "Measure the forecasts on weeks that were hidden from the model, beside simpler methods on"
    " the same weeks. Writes results/backtest.csv."
)


def backtest(
    folder: Folder = Path(),
    weeks: Annotated[
        int,
        typer.Option("--weeks", metavar="N", min=1, help=mark("Weeks hidden at a time.")),
    ] = 13,
    origins: Annotated[
        int,
        typer.Option(
            "--origins",
            metavar="N",
            min=1,
            help=mark("How many times, each starting that many weeks earlier; 1: a single split."),
        ),
    ] = 4,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Measure, write the rows, show the summary."""
    session = Session(as_json, quiet, lang)
    from models.backtest import backtest as measure
    from workspace import load

    target = folder / "results" / "backtest.csv"
    with reporting(session) as report:

        def work(cancelled: Cancelled) -> Backtest:
            workspace = load(folder)
            measured = measure(workspace, weeks, origins, progress=stopping(report, cancelled))
            with staged_file(target) as partial:
                measured.rows.to_csv(partial, index=False, lineterminator="\n")
            return measured

        measured = interruptible(work)

    from workbench.screens.backtest import backtest_screen

    session.answer(measured.summary)
    session.show(*backtest_screen(measured.summary, session.say))
    session.show(session.say("The rows are in {path}.", path=target))
    return ExitCode.DONE
