"""The announced depth is against the lowest price of the prior 30 days (EU 98/6/EC article 6a).

Depths are off the regular price. So what is announced is true only if the regular price was also
the lowest of those 30 days: an event with a price cut starts at least 30 days, in whole weeks five,
after the last one of its product in the account has ended. Events before the horizon always count.
Where regular prices are planned, it also starts that long after the last time they were raised.
"""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import NONE
from optimizer.problem import NEVER, Ints, Quantity, Rule, Sense, Term
from workspace.text import Text

DAYS = 30
WEEKS = 5  # the whole weeks that cover them


def restrict(rule: Rule, draft: Draft) -> None:
    """Gaps where every event of a block is a cut and every week is selected, else rows."""
    if rule.first > rule.last:
        return
    shapes, limits = draft.shapes, draft.limits
    cuts = draft.depth[:, shapes.tactic] > 0.0  # (P, S)
    starts = np.arange(draft.horizon)
    recent = draft.standing.history_cut
    selected = (starts >= rule.first) & (starts <= rule.last)
    for block in rule.blocks:
        if recent[block] != NEVER:
            early = selected & (starts < recent[block] + WEEKS)
            limits.allowed[block] &= ~(cuts[block][:, None] & early[None, :])
        possible = limits.allowed[block].any(axis=1)
        if draft.whole(rule) and cuts[block][possible].all():
            ends = np.arange(limits.free.shape[1])
            limits.free[block] = np.maximum(limits.free[block], ends + WEEKS)
        elif cuts[block][possible].any():
            _rows(rule, draft, int(block))
        if cuts[block][possible].any():
            _rows_of_raises(rule, draft, int(block))


def _rows_of_raises(rule: Rule, draft: Draft, block: int) -> None:
    """For each week: a cut that starts, or a raise in it or the four weeks before, not both."""
    if draft.ladder is None or not draft.ladder.priced[block]:
        return
    where = np.array([block], dtype=np.int64)
    most = min(draft.ladder.changes, WEEKS)
    for week in range(rule.first, rule.last + 1):
        first = max(0, week - WEEKS + 1)
        raised = Term(Quantity.RAISES, 1.0 / most, where, first, week)
        draft.add_row(
            rule,
            f"{draft.block_name(block)} raised before week {week + 1}",
            Quantity.CUT_STARTS,
            Sense.AT_MOST,
            1.0,
            where,
            first=week,
            last=week,
            more=(raised,),
        )


def _rows(rule: Rule, draft: Draft, block: int) -> None:
    """For each week: a cut that starts, or one that ran in the five weeks before, not both."""
    where = np.array([block], dtype=np.int64)
    for week in range(max(1, rule.first), rule.last + 1):
        first = max(0, week - WEEKS)
        ran = Term(Quantity.CUTS, 1.0 / WEEKS, where, first, week - 1)
        draft.add_row(
            rule,
            f"{draft.block_name(block)} week {week + 1}",
            Quantity.CUT_STARTS,
            Sense.AT_MOST,
            1.0,
            where,
            first=week,
            last=week,
            more=(ran,),
        )


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the fewest days from the end of a cut, or a raise, to the next cut, if selected."""
    worst, where = None, "-"
    for block in rule.blocks.tolist():
        for days, start in _gaps(sight, block):
            if rule.first <= start <= rule.last and (worst is None or days < worst):
                worst, where = days, sight.name(block)
    message = Text(
        "{days} days at the regular price before an event announces a cut of it:"
        " {worst} for {where}",
        days=DAYS,
        worst="-" if worst is None else worst,
        where=where,
    )
    slack = None if worst is None else float(worst - DAYS)
    return Measure(rule.rule, rule.selection, None, worst, slack, message)


def _gaps(sight: Sight, block: int) -> list[tuple[int, int]]:
    """Days since a cut or a raise before, and first week, of events with a cut that have one."""
    problem, calendar = sight.problem, sight.calendar
    mine = np.flatnonzero(calendar.block == block)
    mine = mine[problem.depth[block, calendar.tactic[mine]] > 0.0]
    start: Ints = np.sort(calendar.start[mine])
    order = np.argsort(calendar.start[mine])
    end = start + calendar.weeks[mine][order]
    recent = NEVER if problem.standing is None else int(problem.standing.history_cut[block])
    before = np.concatenate([[recent], end[:-1]]) if start.size else end
    gaps = [(7 * int(s - b), int(s)) for s, b in zip(start, before, strict=True) if b != NEVER]
    if problem.ladder is None:
        return gaps
    prices = np.append(problem.money.base_price[block], sight.regular[block])
    raised = np.flatnonzero(np.diff(prices) > EDGE)
    last = np.searchsorted(raised, start, side="right") - 1
    return gaps + [
        (7 * int(s - raised[i]), int(s)) for s, i in zip(start, last, strict=True) if i >= 0
    ]


KIND = Kind("prior_price", NONE, restrict, measure)
