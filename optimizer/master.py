"""Solve programmes in a child process under a watchdog.

    with Solver() as solver:
        result = solver.solve(program, seconds=3.0)

The child is started once and kept, so that its imports are paid once. It is killed, and started
anew for the next programme, when it dies, hangs past its limit, or the caller cancels.
"""

from __future__ import annotations

import atexit
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import IO

import numpy as np

from optimizer.frames import Array, Message, Value, read_frame, write_frame
from optimizer.other_masters import DEFAULT
from optimizer.program import Program, ProgramError, Result, Status
from optimizer.scrutiny import scrutinise

__all__ = ["Program", "ProgramError", "Result", "Solver", "Status"]

_STARTING = 60.0  # seconds for the imports of a cold child on a busy machine
_POLL = 0.02  # seconds between looks at `cancelled`


class _Silence(Exception):
    """The child died or hung."""


class _Late(_Silence):
    """The child hung, or is slower than it may be."""


class _Starting(Exception):
    """The child still imports what it needs, and the time for this programme is over."""


class _Cancelled(Exception):
    """The caller no longer wants the answer."""


def _command() -> list[str]:
    """Start a child that imports exactly what this process would import."""
    start = "from optimizer.pyomo_master import main; main()"
    return [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {sys.path!r}; {start}"]


class _Child:
    """One running process and the frames it has sent."""

    def __init__(self, command: Sequence[str]) -> None:
        self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (nameless; ended by `end`)
        self.frames: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self.ready = False
        self.born = time.monotonic()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self.stderr)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin: IO[bytes] = self.process.stdin
        listener = (self.process.stdout, self.frames)
        threading.Thread(target=_listen, args=listener, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill the process and let go of its streams."""
        self.process.kill()
        self.process.wait()
        for stream in (self.stdin, self.stderr):
            with suppress(OSError):  # closing flushes what the dead child no longer reads
                stream.close()

    def last_words(self) -> str:
        """Why the process died, as far as it said."""
        try:
            code: int | str = self.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            code = "none, it spoke nonsense"
        self.stderr.seek(0)
        words = self.stderr.read()[-300:].decode(errors="replace").strip()
        return f"the solver process died with code {code} {words}".strip()


# A child that a closed Solver left in good health: the next Solver need not wait for imports. It
# keeps nothing of what it solved, and dies with this process at the latest.
_idle: list[_Child] = []
_lock = threading.Lock()


@atexit.register
def end_idle() -> None:
    """End the idle child, if there is one."""
    with _lock:
        for child in _idle:
            child.end()
        _idle.clear()


def start_child() -> None:
    """Start the child of a Solver to come, so that it imports what it needs beside other work."""
    with _lock:
        if not _idle:
            _idle.append(_Child(_command()))


class Solver:
    """A child process that solves one programme at a time. Use it as a context manager.

    `command` starts another child that speaks `optimizer.frames`. `master` names the solver of
    integer programmes (`optimizer.other_masters`). `troubles` keeps what went wrong, word for word.
    """

    def __init__(
        self, seed: int = 1, command: Sequence[str] | None = None, master: str = DEFAULT
    ) -> None:
        self.troubles: list[str] = []
        self._seed = seed
        self._master = master
        self._command = None if command is None else list(command)
        self._child: _Child | None = None

    def __enter__(self) -> Solver:
        self._start()  # imports run while the caller prepares its first programme
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        child = self._child
        if error is None and child is not None and child.alive and self._command is None:
            with _lock:
                if not _idle:
                    _idle.append(child)
                    self._child = None
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, if one runs."""
        return self._child.process.pid if self._child is not None else None

    def close(self) -> None:
        """End the child at once. The next solve starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def solve(
        self,
        program: Program,
        seconds: float,
        relaxed: bool = False,
        gap: float = 0.0,
        cancelled: Callable[[], bool] | None = None,
        nodes: int | None = None,
    ) -> Result:
        """Solve `program`, as a linear programme if `relaxed`. Never raises for what solvers do.

        `seconds` limits the time, `nodes` the branch-and-bound nodes: the only limit that gives
        the same answer on every machine. The child is killed at 1.2 `seconds` + 2. `gap` is
        relative. Ctrl-C kills the child and is raised on.
        """
        empty = np.diff(np.concatenate([[0], np.cumsum(program.data != 0)])[program.indptr]) == 0
        if (empty & ((program.row_lower > 0) | (program.row_upper < 0))).any():
            return Result(Status.INFEASIBLE, message="a row without variables cannot hold")
        if empty.all():
            return _without_rows(program)
        if not (0.0 < seconds < float("inf") and 0.0 <= gap < float("inf")):
            raise ProgramError(f"seconds {seconds} or gap {gap} is out of range")
        values: dict[str, Value] = {
            "seconds": float(seconds),
            "gap": float(gap),
            "nodes": nodes,
            "relaxed": relaxed,
            "seed": self._seed,
            "master": self._master,
        }
        try:
            answer = self._ask(values, _arrays(program), seconds, cancelled)
        except _Silence as silence:
            self.close()
            self.troubles.append(str(silence))
            return Result(Status.FAILED, message=str(silence))
        except _Starting:
            return Result(Status.LIMIT, message="the solver process is still starting")
        except _Cancelled:
            self.close()
            return Result(Status.LIMIT, message="cancelled")
        except BaseException:
            self.close()
            raise
        result = _result(answer)
        checked = scrutinise(program, result, relaxed or not program.integer.any())
        if checked.status is Status.FAILED:
            self.troubles.append(checked.message)
        if checked.status is Status.FAILED and result.x is not None and program.start is not None:
            # HiGHS 1.16 has returned the start beside the objective of a better solution.
            again = replace(program, start=None)
            return self.solve(again, seconds, relaxed, gap, cancelled, nodes)
        return checked

    def _start(self) -> _Child:
        """The running child: the one there is, an idle one, or a new one."""
        if self._child is not None and self._child.alive:
            return self._child
        self.close()
        if self._command is None:
            with _lock:
                while _idle and self._child is None:
                    idle = _idle.pop()
                    if idle.alive:
                        self._child = idle
                    else:
                        idle.end()
        if self._child is None:
            self._child = _Child(self._command or _command())
        return self._child

    def _ask(
        self,
        values: dict[str, Value],
        arrays: dict[str, Array],
        seconds: float,
        cancelled: Callable[[], bool] | None,
    ) -> Message:
        """Send one programme and wait for its answer. Raises _Silence, _Starting, _Cancelled."""
        limit, began = seconds * 1.2 + 2.0, time.monotonic()
        child = self._start()
        if not child.ready:
            left = child.born + _STARTING - began
            try:
                self._await(child, "ready", min(limit, left), cancelled)
            except _Late:
                if left <= limit:
                    raise
                raise _Starting from None
            child.ready = True
        try:
            write_frame(child.stdin, values, arrays)
        except OSError:
            raise _Silence(child.last_words()) from None
        began = time.monotonic()
        early = self._await(child, "built", limit, cancelled)
        if early[0]["stage"] == "solved":  # it failed before there was a model
            return early
        left = limit - (time.monotonic() - began)  # the child takes building off its own time
        return self._await(child, "solved", left, cancelled)

    def _await(
        self, child: _Child, stage: str, limit: float, cancelled: Callable[[], bool] | None
    ) -> Message:
        """The next frame, which is of this stage or an early "solved"."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if cancelled is not None and cancelled():
                raise _Cancelled
            try:
                frame = child.frames.get(timeout=_POLL)
            except queue.Empty:
                continue
            if frame is None:
                raise _Silence(child.last_words())
            if frame[0].get("stage") in (stage, "solved"):
                return frame
            raise _Silence(f"the solver process spoke out of turn: {frame[0]}")
        raise _Late(f"the solver process was not {stage} after {limit:.3g} s and was killed")


def _listen(stream: IO[bytes], frames: queue.SimpleQueue[Message | None]) -> None:
    """Move frames from the child's stdout to the queue; None at its end."""
    # Whatever is wrong with what the child says (strangers' bytes, absurd sizes), it is silence.
    with stream, suppress(Exception):
        while (frame := read_frame(stream)) is not None:
            frames.put(frame)
    frames.put(None)


def _arrays(program: Program) -> dict[str, Array]:
    """The programme's arrays in the types of a frame."""
    arrays: dict[str, Array] = {"integer": program.integer}
    for name in ("cost", "lower", "upper", "data", "row_lower", "row_upper", "start"):
        array = getattr(program, name)
        if array is not None:
            arrays[name] = array.astype("<f8")
    for name in ("indptr", "indices"):
        arrays[name] = getattr(program, name).astype("<i8")
    return arrays


def _result(answer: Message) -> Result:
    """The child's answer, not yet checked."""
    values, arrays = answer
    try:
        status = Status(values["status"])
        objective, bound = (
            None if values.get(name) is None else float(str(values[name]))
            for name in ("objective", "bound")
        )
    except (ValueError, KeyError):
        return Result(Status.FAILED, message=f"an answer that makes no sense: {values}")
    x, duals = arrays.get("x"), arrays.get("row_duals")
    return Result(
        status,
        None if x is None else x.astype("float64"),
        objective,
        bound,
        None if duals is None else duals.astype("float64"),
        str(values.get("message", "")),
    )


def _without_rows(program: Program) -> Result:
    """A programme whose rows are empty is solved by its bounds: no solver needed."""
    x = np.where(program.cost > 0, program.upper, program.lower)
    worth = float(program.cost @ x)
    return Result(Status.OPTIMAL, x, worth, worth, np.zeros(program.row_lower.size), "no rows")
