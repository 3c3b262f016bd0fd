"""`tradewind fit`: estimate what demand does, from the workspace's history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.exit_codes import ExitCode
from workbench.interrupt import Cancelled, interruptible, stopping
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Quiet
from workbench.progress import reporting
from workbench.session import Session

if TYPE_CHECKING:
    from models.fit import Fit
    from workspace import Workspace

HELP = mark(
    "Estimate how demand responds to prices and deals. Writes results/response/ and"
    " results/fit.json."
)


def fit(
    folder: Folder = Path(),
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Estimate and write the response."""
    session = Session(as_json, quiet, lang)
    from scenarios.fitted import fit_into_results
    from workspace import load

    with reporting(session) as report:

        def work(cancelled: Cancelled) -> tuple[Workspace, Fit]:
            workspace = load(folder)
            return workspace, fit_into_results(workspace, stopping(report, cancelled))

        _, fitted = interruptible(work)

    session.answer(fitted.report)
    if session.readable:
        from workbench.screens.fit import fit_screen

        session.show(*fit_screen(fitted, session.say))
    return ExitCode.DONE
