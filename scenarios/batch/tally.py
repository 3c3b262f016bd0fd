"""How far a batch is, and how much longer it will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of a batch: `total` runs, of which `known` before it began."""

    total: int
    known: int
    done: int = 0  # solved now, with a plan
    failed: int = 0  # ended now, without one
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> int:
        """Runs that have not ended."""
        return self.total - self.known - self.done - self.failed

    @property
    def share(self) -> float:
        """The share of all runs that have ended."""
        return 1.0 if not self.total else (self.total - self.left) / self.total

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before the first run has ended."""
        ended = self.done + self.failed
        if not ended:
            return None
        return (time.monotonic() - self.started) / ended * self.left
