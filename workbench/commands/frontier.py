"""`tradewind frontier`: profit against budget, and what one more unit of budget earns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Quiet, ResponseFolder, ScenarioFile
from workbench.progress import reporting
from workbench.results import scenario_path
from workbench.session import Session

HELP = mark(
    "Plan a scenario at every amount of a budget: what more money earns, and where one more unit"
    " earns less than itself. Writes a table and a page."
)
FILES = ("frontier.csv", "frontier.html")


def frontier(
    scenario: ScenarioFile,
    budgets: Annotated[
        str,
        typer.Option(
            "--budgets",
            metavar="A:B:STEP",
            help=mark("From A to B in steps, in currency or in % of the amount in force."),
        ),
    ],
    folder: Folder = Path(),
    budget: Annotated[
        str,
        typer.Option(
            "--budget",
            metavar="NAME",
            help=mark("The one budget that changes; without it all do, in proportion."),
        ),
    ] = "",
    response: ResponseFolder = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help=mark("Where the files go; results/frontier/SCENARIO by default."),
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Solve at every amount, write, show."""
    session = Session(as_json, quiet, lang)
    from optimizer.reports.cells import write_table
    from scenarios.fitted import RESULTS
    from scenarios.fresh_folder import check_target, fresh_folder
    from scenarios.frontier.amounts import read_grid
    from scenarios.frontier.run import frontier as solve
    from scenarios.frontier.table import HEADER, rows
    from workbench.pages.frontier import frontier_page
    from workbench.screens.frontier import frontier_answer, frontier_screen

    try:
        grid = read_grid(budgets)
    except ValueError:
        expected = session.say("expected A:B:STEP, such as 100000:500000:50000 or 50%:150%:10%")
        session.complain(f"--budgets: {expected}")
        return ExitCode.BAD_COMMAND_LINE
    path = scenario_path(folder, scenario)
    if out is not None:
        check_target(out, FILES)
    with reporting(session) as report:
        curve = interruptible(
            lambda cancelled: solve(folder, path, grid, budget, response, report, cancelled)
        )
    target = out or folder / RESULTS / "frontier" / curve.scenario
    with fresh_folder(target, FILES) as place:
        write_table(place / FILES[0], HEADER, rows(curve))
        html = frontier_page(curve, session.say)
        (place / FILES[1]).write_text(html, encoding="utf-8", newline="\n")
    session.answer({"exit": int(ExitCode.DONE), **frontier_answer(curve), "folder": str(target)})
    if session.readable:
        from rich.console import Console

        session.show(*frontier_screen(curve, target, session.say, Console().width))
    return ExitCode.DONE
