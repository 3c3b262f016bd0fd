"""The optimiser against the exhaustive search, one tiny instance at a time."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.build import build
from optimizer.master import Solver
from optimizer.problem import Problem
from optimizer.solve import Solution, SolutionStatus, SolveOptions, solve
from tests.oracle.evaluate import evaluate
from tests.oracle.exhaustive import best_plan
from tests.oracle.market import Event, Market
from tests.oracle.memory import tiny_inputs

OPTIONS = SolveOptions(gap=0.0, seconds=60.0)
CLOSE = 0.5  # cents: less than a cent, more than the float noise of penalties


@dataclass(frozen=True)
class Contest:
    """What the solver says of an instance and what is true. Money in cents."""

    seed: int
    market: Market
    problem: Problem
    solution: Solution
    best: float | None  # net of penalties; None: no calendar keeps the rules

    def complaints(self) -> list[str]:
        """Everything in the solution that the exhaustive search contradicts."""
        found, wrong = self.solution, []
        if (self.best is None) != (found.status is SolutionStatus.INFEASIBLE):
            wrong.append(f"status {found.status}, best {self.best}")
        if found.calendar is not None:
            verdict = evaluate(self.market, events_of(self.problem, found))
            if verdict.broken:
                wrong.append(f"the plan breaks {verdict.broken}")
            net = verdict.objective - verdict.penalty
            if found.objective is None or abs(found.objective * 100 - net) > CLOSE:
                wrong.append(f"promised {found.objective}, earns {net}")
            if self.best is None or abs(net - self.best) > CLOSE:
                wrong.append(f"earns {net}, best {self.best}")
        elif self.best is not None:
            wrong.append(f"no plan, best {self.best}")
        if (
            self.best is not None
            and found.bound is not None
            and found.bound * 100 < self.best - CLOSE
        ):
            wrong.append(f"bound {found.bound}, best {self.best}")
        return [f"seed {self.seed}: {text}" for text in wrong]


def contest(seed: int, solver: Solver) -> Contest:
    """Solve an instance both ways."""
    workspace, response, spec = tiny_inputs(seed)
    best, _ = best_plan(workspace, response, spec)
    problem = build(workspace, response, spec)
    solution = solve(problem, OPTIONS, solver=solver)
    market = Market.of(workspace, response, spec)
    return Contest(seed, market, problem, solution, best)


def events_of(problem: Problem, solution: Solution) -> list[Event]:
    """The solver's calendar in words."""
    calendar = solution.calendar
    if calendar is None:
        return []
    arrays = (calendar.block, calendar.tactic, calendar.start, calendar.weeks)
    return [
        Event(problem.account[b], problem.product[b], problem.tactics[k], start, weeks)
        for b, k, start, weeks in zip(*(array.tolist() for array in arrays), strict=True)
    ]
