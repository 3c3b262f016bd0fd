"""Ctrl-C: long work stops within two seconds and leaves nothing half-written.

Python runs signal handlers only in the main thread and only between its own instructions, so a
long numerical call there would delay Ctrl-C at will. The work therefore runs in a second thread,
told by `cancelled()`; the main thread waits, hears the signal at once, gives the work a moment to
unwind and then ends the process whether or not it has.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")
Cancelled = Callable[[], bool]
Report = Callable[[str, float], None]  # a stage's name and the share of it that is done

PATIENCE = 1.2  # seconds that cancelled work has to clean up after itself
_TICK = 0.2  # seconds; a wait without limit would not hear signals on every system


class Interrupted(Exception):
    """The user stopped the work and it has unwound. `code` is the exit code a shell expects."""

    def __init__(self, signal_number: int) -> None:
        self.code = 128 + signal_number
        super().__init__(f"stopped by signal {signal_number}")


def stopping(report: Report, cancelled: Cancelled) -> Report:
    """A progress callback that ends the work that calls it once `cancelled()`.

    For floors that report how far they are but take no `cancelled` of their own.
    """

    def told(stage: str, share: float) -> None:
        if cancelled():
            raise KeyboardInterrupt
        report(stage, share)

    return told


def interruptible(work: Callable[[Cancelled], T]) -> T:
    """Run `work(cancelled)` and return what it returns, or raise what it raises.

    On SIGINT or SIGTERM raises Interrupted: once the work has ended, or after PATIENCE with the
    work still running. The process must then end by `leave`.
    """
    if threading.current_thread() is not threading.main_thread():
        return work(lambda: False)
    heard: list[int] = []
    box: list[T] = []
    errors: list[BaseException] = []

    def carry_out() -> None:
        try:
            box.append(work(lambda: bool(heard)))
        except BaseException as error:
            errors.append(error)

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    thread = threading.Thread(target=carry_out, name="work", daemon=True)
    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        thread.start()
        while thread.is_alive() and not heard:
            thread.join(_TICK)
        thread.join(PATIENCE if heard else None)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard and not box:
        raise Interrupted(heard[0])
    if errors:
        raise errors[0]
    return box[0]


def leave(code: int) -> NoReturn:
    """End the process now, with work perhaps still running: delete what is half-written first.

    A solver's process that waits for work is ended too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    sys.stderr.flush()
    for name in ("scenarios.fresh_folder", "workbench.staging"):
        writing = sys.modules.get(name)
        for path in writing.debris() if writing else ():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    solving = sys.modules.get("optimizer.master")
    if solving:
        solving.end_idle()
    os._exit(code)
