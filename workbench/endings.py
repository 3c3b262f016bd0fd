"""How a command ends when it does not end well: one place that turns failures into exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from workbench.exit_codes import ExitCode
from workbench.interrupt import Interrupted
from workbench.session import Session


def guarded(session: Session, command: Callable[[], object]) -> int:
    """Run a command. Bad input and unreadable files are told and become exit codes.

    Ctrl-C only becomes its exit code: whoever runs the command line tells it, wherever it struck.
    Anything else is a defect of this program and is raised.
    """
    try:
        code = command()
        return code if isinstance(code, int) else ExitCode.DONE
    except (Interrupted, KeyboardInterrupt) as stop:  # the latter: while modules are loading
        return stop.code if isinstance(stop, Interrupted) else ExitCode.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename or "tradewind"
        session.complain(f"{place}::: {error.strerror or error}")
        session.answer({"exit": int(ExitCode.BAD_INPUT), "error": f"{place}: {error.strerror}"})
        return ExitCode.BAD_INPUT
    except Exception as error:
        code = _told(session, error)
        if code is None:
            raise
        return code


def _told(session: Session, error: Exception) -> ExitCode | None:
    """Tell a failure that the floors below foresaw; None for any other.

    Their classes are only looked up where a command has loaded them: `--help` must stay quick.
    """
    faults, outcomes = (sys.modules.get(n) for n in ("workspace.faults", "scenarios.outcomes"))
    if faults and isinstance(error, faults.InputError):
        return session.refuse(error.faults)
    if not outcomes or not isinstance(error, outcomes.NoPlan):
        return None
    message = session.say.text(error.message)
    session.complain(message)
    if isinstance(error, outcomes.VerificationFailed):
        return session.refuse(error.findings, ExitCode.NOT_VERIFIED, "findings", error=message)
    infeasible = isinstance(error, outcomes.Infeasible)
    code = ExitCode.NO_PLAN if infeasible else ExitCode.STOPPED
    session.answer({"exit": int(code), "error": message})
    return code
