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
from workbench.staging import staged_file

if TYPE_CHECKING:
    from models.fit import Fit
    from workspace import Workspace

HELP = mark(
    "Estimate how demand responds to prices and deals. Writes results/response/,"
    " results/fit.json and a page of charts."
)
PAGE = "fit.html"


def fit(
    folder: Folder = Path(),
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Estimate and write the response."""
    session = Session(as_json, quiet, lang)
    from scenarios.fitted import RESULTS, fit_into_results
    from workbench.pages.fit import fit_page
    from workspace import load

    with reporting(session) as report:

        def work(cancelled: Cancelled) -> tuple[Workspace, Fit]:
            workspace = load(folder)
            return workspace, fit_into_results(workspace, stopping(report, cancelled))

        workspace, fitted = interruptible(work)

    with staged_file(folder / RESULTS / PAGE) as target:
        html = fit_page(fitted, workspace.settings.name, session.say)
        target.write_text(html, encoding="utf-8", newline="\n")
    session.answer(fitted.report)
    if session.readable:
        from workbench.screens.fit import fit_screen

        session.show(*fit_screen(fitted, session.say))
    return ExitCode.DONE
