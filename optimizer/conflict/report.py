"""The whole answer to why a scenario has no plan."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.conflict.case import Case, Demand
from optimizer.conflict.relaxation import Relaxation, relaxations
from optimizer.conflict.smallest import smallest_conflict
from optimizer.solution import Solution, SolutionStatus

PATIENCE = 0.5  # share of the time in which a smaller conflict than the first is looked for


@dataclass(frozen=True)
class Conflict:
    """What is wrong with a scenario.

    `status`: of the whole scenario. Infeasible: `demands` cannot be kept together, any of them
    left out there would be a plan for the others; `relaxations` say what change would do.
    """

    status: SolutionStatus
    plan: Solution | None  # where there is one
    demands: tuple[Demand, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()

    @property
    def beyond_rules(self) -> bool:
        """There is no plan even with every demand left out."""
        return self.status is SolutionStatus.INFEASIBLE and not self.demands


def explain(case: Case) -> Conflict:
    """Find the smallest conflict of a scenario and what resolves it."""
    every = case.demands()
    whole = case.answer(every)
    if whole.status is not SolutionStatus.INFEASIBLE:
        # A plan at all is not yet one to be shown.
        plan = case.first_plan(case.problem(every)) if whole.calendar is not None else None
        return Conflict(whole.status, plan if plan is not None and plan.calendar else whole)
    half = case.clock.part(PATIENCE)
    found = smallest_conflict(every, case.kept, patient=lambda: half.left > 0)
    return Conflict(whole.status, None, tuple(found), tuple(relaxations(case, found)))
