"""`tradewind new`: a workspace from a shipped example."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench import examples
from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Lang, Quiet
from workbench.session import Session

HELP = mark(
    "Make a workspace from a shipped example. 'cheese' holds 88 real key accounts, 'market' a"
    " simulated market with its truth."
)


def new(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=mark("The folder to make.")),
    ],
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help=mark("Which example."))
    ] = "cheese",
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Copy the example; BAD_COMMAND_LINE where there is no such example or the folder is taken."""
    session = Session(as_json, quiet, lang)
    say = session.say
    fault = _fault(folder, example, session)
    if fault:
        session.complain(fault)
        session.answer({"exit": int(ExitCode.BAD_COMMAND_LINE), "error": fault})
        return ExitCode.BAD_COMMAND_LINE
    interruptible(lambda _cancelled: examples.copy(example, folder))
    scenario = folder / "scenarios" / "base.yaml"
    session.answer({"workspace": str(folder), "example": example, "scenario": str(scenario)})
    session.show(
        say("{folder} holds the example '{example}'. Next:", folder=folder, example=example),
        f"  tradewind check {folder}",
        f"  tradewind plan {folder} --scenario {scenario}",
    )
    return ExitCode.DONE


def _fault(folder: Path, example: str, session: Session) -> str:
    """Why the workspace cannot be made, "" if it can."""
    say = session.say
    known = examples.names()
    if example not in known:
        return say(
            "--example: found {found}, expected one of {known}",
            found=repr(example),
            known=", ".join(known),
        )
    if folder.is_dir() and any(folder.iterdir()):
        return say("{folder}: found a folder with files in it, expected a new one", folder=folder)
    if folder.exists() and not folder.is_dir():
        return say("{folder}: found a file, expected a new folder", folder=folder)
    return ""
