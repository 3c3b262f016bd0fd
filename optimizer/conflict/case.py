"""A scenario's question with some of its demands left out or changed, and whether it has a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import pandas as pd

from models.response import Response
from optimizer.build import build
from optimizer.cancellation import Clock
from optimizer.guardrails.kind import MONEY_TOLERANCE
from optimizer.master import Solver
from optimizer.price_table import PriceTable
from optimizer.problem import Calendar, Problem, Row
from optimizer.solution import Solution, SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Guardrail, Spec
from optimizer.value import value
from optimizer.violations import budget_slack, measures
from workspace.workspace import Workspace

ANY_PLAN = 1e12  # a gap that the first plan found is within
SECONDS = 5.0  # for one question whether there is a plan at all


class Sort(StrEnum):
    """What makes a demand."""

    GUARDRAIL = "guardrail"
    BUDGET = "budget"
    SUPPLY = "supply"
    EVENTS = "events"  # all that are pinned, together


@dataclass(frozen=True, order=True)
class Demand:
    """Something that a plan has to keep and that may be left out to see what then happens."""

    sort: Sort
    place: int  # among the scenario's guardrails or the budgets; 0 for others
    name: str  # the rule with its selection, the budget, the product; "" for events
    value: float | None  # the rule's value, the budget's amount


@dataclass
class Case:
    """One scenario. Answers are remembered: the same subset is never solved twice."""

    workspace: Workspace
    response: Response
    spec: Spec
    solver: Solver
    pins: pd.DataFrame | None = None
    seconds: float = 300.0  # for everything that is asked of this case
    cancelled: Callable[[], bool] | None = None
    price_pins: PriceTable | None = None  # regular prices that go with the pins
    _known: dict[frozenset[Demand], Solution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.clock = Clock(self.seconds, self.cancelled)

    def demands(self) -> list[Demand]:
        """Every demand, in the scenario's order; soft rules demand nothing."""
        problem = self.problem(None)
        found = [
            Demand(Sort.GUARDRAIL, i, rule.name, rule.value)
            for i, rule in enumerate(problem.rules)
            if not rule.soft
        ]
        budgets = enumerate(problem.budgets)
        found += [Demand(Sort.BUDGET, i, row.name, row.limit) for i, row in budgets]
        supplied = {row.selection for row in problem.rows if row.rule == "supply"}
        found += [Demand(Sort.SUPPLY, 0, name, None) for name in sorted(supplied)]
        if problem.standing is not None and problem.standing.pinned.block.size:
            found.append(Demand(Sort.EVENTS, 0, "", None))
        return found

    def problem(
        self,
        kept: Iterable[Demand] | None,
        changed: Callable[[int, Guardrail], Guardrail] | None = None,
    ) -> Problem:
        """The problem with only the demands `kept` (None: all), guardrails `changed` by place."""
        chosen = None if kept is None else set(kept)

        def stays(sort: Sort, place: int = 0, name: str | None = None) -> bool:
            return chosen is None or any(
                d.sort is sort and d.place == place and (name is None or d.name == name)
                for d in chosen
            )

        guardrails = tuple(
            guardrail if changed is None else changed(i, guardrail)
            for i, guardrail in enumerate(self.spec.guardrails)
            if not guardrail.hard or stays(Sort.GUARDRAIL, i)
        )
        problem = build(
            self.workspace,
            self.response,
            self.spec.model_copy(update={"guardrails": guardrails}),
            self.pins,
            price_pins=self.price_pins,
            fixed=stays(Sort.EVENTS),
        )
        gone = {row.name for i, row in enumerate(problem.budgets) if not stays(Sort.BUDGET, i)}

        def left(row: Row) -> bool:
            if row.rule == "budget":
                return row.name not in gone
            return row.rule != "supply" or stays(Sort.SUPPLY, 0, row.selection)

        return replace(
            problem,
            rows=tuple(row for row in problem.rows if left(row)),
            budgets=tuple(row for row in problem.budgets if left(row)),
            broken=tuple(name for name in problem.broken if name not in gone),
        )

    def answer(self, kept: Iterable[Demand]) -> Solution:
        """Whether there is a plan that keeps some of the demands: the first one found."""
        key = frozenset(kept)
        if key not in self._known:
            self._known[key] = self._solved(self.problem(key), ANY_PLAN, any_plan=True)
        return self._known[key]

    def first_plan(self, problem: Problem, gap: float = ANY_PLAN) -> Solution:
        """Solve until a plan is within `gap`, or there is proof that there is none.

        Even where any plan will do it is one at the prices of the linear master.
        """
        return self._solved(problem, gap, any_plan=False)

    def _solved(self, problem: Problem, gap: float, *, any_plan: bool) -> Solution:
        self.clock.check()
        seconds = max(0.1, min(SECONDS, self.clock.left))
        limits = self.spec.solver
        options = SolveOptions(gap, seconds, limits.seed, limits.master, any_plan)
        return solve(problem, options, cancelled=self.cancelled, solver=self.solver)

    def kept(self, wanted: Iterable[Demand]) -> frozenset[Demand] | None:
        """Every demand that the first plan found keeps which keeps these, or these where none was
        found in time; None where it is proven that there is none.
        """
        asked = frozenset(wanted)
        answer = self.answer(asked)
        if answer.status is SolutionStatus.INFEASIBLE:
            return None
        if answer.calendar is None:
            return asked
        return asked | self._kept_by(answer.calendar)

    def _kept_by(self, calendar: Calendar) -> frozenset[Demand]:
        """The guardrails and budgets that a calendar keeps, asked for or not."""
        problem = self.problem(None)
        outcome = value(problem, calendar)
        rules = measures(problem, calendar, outcome)
        return frozenset(
            demand
            for demand in self.demands()
            if (demand.sort is Sort.GUARDRAIL and not rules[demand.place].broken)
            or (
                demand.sort is Sort.BUDGET
                and budget_slack(problem.budgets[demand.place], outcome) >= -MONEY_TOLERANCE
            )
        )


def up_to_cents(amount: float) -> float:
    """An amount rounded up to a cent, float noise aside."""
    return math.ceil(amount * 100.0 - 1e-6) / 100.0
