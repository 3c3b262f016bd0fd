"""guardrails.csv: each rule of the scenario, how near the plan comes to it, and what is left."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan import Plan
from optimizer.reports.cells import money, number

HEADER = ("rule", "selection", "value", "worst", "slack", "penalty")


def guardrails(plan: Plan) -> Iterator[list[str]]:
    """One row for each guardrail, in the scenario's order."""
    for measure, paid in zip(plan.measures, plan.penalties, strict=True):
        figures = (number(measure.value), number(measure.worst), number(measure.slack))
        yield [measure.rule, measure.selection, *figures, "" if paid is None else money(paid)]
