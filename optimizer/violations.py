"""Which rules a calendar breaks: the one definition, beside the verifier's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.guardrails.kind import MONEY_TOLERANCE, UNITS_TOLERANCE, Measure, Sight
from optimizer.guardrails.registry import RULES
from optimizer.problem import Calendar, Problem, Row, Sense
from optimizer.standing import standing_violations
from optimizer.value import Outcome, value
from workspace.money import to_cents
from workspace.text import Text


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold. `slack` < 0 is by how much, in the rule's own unit."""

    name: str  # the rule with its selection, or the budget
    limit: float | None
    worst: float | None
    slack: float
    message: Text

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


def measures(
    problem: Problem, calendar: Calendar, outcome: Outcome | None = None
) -> tuple[Measure, ...]:
    """How the calendar stands to every guardrail, kept or broken, in the scenario's order."""
    outcome = value(problem, calendar) if outcome is None else outcome
    sight = Sight(problem, calendar, outcome)
    return tuple(RULES[rule.rule].measure(rule, sight) for rule in problem.rules)


def penalties(problem: Problem, measured: tuple[Measure, ...]) -> tuple[int | None, ...]:
    """What each soft rule costs, in cents; None for a hard rule. `measured` as by `measures`."""
    return tuple(
        int(to_cents(np.array(rule.penalty * measure.shortage))) if rule.soft else None
        for rule, measure in zip(problem.rules, measured, strict=True)
    )


def spent(row: Row, outcome: Outcome) -> float:
    """What the plan spends of a budget, in currency, excl. VAT."""
    return int(outcome.spend[row.blocks, row.first : row.last + 1].sum()) / 100.0


def budget_slack(row: Row, outcome: Outcome) -> float:
    """What is left until a budget's limit, in currency; < 0: it is missed by so much."""
    spend = spent(row, outcome)
    return spend - row.limit if row.sense == Sense.AT_LEAST else row.limit - spend


def violations(
    problem: Problem, calendar: Calendar, outcome: Outcome | None = None
) -> tuple[Violation, ...]:
    """Every hard rule that the calendar breaks: fixed and possible events, guardrails, budgets."""
    outcome = value(problem, calendar) if outcome is None else outcome
    found = [
        Violation(name, None, float(count), -float(count), message)
        for name, count, message in standing_violations(problem, calendar)
    ]
    for rule, measure in zip(problem.rules, measures(problem, calendar, outcome), strict=True):
        if measure.broken and not rule.soft:
            assert measure.slack is not None
            found.append(
                Violation(rule.name, rule.value, measure.worst, measure.slack, measure.message)
            )
    for row in problem.budgets:
        spend = spent(row, outcome)
        slack = budget_slack(row, outcome)
        if slack < -MONEY_TOLERANCE:
            if row.sense == Sense.AT_LEAST:
                text = Text(
                    "at least {limit:,.2f} to be spent: {spend:,.2f}", limit=row.limit, spend=spend
                )
            else:
                text = Text(
                    "at most {limit:,.2f} to be spent: {spend:,.2f}", limit=row.limit, spend=spend
                )
            found.append(Violation(row.name, row.limit, spend, slack, text))
    return (*found, *_shortages(problem, outcome))


def _shortages(problem: Problem, outcome: Outcome) -> Iterator[Violation]:
    """Rows of supply that the plan's units exceed."""
    for row in problem.rows:
        if row.rule != "supply":
            continue
        units = sum(
            term.weight * float(outcome.units[term.blocks, term.first : term.last + 1].sum())
            for term in row.terms
        )
        slack = row.limit - units
        if slack < -UNITS_TOLERANCE * max(1.0, row.limit):
            text = Text(
                "at most {limit:,.1f} units can be delivered until then: {units:,.1f}",
                limit=row.limit,
                units=units,
            )
            yield Violation(row.name, row.limit, units, slack, text)
