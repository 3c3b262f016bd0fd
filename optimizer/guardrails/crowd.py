"""At most so many blocks of a cluster on promotion in one week: what slots and the like share."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.kind import Sight
from optimizer.problem import Ints, Quantity, Rule, Sense

Clusters = list[tuple[str, Ints]]


@dataclass(frozen=True)
class Crowd:
    """The fullest cluster and week. `excess`: promoted block-weeks above the limit, all told."""

    count: int
    where: str
    week: str
    excess: int


def limit_crowds(rule: Rule, draft: Draft, clusters: Clusters, most: float) -> None:
    """One row for each cluster and selected week, where more blocks could run than may."""
    for name, blocks in clusters:
        if blocks.size <= most:
            continue
        for week in range(rule.first, rule.last + 1):
            draft.add_row(
                rule,
                f"{name} week {week + 1}",
                Quantity.ACTIVE,
                Sense.AT_MOST,
                most,
                blocks,
                first=week,
                last=week,
            )


def fullest(rule: Rule, sight: Sight, clusters: Clusters, most: float) -> Crowd:
    """The first cluster and week with the most promoted blocks."""
    worst, where, when, excess = 0, "-", "-", 0
    for name, blocks in clusters:
        counts = sight.promoted[blocks, rule.first : rule.last + 1].sum(axis=0)
        excess += int((counts - int(most)).clip(min=0).sum())
        if counts.max(initial=0) > worst:
            worst, where = int(counts.max()), name
            when = sight.problem.weeks[rule.first + int(counts.argmax())]
    return Crowd(worst, where, when, excess)
