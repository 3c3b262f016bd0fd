"""The optimiser against the exhaustive search, one tiny instance at a time."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.build import build
from optimizer.master import Solver
from optimizer.problem import Problem
from optimizer.regular_prices import regular_prices
from optimizer.solution import Solution, SolutionStatus, SolveOptions
from optimizer.solve import solve
from tests.oracle.evaluate import evaluate
from tests.oracle.exhaustive import best_plan
from tests.oracle.instance import Tiny
from tests.oracle.market import Calendar, Event, Market, Price
from tests.oracle.memory import inputs_of, tiny_inputs

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

    def falsehoods(self) -> list[str]:
        """What is claimed and not so, however far the solve got."""
        found, wrong = self.solution, []
        if found.status is SolutionStatus.INFEASIBLE and self.best is not None:
            wrong.append(f"called infeasible, best {self.best}")
        if found.calendar is not None:
            verdict = evaluate(self.market, events_of(self.problem, found))
            if verdict.broken:
                wrong.append(f"the plan breaks {verdict.broken}")
            net = verdict.objective - verdict.penalty
            if found.objective is None or abs(found.objective * 100 - net) > CLOSE:
                wrong.append(f"promised {found.objective}, earns {net}")
            if self.best is None:
                wrong.append(f"earns {net}, yet nothing keeps the rules")
            elif found.status is SolutionStatus.SOLVED and abs(net - self.best) > CLOSE:
                wrong.append(f"called solved, earns {net}, best {self.best}")
        if None not in (self.best, found.bound) and found.bound * 100 < self.best - CLOSE:
            wrong.append(f"bound {found.bound}, best {self.best}")
        return [f"seed {self.seed}: {text}" for text in wrong]

    def complaints(self) -> list[str]:
        """Falsehoods, and everything else in which a solve with enough time falls short."""
        found, short = self.solution, []
        if (self.best is None) != (found.status is SolutionStatus.INFEASIBLE):
            short.append(f"status {found.status}, best {self.best}")
        if self.best is not None:
            if found.objective is None:
                short.append(f"no plan, best {self.best}")
            elif abs(found.objective * 100 - self.best) > CLOSE:
                short.append(f"objective {found.objective}, best {self.best}")
        return self.falsehoods() + [f"seed {self.seed}: {text}" for text in short]


def contest(
    seed: int, solver: Solver, options: SolveOptions = OPTIONS, instance: Tiny | None = None
) -> Contest:
    """Solve an instance both ways: that of the seed, or another one given."""
    workspace, response, spec = tiny_inputs(seed) if instance is None else inputs_of(instance)
    best, _ = best_plan(workspace, response, spec)
    problem = build(workspace, response, spec)
    solution = solve(problem, options, solver=solver)
    market = Market.of(workspace, response, spec)
    return Contest(seed, market, problem, solution, best)


def events_of(problem: Problem, solution: Solution) -> Calendar:
    """The solver's calendar in words, with the prices that are not the listed ones."""
    calendar = solution.calendar
    if calendar is None:
        return []
    arrays = (calendar.block, calendar.tactic, calendar.start, calendar.weeks)
    events: Calendar = [
        Event(problem.account[b], problem.product[b], problem.tactics[k], start, weeks)
        for b, k, start, weeks in zip(*(array.tolist() for array in arrays), strict=True)
    ]
    prices = regular_prices(problem, calendar)
    for block, path in enumerate(prices.tolist()):
        pair = problem.account[block], problem.product[block]
        listed = float(problem.money.base_price[block])
        events += [Price(*pair, price, t, 1) for t, price in enumerate(path) if price != listed]
    return events
