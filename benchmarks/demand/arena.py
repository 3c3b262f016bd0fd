"""Plan with a belief, then live through the plan in the market as it really is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from benchmarks.demand.markets import Given
from models.response import Response
from models.simulator import FORMS, known_response
from models.simulator.calendar import runs_of
from models.simulator.profit import value_runs
from optimizer.build import build
from optimizer.problem import Calendar, Problem
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from optimizer.value import value

LARGER = (1.0, 1.4, 1.9, 2.5)  # how many times the known losses are told where tables fall short


@dataclass(frozen=True)
class Lived:
    """A plan and what came of it. Money in the market's currency, excl. VAT."""

    promised: float
    true: float
    spend_planned: float
    spend_true: float
    events: int


def live(given: Given, response: Response, effort: SolveOptions) -> Lived:
    """Plan with these beliefs, then simulate the plan; no plan at all earns nothing."""
    problem = build(given.workspace, response, given.spec)
    found = solve(problem, effort).calendar
    if found is None:
        return Lived(0.0, 0.0, 0.0, 0.0, 0)
    promised = value(problem, found)
    truth = given.market.truth
    runs = runs_of(events_of(problem, found), truth, given.workspace)
    true = value_runs(truth, given.workspace, runs)
    return Lived(promised.objective, true.profit, promised.spend_cents / 100, true.spend, len(runs))


def clairvoyant(given: Given, effort: SolveOptions) -> Lived:
    """What one who knows the truth earns: with `known_response`, and more where it falls short.

    Where tables cannot say the truth (switching, stockpiling) they are the closest ones, with all
    late effects told within four weeks; the plans with losses told LARGER are lived through too,
    and what really earned most is kept. It is a strong plan, not a proven best one.
    """
    truth = given.market.truth
    known = known_response(truth, given.workspace.tactics)
    told = LARGER[:1] if FORMS[truth.form].tabular else LARGER
    lived = [live(given, larger(known, times), effort) for times in told]
    return max(lived, key=lambda one: one.true)


def larger(response: Response, times: float) -> Response:
    """The same response with every dip and cross effect so many times as large."""
    tables = {
        name: getattr(response, name).assign(
            coefficient=times * getattr(response, name)["coefficient"]
        )
        for name in ("carry", "cross")
    }
    return Response.of(
        baseline=response.baseline, lift=response.lift, price=response.price, **tables
    )


def events_of(problem: Problem, calendar: Calendar) -> pd.DataFrame:
    """account, product, tactic, start_week, weeks of every event."""
    return pd.DataFrame(
        {
            "account": [problem.account[block] for block in calendar.block],
            "product": [problem.product[block] for block in calendar.block],
            "tactic": [problem.tactics[tactic] for tactic in calendar.tactic],
            "start_week": [problem.weeks[start] for start in calendar.start],
            "weeks": calendar.weeks,
        }
    )
