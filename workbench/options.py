"""Arguments and options that commands share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.language import Code, mark

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="WORKSPACE",
        help=mark("Folder of the workspace; the current folder if not given."),
        show_default=False,
    ),
]
ScenarioFile = Annotated[
    Path,
    typer.Option(
        "--scenario", metavar="FILE", help=mark("The scenario, such as scenarios/base.yaml.")
    ),
]
ResponseFolder = Annotated[
    Path | None,
    typer.Option(
        "--response",
        metavar="DIR",
        help=mark("A response of your own, used in place of an estimated one."),
    ),
]
Pins = Annotated[
    Path | None,
    typer.Option(
        "--pin", metavar="FILE", help=mark("A calendar whose events have to stay as they are.")
    ),
]
Former = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="PLANDIR",
        help=mark(
            "The folder of a plan of the same inputs, from which the search begins. Default: the"
            " one that the pinned calendar lies in."
        ),
    ),
]
PlanFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help=mark("Where the plan goes; results/plans/SCENARIO by default.")
    ),
]
Account = Annotated[
    list[str] | None,
    typer.Option(
        "--account", metavar="CODE", help=mark("Show the calendar of this account; repeatable.")
    ),
]
Everything = Annotated[
    bool, typer.Option("--all", help=mark("Show the calendar of every account."))
]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help=mark("The store's database; TRADEWIND_STORE, or one in the workspace, if not given."),
        show_default=False,
    ),
]
PlanArgument = Annotated[
    Path, typer.Argument(metavar="PLANDIR", help=mark("The plan's folder."), show_default=False)
]
Home = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        help=mark("The workspace; the one that the plan names if not given."),
    ),
]
AsPerson = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help=mark("Who does it; the account of the operating system if not given."),
        show_default=False,
    ),
]
Remark = Annotated[
    str, typer.Option("--note", metavar="TEXT", help=mark("A remark that the trail keeps."))
]
AsJson = Annotated[
    bool, typer.Option("--json", help=mark("Print one machine-readable object and nothing else."))
]
Quiet = Annotated[bool, typer.Option("--quiet", help=mark("Print nothing but faults."))]
Lang = Annotated[
    Code, typer.Option("--lang", metavar="en|es", help=mark("Language: English or Spanish."))
]
