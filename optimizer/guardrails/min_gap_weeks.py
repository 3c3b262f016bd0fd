"""So many unpromoted weeks between two events of an account and product.

A window binds two consecutive events if both have a week in it. For an event that ends before
week e and the next, which starts in week t >= e, that is: e - 1 >= first and t <= last. So the
starts that are left are those from min(e + value, last + 1) on: one number for each e.
"""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import COUNT
from optimizer.problem import NEVER, Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """Move the earliest next start after each end, and the first start after history."""
    assert rule.value is not None
    gap = int(rule.value)
    free, opens = draft.limits.free, draft.limits.opens
    for end in range(rule.first + 1, rule.last + 1):
        earliest = min(end + gap, rule.last + 1)
        free[rule.blocks, end] = np.maximum(free[rule.blocks, end], earliest)
    if rule.since_history and rule.first <= rule.last:
        ends = draft.standing.history_end[rule.blocks]
        earliest_starts = np.where(ends == NEVER, 0, np.minimum(ends + gap, rule.last + 1))
        opens[rule.blocks] = np.maximum(opens[rule.blocks], earliest_starts)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the fewest weeks between two consecutive events that both count."""
    assert rule.value is not None
    worst, where = None, "-"
    selected = set(rule.blocks.tolist())
    standing = sight.problem.standing
    ends: dict[int, int] = {}
    if standing is not None and rule.since_history and rule.first <= rule.last:
        past = standing.history_end
        ends = {b: int(past[b]) for b in selected if past[b] != NEVER}
    calendar = sight.calendar
    order = np.lexsort((calendar.start, calendar.block))
    for block, start, weeks in zip(
        calendar.block[order].tolist(),
        calendar.start[order].tolist(),
        calendar.weeks[order].tolist(),
        strict=True,
    ):
        if block not in selected or start + weeks <= rule.first or start > rule.last:
            continue
        # Events between two that have a selected week have one too, so that the last one seen
        # is the one just before.
        gap = start - ends[block] if block in ends else None
        if gap is not None and (worst is None or gap < worst):
            worst, where = gap, sight.name(block)
        ends[block] = start + weeks
    message = Text(
        "at least {value} weeks between events of a product in an account: {worst} for {where}",
        value=int(rule.value),
        worst="-" if worst is None else worst,
        where=where,
    )
    slack = None if worst is None else worst - rule.value
    return Measure(rule.rule, rule.selection, rule.value, worst, slack, message)


KIND = Kind("min_gap_weeks", COUNT, restrict, measure)
