"""No discount deeper than a share of the regular price."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import EDGE, Draft
from optimizer.guardrails.kind import Kind, Measure, Sight
from optimizer.guardrails.values import SHARE
from optimizer.problem import Rule
from workspace.text import Text


def restrict(rule: Rule, draft: Draft) -> None:
    """No event of a deeper tactic with a selected week."""
    assert rule.value is not None
    draft.forbid(rule, draft.depth > rule.value + EDGE)


def measure(rule: Rule, sight: Sight) -> Measure:
    """Worst: the deepest discount of a selected block in a selected week."""
    assert rule.value is not None
    grid = sight.grid[rule.blocks, rule.first : rule.last + 1]
    depths = sight.problem.depth[rule.blocks[:, None], grid]
    worst = float(depths.max(initial=0.0))
    deepest = depths.max(axis=1, initial=0.0)
    where = sight.name(int(rule.blocks[np.argmax(deepest)])) if worst else "-"
    message = Text(
        "no discount deeper than {value:.1%}: {worst:.1%} of {where}",
        value=rule.value,
        worst=worst,
        where=where,
    )
    return Measure(rule.rule, rule.selection, rule.value, worst, rule.value - worst, message, EDGE)


KIND = Kind("max_depth", SHARE, restrict, measure)
