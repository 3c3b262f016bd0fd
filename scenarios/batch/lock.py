"""One batch at a time in a store: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workspace.faults import Fault, InputError
from workspace.text import Text

FILE = "batch.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a store's folder. Raises InputError where another batch holds it."""
    path = folder / FILE
    with path.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            found = Text("another batch at work in this store")
            expected = Text("one batch at a time")
            raise InputError([Fault(str(path), None, None, found, expected)]) from None
        yield
