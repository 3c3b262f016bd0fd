"""A plan: a calendar with what it earns, how good it is proven to be, and where it came from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from models.response import Response
from optimizer.confidence import unsure
from optimizer.draws import demands
from optimizer.guardrails.kind import Measure
from optimizer.objective import worth
from optimizer.problem import Calendar, Floats, Ints, Moves, Problem
from optimizer.risk import Attitude, Prospects, profits_of
from optimizer.solution import Trace
from optimizer.spec import Spec
from optimizer.value import Outcome, value
from optimizer.violations import Violation, measures, penalties, violations
from workspace.workspace import Workspace

PACKAGES = ("tradewind", "numpy", "pandas", "pyomo", "highspy")


class PlanStatus(StrEnum):
    """What is claimed of a plan (contract section 6)."""

    OPTIMAL = "optimal"  # all rules hold, and the gap is at most the one asked for
    FEASIBLE = "feasible"  # all rules hold
    INFEASIBLE = "infeasible"  # an evaluated calendar that breaks rules


@dataclass(frozen=True)
class Plan:
    """One calendar under one scenario. Make it with `plan_of`.

    The calendar is in the order of reports: account, product, first week. Money is in cents of
    the workspace's currency, excl. VAT; `bound` in the objective's unit (currency for profit).
    Where rules are soft, the bound is the objective plus the most that another plan could gain on
    it net of penalties.
    """

    workspace: Workspace
    response: Response
    spec: Spec
    problem: Problem
    calendar: Calendar
    outcome: Outcome
    measures: tuple[Measure, ...]  # how the calendar stands to every guardrail, in order
    violations: tuple[Violation, ...]  # what it breaks: none, unless it was given
    penalties: tuple[int | None, ...]  # cents that each soft guardrail costs; None: a hard one
    bound: float | None  # no calendar earns more; None if unknown
    duals: Floats | None  # (R,) profit per unit by which a row's limit is raised; None if unknown
    seconds: float  # wall time spent
    trace: tuple[Trace, ...] = ()  # how the search went
    troubles: tuple[str, ...] = ()  # what a solver got wrong on the way; nothing rests on it
    given: bool = False  # the calendar was handed in to be evaluated, not found
    prospects: Prospects | None = None  # over the draws, where their worst count in the objective

    @property
    def objective_cents(self) -> int:
        """What it earns us: incremental profit, tail included, less the change of rebates."""
        return self.outcome.objective_cents

    @property
    def objective_hundredths(self) -> int:
        """What the scenario's objective comes to: for profit whole cents, rebates' change off."""
        if self.prospects is not None:
            return self.prospects.worth_hundredths
        return worth(self.outcome, self.spec.objective)

    @property
    def penalty_cents(self) -> int:
        """What all soft rules cost together; it is no part of the objective."""
        return sum(paid or 0 for paid in self.penalties)

    @property
    def objective(self) -> float:
        """The same in the objective's unit: currency for profit."""
        return self.objective_hundredths / 100.0

    @cached_property
    def ceiling(self) -> float | None:
        """The bound rounded up to a cent, and never below the objective."""
        if self.bound is None:
            return None
        return max(math.ceil(self.bound * 100.0 - 1e-6), self.objective_hundredths) / 100.0

    @property
    def gap(self) -> float | None:
        """(bound - objective) / max(1, |objective|), None where there is no bound."""
        if self.ceiling is None:
            return None
        return (self.ceiling - self.objective) / max(1.0, abs(self.objective))

    @property
    def status(self) -> PlanStatus:
        """What is claimed: proven only as far as the scenario asked for it."""
        if self.violations:
            return PlanStatus.INFEASIBLE
        proven = self.gap is not None and self.gap <= self.spec.solver.gap
        return PlanStatus.OPTIMAL if proven else PlanStatus.FEASIBLE

    def doubted(self, spent: Floats) -> Plan:
        """The same with the budgets that it does not keep with confidence among its violations.

        `spent`: what every budget comes to on each draw, (D, budgets), currency.
        """
        level = self.spec.risk.budget_confidence
        if level is None:
            return self
        found = unsure(self.problem, spent, level, self.violations)
        return replace(self, violations=(*self.violations, *found))

    def __str__(self) -> str:
        proof = "no bound" if self.gap is None else f"gap {self.gap:.3%}"
        lines = [
            f"{self.spec.scenario}: {self.status}, {self.calendar.block.size} events, {proof}",
            str(self.outcome),
        ]
        lines += [f"broken: {violation}" for violation in self.violations]
        return "\n".join(lines)


def plan_of(
    workspace: Workspace,
    response: Response,
    spec: Spec,
    problem: Problem,
    calendar: Calendar,
    *,
    bound: float | None = None,
    duals: Floats | None = None,
    seconds: float = 0.0,
    trace: tuple[Trace, ...] = (),
    troubles: tuple[str, ...] = (),
    given: bool = False,
    neutral: Calendar | None = None,
) -> Plan:
    """Value a calendar, hold it against the rules, and put it into the order of reports.

    `neutral`: of the plans that were looked at the one with the largest mean over the draws.
    """
    calendar = in_order(problem, calendar)
    outcome = value(problem, calendar)
    measured = measures(problem, calendar, outcome)
    return Plan(
        workspace,
        response,
        spec,
        problem,
        calendar,
        outcome,
        measured,
        violations(problem, calendar, outcome),
        penalties(problem, measured),
        bound,
        duals,
        seconds,
        trace,
        troubles,
        given,
        _prospects(workspace, response, spec, problem, calendar, neutral),
    )


def _prospects(
    workspace: Workspace,
    response: Response,
    spec: Spec,
    problem: Problem,
    calendar: Calendar,
    neutral: Calendar | None,
) -> Prospects | None:
    """The plan over the draws where the worst of them count; None where none do."""
    if spec.risk.weight == 0.0:
        return None

    def profits(one: Calendar) -> Floats:
        drawn = demands(problem, workspace, response, spec.risk.draws)
        return profits_of(problem, one, drawn)

    found = profits(calendar)
    if not found.size:
        return None
    attitude = Attitude(spec.risk.cvar, spec.risk.weight)
    return Prospects(attitude, found, None if neutral is None else profits(neutral))


def block_order(problem: Problem) -> Ints:
    """The blocks sorted by account and product: (P,)."""
    pairs = list(zip(problem.account, problem.product, strict=True))
    return np.array(sorted(range(problem.blocks), key=pairs.__getitem__), dtype=np.int64)


def in_order(problem: Problem, calendar: Calendar) -> Calendar:
    """The same events and changes of prices sorted by account, product and first week."""
    rank = np.empty(problem.blocks, dtype=np.int64)
    rank[block_order(problem)] = np.arange(problem.blocks)
    order = np.lexsort((calendar.start, rank[calendar.block]))
    return Calendar(
        calendar.block[order],
        calendar.tactic[order],
        calendar.start[order],
        calendar.weeks[order],
        _moves_in_order(calendar.moves, rank),
    )


def _moves_in_order(moves: Moves | None, rank: Ints) -> Moves | None:
    if moves is None:
        return None
    order = np.lexsort((moves.week, rank[moves.block]))
    return Moves(moves.block[order], moves.week[order], moves.level[order])


def versions() -> dict[str, str]:
    """What made the plan."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
