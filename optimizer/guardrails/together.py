"""Products of a line share every event of an account: same deal, same weeks."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft, clusters
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import Ints, Kin, Problem, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Nothing here: `selection.lines_of` has gathered the lines, which `limits.settle` binds."""


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: events that some product of a line has and another one has not, all told."""
    problem, calendar = sight.problem, sight.calendar
    assert problem.kin is not None
    events: dict[int, set[tuple[int, int, int]]] = {}
    rows = (calendar.block, calendar.tactic, calendar.start, calendar.weeks)
    for block, tactic, start, weeks in zip(*(a.tolist() for a in rows), strict=True):
        events.setdefault(block, set()).add((tactic, start, weeks))
    worst, where = 0, "-"
    for name, members in _lines(rule, problem, problem.kin):
        each = [events.get(block, set()) for block in members.tolist()]
        alone = sum(len(set().union(*each) - mine) for mine in each)
        where = name if alone and not worst else where
        worst += alone
    message = Text(
        "products of a line share every event of an account: {worst} not shared, first in {where}",
        worst=worst,
        where=where,
    )
    return Measure(rule.rule, rule.selection, None, worst, -worst, message)


def _lines(rule: Rule, problem: Problem, kin: Kin) -> list[tuple[str, Ints]]:
    """The selected blocks that may be promoted, by account and line."""
    labels = zip(problem.account, kin.line, strict=True)
    blocks = rule.blocks
    if problem.standing is not None:
        blocks = blocks[problem.standing.included[blocks]]
    return clusters(blocks, [f"{account} {line}" if line else "" for account, line in labels])


KIND = Kind("together", NONE, restrict, measure)
