"""`tradewind why`: why there is no plan, or why an event is not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Pins, Quiet, ResponseFolder, ScenarioFile
from workbench.progress import reporting
from workbench.results import scenario_path
from workbench.session import Session

HELP = mark(
    "Explain why a scenario has no plan: the smallest set of rules in conflict and the cheapest way"
    " out. With --event, why an event is not in the plan and what it would have to gain."
)


def why(
    scenario: ScenarioFile,
    folder: Folder = Path(),
    event: Annotated[
        str | None,
        typer.Option(
            "--event",
            metavar="A,P,T,WEEK",
            help=mark("An event: account, product, tactic and first week, with commas."),
        ),
    ] = None,
    response: ResponseFolder = None,
    pin: Pins = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """DONE whatever the answer is: that was the question."""
    session = Session(as_json, quiet, lang)
    from scenarios.why import why as ask
    from workbench.screens.why import answer, why_screen

    with reporting(session) as report:
        found = interruptible(
            lambda cancelled: ask(
                folder,
                scenario_path(folder, scenario),
                event,
                response_folder=response,
                pin=pin,
                progress=report,
                cancelled=cancelled,
            )
        )
    session.answer({"exit": int(ExitCode.DONE), **answer(found)})
    session.show(*why_screen(found, session.say))
    return ExitCode.DONE
