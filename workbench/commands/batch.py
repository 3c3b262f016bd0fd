"""`tradewind batch`: many scenarios, each solved once, on this machine or on a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.batch_progress import batch_reporting
from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Lang, Quiet, ResponseFolder, StoreUrl
from workbench.results import scenario_path, split_workspace
from workbench.session import Session

HELP = mark(
    "Solve many scenarios, the grids of their 'vary' included, and keep every run in the store."
    " What is already there is not solved again: a batch that was stopped goes on where it was."
)


def batch(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES..",
            help=mark("Scenarios; the workspace's folder may stand among them."),
            show_default=False,
        ),
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help=mark("Processes, each on one core; all cores if not given."),
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help=mark("The scheduler of a Dask cluster, such as tcp://10.0.0.1:8786."),
        ),
    ] = None,
    response: ResponseFolder = None,
    store: StoreUrl = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Solve, keep, show; DONE only where every scenario has a plan."""
    session = Session(as_json, quiet, lang)
    from scenarios.batch.batch import on_this_machine, run_batch
    from scenarios.store.store import open_store
    from workbench.screens.batch import batch_answer, batch_screen, worst

    folder, scenarios = split_workspace(files)
    paths = [scenario_path(folder, path) for path in scenarios]
    with open_store(folder, store) as opened, batch_reporting(session) as tell:
        if cluster is not None:
            from scenarios.batch.cluster import on_cluster

            solve = on_cluster(cluster, tell.lonely)
        else:
            solve = on_this_machine(workers)
        found = interruptible(
            lambda cancelled: run_batch(
                opened, paths, solve, response, tell.stage, tell.run, cancelled
            )
        )
    for fault in found.faults:
        session.complain(session.sentence(fault))
    code = worst(found)
    session.answer({"exit": int(code), **batch_answer(found, session)})
    session.show(*batch_screen(found, session.say))
    return code
