"""`tradewind plan`: the recommended calendar, verified before it is shown."""

from __future__ import annotations

from pathlib import Path

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import (
    Account,
    AsJson,
    Everything,
    Folder,
    Former,
    Lang,
    Pins,
    PlanFolder,
    Quiet,
    ResponseFolder,
    ScenarioFile,
)
from workbench.progress import reporting
from workbench.results import scenario_path, tell_result, workbook_words
from workbench.session import Session

HELP = mark(
    "Find the calendar that earns most within the scenario's rules and budgets, verify it and"
    " write it. Estimates the response first where none is up to date."
)


def plan(
    scenario: ScenarioFile,
    folder: Folder = Path(),
    response: ResponseFolder = None,
    pin: Pins = None,
    start: Former = None,
    out: PlanFolder = None,
    account: Account = None,
    everything: Everything = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Plan, verify, write, show."""
    session = Session(as_json, quiet, lang)
    from scenarios.run import run

    with reporting(session) as report:
        result = interruptible(
            lambda cancelled: run(
                folder,
                scenario_path(folder, scenario),
                response_folder=response,
                pin=pin,
                out=out,
                progress=report,
                cancelled=cancelled,
                words=workbook_words(session.say),
                start=start,
            )
        )
    if start is not None and result.start is None:
        session.complain(
            session.say(
                "{folder}: nothing there that this plan could begin from; it was searched anew.",
                folder=start,
            )
        )
    return tell_result(session, result, account, everything)
