"""What every subject of the planning benchmark is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.problem import Calendar, Problem


@dataclass(frozen=True)
class Moment:
    """Where a subject stood. Money in currency, as the subject itself counts it."""

    seconds: float
    objective: float | None
    bound: float | None = None  # proven: no calendar that keeps the rules earns more


@dataclass(frozen=True)
class Found:
    """A subject's plan (None: it has none), how it came to it, and what it has to say."""

    calendar: Calendar | None
    trace: tuple[Moment, ...]
    seconds: float
    note: str = ""


# A problem and the seconds that may be spent on it. Compiling kernels is done before.
Peer = Callable[[Problem, float], Found]
