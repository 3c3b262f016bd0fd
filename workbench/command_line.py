"""The command line: which commands there are, and how their endings become exit codes."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from workbench.commands.approve import HELP as APPROVE
from workbench.commands.approve import approve
from workbench.commands.audit import HELP as AUDIT
from workbench.commands.audit import audit
from workbench.commands.backtest import HELP as BACKTEST
from workbench.commands.backtest import backtest
from workbench.commands.batch import HELP as BATCH
from workbench.commands.batch import batch
from workbench.commands.check import HELP as CHECK
from workbench.commands.check import check
from workbench.commands.compare import HELP as COMPARE
from workbench.commands.compare import compare
from workbench.commands.evaluate import HELP as EVALUATE
from workbench.commands.evaluate import evaluate
from workbench.commands.fit import HELP as FIT
from workbench.commands.fit import fit
from workbench.commands.frontier import HELP as FRONTIER
from workbench.commands.frontier import frontier
from workbench.commands.handover import HELP as HANDOVER
from workbench.commands.handover import handover
from workbench.commands.ledger import HELP as LEDGER
from workbench.commands.ledger import ledger
from workbench.commands.new import HELP as NEW
from workbench.commands.new import new
from workbench.commands.plan import HELP as PLAN
from workbench.commands.plan import plan
from workbench.commands.reject import HELP as REJECT
from workbench.commands.reject import reject
from workbench.commands.review import HELP as REVIEW
from workbench.commands.review import review
from workbench.commands.status import HELP as STATUS
from workbench.commands.status import status
from workbench.commands.submit import HELP as SUBMIT
from workbench.commands.submit import submit
from workbench.commands.verify import HELP as VERIFY
from workbench.commands.verify import verify
from workbench.commands.why import HELP as WHY
from workbench.commands.why import why
from workbench.exit_codes import ExitCode
from workbench.help import Command, Group, complaint
from workbench.language import Code, mark, spoken
from workbench.options import Lang

ABOUT = mark(
    "Plans promotions and prices for key accounts: learns demand from history, finds the calendar"
    " that earns most within your rules and budgets, and proves how good it is."
)
VERSION = mark("Show the version and exit.")
STOPPED_BY_SIGNAL = 128  # exit codes above it name the signal
COMMANDS = (
    (new, NEW),
    (check, CHECK),
    (fit, FIT),
    (backtest, BACKTEST),
    (plan, PLAN),
    (evaluate, EVALUATE),
    (verify, VERIFY),
    (why, WHY),
    (batch, BATCH),
    (compare, COMPARE),
    (frontier, FRONTIER),
    (review, REVIEW),
    (submit, SUBMIT),
    (approve, APPROVE),
    (reject, REJECT),
    (status, STATUS),
    (audit, AUDIT),
    (ledger, LEDGER),
    (handover, HANDOVER),
)


def _version(asked: bool) -> None:
    if asked:
        try:
            typer.echo(f"tradewind {version('tradewind')}")
        except PackageNotFoundError:  # run from a clone that was never installed
            typer.echo("tradewind 0")
        raise typer.Exit


def command_line() -> typer.Typer:
    """The Typer application with every command."""
    app = typer.Typer(
        name="tradewind",
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback(help=ABOUT)
    def root(
        version: Annotated[
            bool, typer.Option("--version", help=VERSION, callback=_version, is_eager=True)
        ] = False,
        lang: Lang = Code.ENGLISH,
    ) -> None:
        pass

    for command, words in COMMANDS:
        app.command(command.__name__, cls=Command, help=words)(command)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. Faults are told, never raised."""
    say = spoken(arguments)
    program = typer.main.get_command(command_line())
    try:
        code = program.main(
            arguments or ["--help"], prog_name="tradewind", standalone_mode=False, obj=say
        )
    except TyperException as error:
        print(complaint(error, say), file=sys.stderr)
        return ExitCode.BAD_COMMAND_LINE
    code = int(code or ExitCode.DONE)
    if code > STOPPED_BY_SIGNAL:
        print(say("stopped; nothing half-written is left"), file=sys.stderr)
    return code
