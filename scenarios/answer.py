"""From a problem to a verified plan on disk: what single runs and batches have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models.response import Response
from optimizer.cancellation import Cancelled
from optimizer.decide import decide
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.former import Former
from optimizer.head_start import HeadStart
from optimizer.plan import Plan, plan_of
from optimizer.problem import Problem
from optimizer.reports.workbook.words import Words
from optimizer.solution import Solution, SolutionStatus, Trace
from optimizer.spec import Spec
from optimizer.uncertainty import uncertainty
from optimizer.verify import verify
from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from workspace.text import Text
from workspace.workspace import Workspace

Progress = Callable[[str, float], None]
Asked = Callable[[], bool]


@dataclass(frozen=True)
class Facts:
    """What a plan is made from: a workspace and what is believed about its demand."""

    workspace: Workspace
    response: Response


class Told:
    """Progress that stops the work where the caller has given up."""

    def __init__(self, progress: Progress | None = None, cancelled: Asked | None = None) -> None:
        self._progress = progress
        self.cancelled = cancelled

    def __call__(self, stage: str, share: float) -> None:
        """Tell how far a stage is. Raises Cancelled."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(stage, share)


def planned(
    facts: Facts,
    spec: Spec,
    problem: Problem,
    told: Told,
    ahead: float = 0.0,
    head: HeadStart | None = None,
) -> Plan:
    """The best plan found; the trace of the search counts from `ahead` seconds before it.

    `head`: what the solve of a scenario like this one has left.
    Raises Infeasible or NothingFound where there is none, or Cancelled.
    """
    return plan_from(facts, spec, problem, solved(facts, spec, problem, told, head), ahead)


def solved(
    facts: Facts,
    spec: Spec,
    problem: Problem,
    told: Told,
    head: HeadStart | None = None,
    former: Former | None = None,
) -> Solution:
    """The best answer found; `head` as in `planned`, `former` as in `decide`.

    Raises Infeasible or NothingFound where there is none, or Cancelled.
    """
    told("solve", 0.0)

    def step(trace: Trace) -> None:
        told("solve", min(0.99, trace.seconds / spec.solver.seconds))

    solution = decide(
        problem,
        facts.workspace,
        facts.response,
        spec,
        step,
        told.cancelled,
        head=head,
        former=former,
    )
    told("solve", 1.0)
    if solution.status is SolutionStatus.INFEASIBLE:
        names = ", ".join(problem.broken)
        why = Text("no calendar satisfies the rules: {rules}", rules=names)
        raise Infeasible(why if names else Text("no calendar satisfies all rules and budgets"))
    if solution.calendar is None:
        raise NothingFound(
            Text("no calendar that keeps all rules was found, and no proof that there is none")
        )
    return solution


def plan_from(
    facts: Facts, spec: Spec, problem: Problem, solution: Solution, ahead: float = 0.0
) -> Plan:
    """The plan of an answer; `ahead` as in `planned`."""
    assert solution.calendar is not None
    return plan_of(
        facts.workspace,
        facts.response,
        spec,
        problem,
        solution.calendar,
        bound=_within_reach(solution),
        duals=solution.duals,
        trace=tuple(replace(at, seconds=at.seconds + ahead) for at in solution.trace),
        troubles=solution.troubles,
        neutral=solution.neutral,
    )


def _within_reach(solution: Solution) -> float | None:
    """The bound on profit that a plan's folder gives, in currency.

    Where rules are soft the search bounds profit less penalties: no plan is better by more than the
    difference between that bound and what the plan comes to itself.
    """
    if solution.bound is None or solution.objective is None or solution.profit is None:
        return None
    return solution.profit + (solution.bound - solution.objective)


def written(
    plan: Plan, facts: Facts, origin: Origin, folder: Path, told: Told, words: Words | None
) -> None:
    """Write a plan into `folder` and verify it there against `facts`, the inputs as they are.

    `words`: the language of its workbook; None: no workbook.

    The plan's own workspace and response may be those of a what-if; the verifier is given the
    true ones and makes the same assumptions by itself. Raises VerificationFailed.
    """
    told("plan", 0.0)
    drawn = uncertainty(
        plan.problem,
        plan.calendar,
        demands(plan.problem, plan.workspace, plan.response, plan.spec.risk.draws),
    )
    if drawn is not None:
        plan = plan.doubted(drawn.budgets)
    told("plan", 0.5)
    write_plan(plan, drawn, origin, folder, words)
    told("verify", 0.0)
    there = words is not None
    findings = verify(folder, facts.workspace, facts.response, plan.spec, workbook=there)
    if findings:
        raise VerificationFailed(folder, findings)
    told("verify", 1.0)
