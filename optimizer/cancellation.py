"""How long work learns that it is no longer wanted, or that its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable


class Cancelled(Exception):
    """The caller no longer wants the answer."""


class Clock:
    """Time since the start of a solve, against its limit in seconds."""

    def __init__(self, seconds: float, cancelled: Callable[[], bool] | None = None) -> None:
        self._start = time.monotonic()
        self._seconds = seconds
        self.cancelled = cancelled

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Seconds until the limit, at least 0."""
        return max(0.0, self._seconds - self.elapsed)

    @property
    def moment(self) -> float:
        """Seconds left, but never nothing: a limit for work that is about to begin."""
        return max(0.01, self.left)

    def part(self, share: float) -> Clock:
        """A clock that runs out after this share, in (0, 1], of the whole time."""
        part = Clock(self._seconds * share, self.cancelled)
        part._start = self._start
        return part

    def check(self) -> None:
        """Raise Cancelled where the caller has given up."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
