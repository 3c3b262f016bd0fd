"""What would have to give way: the least change of one demand after which there is a plan.

A demand with a price is made soft at a price above everything else, so that the search finds the
plan that misses it least; what that plan comes to is the new value. Others are tried value by
value. Each answer is checked by solving the changed scenario again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.conflict.case import Case, Demand, Sort, up_to_cents
from optimizer.guardrails.registry import RULES
from optimizer.problem import Problem, Row, Sense
from optimizer.spec import Guardrail
from optimizer.value import value as worth
from optimizer.violations import measures, spent

NEAR = 1e-3  # gap in which the least change is known closely enough, at most
DIGITS = 6  # of shares and ratios
DOWN = (
    "required",
    "volume_floor",
    "retailer_margin_floor",
    "roi_floor",
    "min_gap_weeks",
    "price_floor",
)
WHOLE = ("max_events", "max_weeks_on_deal", "slots", "required", "min_gap_weeks")


@dataclass(frozen=True)
class Relaxation:
    """One demand changed so that a plan exists."""

    demand: Demand
    value: float | None  # in place of the old one; None: the demand has to go
    enough: bool  # checked: with this change alone there is a plan
    objective: float | None  # what the plan found by that check earns, currency

    @property
    def size(self) -> float:
        """How large the change is: a share of the old value, infinite where the demand goes."""
        old = self.demand.value
        if self.value is None or old is None:
            return math.inf
        return abs(self.value - old) / max(abs(old), 1e-9)


def relaxations(case: Case, conflict: Sequence[Demand]) -> list[Relaxation]:
    """For each demand of a conflict the least change that suffices; the cheapest first."""
    every = case.demands()
    found = []
    for demand in conflict:
        if case.clock.left <= 0:
            break
        value = _new_value(case, demand)
        found.append(_checked(case, demand, value, every))
    return sorted(found, key=lambda r: (not r.enough, r.size, r.demand))


def _checked(
    case: Case, demand: Demand, value: float | None, every: Sequence[Demand]
) -> Relaxation:
    if value is not None:
        answer = case.first_plan(_with_value(case, demand, value))
        if answer.calendar is not None:
            return Relaxation(demand, value, True, answer.profit)
    others = [d for d in every if d != demand]
    answer = case.answer(others)
    if answer.calendar is not None:
        better = case.first_plan(case.problem(others))
        answer = better if better.calendar is not None else answer
    return Relaxation(demand, None, answer.calendar is not None, answer.profit)


def _new_value(case: Case, demand: Demand) -> float | None:
    """The least change of the demand's value that looks sufficient; None where it has none."""
    if demand.sort is Sort.BUDGET:
        return _new_amount(case, demand)
    if demand.sort is not Sort.GUARDRAIL or demand.value is None:
        return None
    guardrail = case.spec.guardrails[demand.place]
    if RULES[guardrail.rule].soft:
        return _least_missed(case, demand)
    return _first_that_works(case, demand, guardrail)


def _least_missed(case: Case, demand: Demand) -> float | None:
    """What the plan comes to that misses the rule least, all others kept."""

    def soften(place: int, guardrail: Guardrail) -> Guardrail:
        if place != demand.place:
            return guardrail
        return guardrail.model_copy(update={"hard": False, "penalty": _dear(case)})

    problem = case.problem(None, soften)
    answer = case.first_plan(problem, _near_enough(case))
    if answer.calendar is None:
        return None
    worst = measures(problem, answer.calendar)[demand.place].worst
    return None if worst is None else rounded(problem.rules[demand.place].rule, worst)


def rounded(rule: str, value: float) -> float:
    """A value that the plan surely keeps: whole, or rounded to where the rule is looser."""
    if rule in WHOLE:
        return float(round(value))
    scale = 10.0**DIGITS
    down = math.floor(value * scale) / scale
    return down if rule in DOWN else math.ceil(value * scale) / scale


def _new_amount(case: Case, demand: Demand) -> float | None:
    """The amount that the plan spends which misses the budget least."""
    problem = case.problem(None)

    def softened(row: Row) -> Row:
        mine = row.rule == "budget" and row.name == demand.name
        return replace(row, penalty=_dear(case)) if mine else row

    bent = replace(
        problem,
        rows=tuple(softened(row) for row in problem.rows),
        broken=tuple(name for name in problem.broken if name != demand.name),
    )
    answer = case.first_plan(bent, _near_enough(case))
    if answer.calendar is None:
        return None
    budget = problem.budgets[demand.place]
    amount = spent(budget, worth(problem, answer.calendar))
    return amount if budget.sense is Sense.AT_LEAST else up_to_cents(amount)


def _dear(case: Case) -> float:
    """A penalty beside which profit is small change."""
    base = case.problem(None)
    margin = np.abs(base.money.list_price - base.money.unit_cost)
    return 10.0 + float(10.0 * (margin[:, None] * base.demand.base).mean(axis=1).max())


def _near_enough(case: Case) -> float:
    """A gap in which not half a unit of what is so dear can hide; in money, some cents."""
    base = case.problem(None)
    margin = base.money.list_price - base.money.unit_cost
    everything = float((np.abs(margin)[:, None] * base.demand.base).sum())
    return min(NEAR, 0.25 * _dear(case) / max(1.0, everything))


def _first_that_works(case: Case, demand: Demand, guardrail: Guardrail) -> float | None:
    """The nearest value with a plan among those that matter: bisection, for looser is easier."""
    options = _looser(case.problem(None), demand, guardrail)
    low, high = 0, len(options) - 1
    if not options or not _works(case, demand, options[high]):
        return None
    while low < high:
        middle = (low + high) // 2
        if _works(case, demand, options[middle]):
            high = middle
        else:
            low = middle + 1
    return options[high]


def _works(case: Case, demand: Demand, value: float) -> bool:
    return case.first_plan(_with_value(case, demand, value)).calendar is not None


def _looser(problem: Problem, demand: Demand, guardrail: Guardrail) -> list[float]:
    """Values of a rule that allow more, nearest first."""
    old = float(demand.value or 0.0)
    blocks = problem.rules[demand.place].blocks
    if guardrail.rule == "min_gap_weeks":
        return [float(value) for value in range(int(old) - 1, -1, -1)]
    if guardrail.rule == "max_depth":
        values = {float(d) for d in problem.depth[blocks].ravel() if d > old}
        return sorted(rounded("max_depth", v) for v in values)
    prices = {float(p) for p in problem.money.shelf_price[blocks].ravel()}
    prices |= {float(p) for p in problem.money.base_price[blocks]}
    if problem.ladder is not None:
        for money in problem.ladder.money:
            prices |= {float(p) for p in money.shelf_price[blocks].ravel()}
    if guardrail.rule == "price_floor":
        return sorted((rounded("price_floor", p) for p in prices if p < old), reverse=True)
    if guardrail.rule == "price_ceiling":
        return sorted(rounded("price_ceiling", p) for p in prices if p > old)
    if guardrail.rule == "price_parity":
        return [min(100.0, rounded("price_parity", _spread(problem)))]
    return []


def _spread(problem: Problem) -> float:
    """The widest spread of regular prices of a product in any market."""
    price = problem.money.base_price
    widest = 0.0
    for product in set(problem.product):
        mine = price[[p == product for p in problem.product]]
        widest = max(widest, float(mine.max() / mine.min() - 1.0))
    return widest


def _with_value(case: Case, demand: Demand, value: float) -> Problem:
    """The whole scenario with another value for one demand."""
    if demand.sort is Sort.BUDGET:
        amounts = {**case.spec.budgets, demand.name: value}
        spec = case.spec.model_copy(update={"budgets": amounts})
        return replace(case, spec=spec).problem(None)

    def change(place: int, guardrail: Guardrail) -> Guardrail:
        return guardrail.model_copy(update={"value": value}) if place == demand.place else guardrail

    return case.problem(None, change)
