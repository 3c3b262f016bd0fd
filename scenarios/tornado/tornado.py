"""A plan's calendar under each driver's swing: what it would earn, verified each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.assumption import Assumption
from optimizer.spec import Spec
from scenarios.answer import Facts, Told
from scenarios.comparison.contender import Contender, Figures
from scenarios.comparison.worlds import World
from scenarios.scenario import Scenario, key_of
from scenarios.tornado.swings import Swing
from workspace.workspace import Workspace


@dataclass(frozen=True)
class End:
    """A driver at one end of its swing: what the same calendar comes to, and a new one if asked."""

    factor: float
    kept: Figures
    broken: tuple[str, ...]  # rules and budgets that the calendar does not keep there
    anew: Figures | None = None  # of the best calendar found for it


@dataclass(frozen=True)
class Lever:
    """One driver at both ends."""

    swing: Swing
    low: End
    high: End

    @property
    def reach(self) -> int:
        """How far it moves incremental profit from one end to the other, whole cents."""
        return abs(self.high.kept.incremental_profit - self.low.kept.incremental_profit)


@dataclass(frozen=True)
class Tornado:
    """What moves a plan's profit, the driver that moves it most first."""

    contender: Contender
    levers: tuple[Lever, ...]

    @property
    def replanned(self) -> bool:
        """Whether new calendars were looked for."""
        return any(end.anew for lever in self.levers for end in (lever.low, lever.high))


def supposed(spec: Spec, driver: str, factor: float) -> Spec:
    """A scenario with one driver multiplied everywhere, after all that it supposes itself."""
    assumption = Assumption(change=driver, times=factor)
    return spec.model_copy(update={"what_if": (*spec.what_if, assumption)})


def tornado(
    contender: Contender, workspace: Workspace, chosen: Sequence[Swing], told: Told
) -> Tornado:
    """Evaluate the plan's calendar at both ends of every swing.

    Raises VerificationFailed, and InputError where a driver cannot be changed so.
    """
    levers = []
    for i, swing in enumerate(chosen):
        told("swing", i / len(chosen))
        low, high = (_end(contender, workspace, swing.driver, f) for f in (swing.low, swing.high))
        levers.append(Lever(swing, low, high))
    told("swing", 1.0)
    levers.sort(key=lambda lever: -lever.reach)
    return Tornado(contender, tuple(levers))


def _end(contender: Contender, workspace: Workspace, driver: str, factor: float) -> End:
    spec = supposed(contender.spec, driver, factor)
    scenario: Scenario = replace(contender.scenario, spec=spec, key=key_of(spec))
    world = World(Facts(workspace, contender.response), scenario)
    figures, broken = world.judged(contender.schedule)
    return End(factor, figures, broken)
