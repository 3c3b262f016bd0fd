"""What a solve is asked for, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.head_start import HeadStart
from optimizer.other_masters import DEFAULT
from optimizer.problem import Calendar, Floats
from optimizer.warm import Warmth


class SolutionStatus(StrEnum):
    """How a solve ended."""

    SOLVED = "solved"  # within the gap asked
    STOPPED = "stopped"  # a plan that keeps every rule, with an honest gap
    INFEASIBLE = "infeasible"  # proven: no calendar keeps every rule
    NOTHING = "nothing"  # stopped without a plan and without a proof that there is none


@dataclass(frozen=True)
class SolveOptions:
    """When to stop, and what randomness starts from."""

    gap: float = 0.001  # (bound - objective) / max(1, |objective|), >= 0
    seconds: float = 300.0  # wall time, > 0
    seed: int = 1  # >= 0
    master: str = DEFAULT  # the solver of integer masters (`optimizer.other_masters`)
    any_plan: bool = False  # whether there is one is all that is asked: the first found ends it

    def __post_init__(self) -> None:
        if not (self.gap >= 0 and self.seconds > 0 and self.seed >= 0):
            raise ValueError("gap >= 0, seconds > 0 and seed >= 0 are needed")


@dataclass(frozen=True)
class Trace:
    """Where the solve stood at one moment. Money in currency; None: nothing known yet."""

    seconds: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True)
class Solution:
    """The best calendar found and what is proven about it."""

    status: SolutionStatus
    calendar: Calendar | None
    objective: float | None  # incremental profit without rebates, less penalties, currency
    bound: float | None  # no calendar that keeps the rules earns more
    duals: Floats | None  # (R,) profit per unit by which a row's limit is raised
    trace: tuple[Trace, ...]
    seconds: float
    profit: float | None = None  # the objective before penalties, currency
    warmth: Warmth | None = None  # for a solve of the same problem with other limits
    troubles: tuple[str, ...] = ()  # what the solver got wrong; the plan does not rest on any of it
    head: HeadStart | None = None  # for problems like this one
    neutral: Calendar | None = None  # where the worst draws count: the plan for the mean alone

    @property
    def gap(self) -> float | None:
        """(bound - objective) / max(1, |objective|)."""
        if self.objective is None or self.bound is None:
            return None
        return (self.bound - self.objective) / max(1.0, abs(self.objective))
