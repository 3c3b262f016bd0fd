"""The command `tradewind`: runs one command line and ends the process with its exit code."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

GARBAGE = 100_000  # objects made between two looks for cycles; 700 in Python by itself
INTERRUPTED = 130  # what a shell reports for a process that ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `arguments` (default: the process's own) and exit. Never shows a traceback for Ctrl-C.

    Everything is imported in here: a person may interrupt while Python is still loading.
    """
    # Modules, tables and workbooks are many objects and hardly a cycle: to walk them all again and
    # again takes a fifth of a second of a plan.
    gc.set_threshold(GARBAGE, *gc.get_threshold()[1:])
    try:
        from workbench.command_line import run

        code = run(list(sys.argv[1:] if arguments is None else arguments))
        if code > 128:
            from workbench.interrupt import leave

            leave(code)
        sys.stdout.flush()
        # All is said and written. Python gives signals their default action back while it winds
        # down, so a late Ctrl-C would turn work that is done into a process killed by a signal.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("stopped", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`tradewind plan | head`).
        code = 0
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115  the interpreter flushes it at exit
    gc.freeze()  # else Python walks all objects again, several times, before it ends
    sys.exit(code)
