"""The child process that solves programmes: reads frames from stdin, answers on stdout.

HiGHS may hang, crash or ignore its limits, so it never runs in the parent. The child ends with its
parent: when stdin closes, a thread ends the process, even during a solve.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO

from optimizer.frames import Array, Message, Value, read_frame, write_frame

Announce = Callable[[], None]
Solve = Callable[[dict[str, Value], dict[str, Array], Announce], Message]


def serve(solve: Solve, inbox: IO[bytes], outbox: IO[bytes], end: Callable[[], None]) -> None:
    """Answer every frame of `inbox` with what `solve` makes of it; `end` runs when it closes.

    Before each answer comes a frame {"stage": "built"}, when the model stands and solving begins.
    """
    frames: queue.SimpleQueue[Message | None] = queue.SimpleQueue()

    def listen() -> None:
        while (frame := read_frame(inbox)) is not None:
            frames.put(frame)
        frames.put(None)
        end()

    threading.Thread(target=listen, daemon=True).start()
    write_frame(outbox, {"stage": "ready"}, {})
    while (frame := frames.get()) is not None:
        try:
            values, arrays = solve(*frame, lambda: write_frame(outbox, {"stage": "built"}, {}))
        except Exception as error:  # whatever fails in here is told to the parent
            values, arrays = {"status": "failed", "message": f"{type(error).__name__}: {error}"}, {}
        write_frame(outbox, {**values, "stage": "solved"}, arrays)


def run(solve: Solve, warm: Callable[[], None] = lambda: None) -> None:
    """Serve on the standard streams, after `warm`. What libraries print reaches stderr alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warm()
    serve(solve, sys.stdin.buffer, outbox, lambda: os._exit(0))
