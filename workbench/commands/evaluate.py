"""`tradewind evaluate`: what a given calendar earns, and which rules it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import (
    Account,
    AsJson,
    Everything,
    Folder,
    Lang,
    PlanFolder,
    Quiet,
    ResponseFolder,
    ScenarioFile,
)
from workbench.progress import reporting
from workbench.results import scenario_path, tell_result, workbook_words
from workbench.session import Session

HELP = mark(
    "Work out what a calendar of your own earns under a scenario, and which of its rules and"
    " budgets it breaks. Writes the same files as 'plan'."
)


def evaluate(
    calendar: Annotated[
        Path,
        typer.Option(
            "--calendar", metavar="FILE", help=mark("The calendar, with the columns of a plan's.")
        ),
    ],
    scenario: ScenarioFile,
    folder: Folder = Path(),
    response: ResponseFolder = None,
    out: PlanFolder = None,
    account: Account = None,
    everything: Everything = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Evaluate, write, show; DONE even where rules are broken: that was the question."""
    session = Session(as_json, quiet, lang)
    from scenarios.run import evaluate as run

    with reporting(session) as report:
        result = interruptible(
            lambda cancelled: run(
                folder,
                scenario_path(folder, scenario),
                calendar,
                response_folder=response,
                out=out,
                progress=report,
                cancelled=cancelled,
                words=workbook_words(session.say),
            )
        )
    return tell_result(session, result, account, everything)
