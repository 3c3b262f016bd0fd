"""At most so many products on promotion in an account in each week."""

from __future__ import annotations

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import COUNT
from optimizer.problem import Quantity, Rule, Sense
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """One row per account and week, where more products could run than there are slots."""
    assert rule.value is not None
    for account, blocks in draft.by_account(rule.blocks[draft.active[rule.blocks]]):
        if blocks.size <= rule.value:
            continue
        for week in range(rule.first, rule.last + 1):
            draft.add_row(
                rule,
                f"{account} week {week + 1}",
                Quantity.ACTIVE,
                Sense.AT_MOST,
                rule.value,
                blocks,
                first=week,
                last=week,
            )


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the most selected products that an account promotes in a selected week."""
    assert rule.value is not None
    worst, where, when = 0, "-", "-"
    problem = sight.problem
    for account in sorted({problem.account[b] for b in rule.blocks}):
        blocks = [b for b in rule.blocks if problem.account[b] == account]
        counts = sight.promoted[blocks, rule.first : rule.last + 1].sum(axis=0)
        if counts.max(initial=0) > worst:
            worst, where = int(counts.max()), account
            when = problem.weeks[rule.first + int(counts.argmax())]
    message = Text(
        "at most {value} products on promotion in an account and week: {worst} in {where}, {week}",
        value=int(rule.value),
        worst=worst,
        where=where,
        week=when,
    )
    return Measure(rule.rule, rule.selection, rule.value, worst, rule.value - worst, message)


KIND = Kind("slots", COUNT, restrict, measure)
