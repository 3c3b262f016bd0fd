"""Pairs of an instance and a changed one, each solved: does the change do what it must?

No search for the best is needed, so that instances may be of any size. A plan's worth is taken
from `evaluate`, and the best plan is known to lie between that and the bound.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.response import Response
from models.response_files import read_response
from optimizer.build import build
from optimizer.master import Solver
from optimizer.problem import Problem
from optimizer.solution import Solution, SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Spec
from scenarios.scenario import read_scenario
from tests.oracle.changes import CENTS, CHANGES, MONEY_FOR_MONEY, RENAMED, Relation
from tests.oracle.contest import events_of
from tests.oracle.evaluate import evaluate
from tests.oracle.instance import Tiny
from tests.oracle.market import Calendar, Market
from tests.oracle.memory import inputs_of
from tests.oracle.tiny import write
from workspace.load import load
from workspace.workspace import Workspace

Inputs = tuple[Workspace, Response, Spec]
Solve = Callable[[Problem], Solution]

CLOSE = 0.005  # currency: less than a cent, more than the float noise of penalties
OPTIONS = SolveOptions(gap=0.0, seconds=30.0)


@dataclass(frozen=True)
class Found:
    """What a solve says of an instance. The best plan is worth `low` to `high`, in currency."""

    status: SolutionStatus
    low: float  # what its plan earns less penalties; -inf: it has none
    high: float  # its bound; -inf: it says that there is no plan
    market: Market
    events: Calendar

    @property
    def proven(self) -> bool:
        """Whether the solve ended with the best plan, or a proof that there is none."""
        return self.status in (SolutionStatus.SOLVED, SolutionStatus.INFEASIBLE)


def solver_of(solver: Solver) -> Solve:
    """The product's search for the plan that is proven best."""
    return lambda problem: solve(problem, OPTIONS, solver=solver)


def found_of(inputs: Inputs, solved: Solve) -> Found:
    """Solve an instance. Raises AssertionError where a plan earns other than it promises."""
    problem = build(*inputs)
    solution = solved(problem)
    market = Market.of(*inputs)
    events = events_of(problem, solution)
    if solution.calendar is None:
        none = solution.status is SolutionStatus.INFEASIBLE
        return Found(solution.status, -math.inf, -math.inf if none else math.inf, market, events)
    verdict = evaluate(market, events)
    low = (verdict.objective - verdict.penalty) / 100.0
    assert not verdict.broken, f"the plan breaks {verdict.broken}"
    assert solution.objective is not None
    assert abs(low - solution.objective) <= CLOSE, f"promised {solution.objective}, earns {low}"
    if solution.status is SolutionStatus.SOLVED:
        return Found(solution.status, low, low, market, events)
    high = math.inf if solution.bound is None else solution.bound
    return Found(solution.status, low, high, market, events)


def from_disk(instance: Tiny) -> Inputs:
    """An instance as it is read from its folder."""
    with tempfile.TemporaryDirectory() as folder:
        where, scenario, response = write(instance, Path(folder) / "w")
        workspace = load(where, planning=True)
        return workspace, read_response(response, workspace), read_scenario(scenario).spec


@dataclass(frozen=True)
class Pair:
    """An instance before and after a change."""

    name: str
    relation: Relation
    before: Found
    after: Found

    def contradictions(self) -> list[str]:
        """What the change did and must not have done."""
        if self.relation is Relation.NO_LESS:
            return self._less(self.before, self.after, 1.0)
        if self.relation is Relation.SAME:
            wrong = self._less(self.before, self.after, 1.0)
            wrong += self._less(self.after, self.before, 1.0)
            if self.name == "permuted_rows" and self.before.events != self.after.events:
                wrong.append("another calendar")
            return wrong
        return self._scaled()

    def _less(self, one: Found, other: Found, scale: float) -> list[str]:
        """A plan of one side is a plan of the other too, so that its best earns no less."""
        if other.high >= one.low * scale - CLOSE:
            return []
        return [f"{one.low * scale:.4f} on one side, at most {other.high:.4f} on the other"]

    def _scaled(self) -> list[str]:
        """Each side's plan, looked at with the other's money, and how far the two are apart."""
        wrong = []
        for mine, other in ((self.before, self.after), (self.after, self.before)):
            if mine.low == -math.inf:
                continue
            verdict = evaluate(other.market, mine.events)
            worth = (verdict.objective - verdict.penalty) / 100.0
            if not verdict.broken and other.high < worth - CLOSE:
                wrong.append(f"the other plan earns {worth:.4f} here, best {other.high:.4f}")
        if not self.on_an_edge() and self.before.proven and self.after.proven:
            euros, cents = self.before.low, self.after.low / CENTS
            if euros != cents and not abs(euros - cents) <= rounding(self.before.market):
                wrong.append(f"{self.before.low:.4f} in euros, {self.after.low:.4f} in cents")
        return wrong

    def on_an_edge(self) -> bool:
        """Whether a plan keeps a limit of money in one currency alone, by the cents of rounding."""
        return any(
            mine.low > -math.inf and bool(evaluate(other.market, mine.events).broken)
            for mine, other in ((self.before, self.after), (self.after, self.before))
        )

    def same_plan(self) -> bool:
        """Whether both sides have the very same events, accounts by their new names."""
        names = RENAMED if self.name == "renamed_accounts" else {}
        events = {e._replace(account=names.get(e[0], e[0])) for e in self.before.events}
        return events == set(self.after.events)


def rounding(market: Market) -> float:
    """The most that rounding to cents can move a plan's worth, in currency.

    Each pair and week has a profit with the plan and one without, each within half a cent of what
    it is unrounded: in the smaller unit the same two halves count a hundredth. What a retailer or a
    return on spend falls short by moves as far, times its penalty.
    """
    lines = len(market.pairs) * (market.horizon + market.tail)
    dear = [float(r.penalty or 0.0) for r in market.rules if r.rule in MONEY_FOR_MONEY]
    return 0.01 * lines * (1.0 + 1.0 / CENTS) * (1.0 + 3.0 * sum(dear)) + CLOSE


def pair_of(instance: Tiny, before: Found, name: str, seed: int, solved: Solve) -> Pair | None:
    """Change an instance and solve it; None where there is nothing to change."""
    change = CHANGES[name]
    changed = change.make(instance, random.Random(seed))
    if changed is None:
        return None
    inputs = from_disk(changed) if name == "permuted_rows" else inputs_of(changed)
    return Pair(name, change.relation, before, found_of(inputs, solved))
