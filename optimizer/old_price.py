"""What a recommended regular price is worth: what the plan would lose with the price before it.

As for events (`optimizer.instead`): the group is planned anew, deals and other prices included,
with the price held where it was, at the prices of what is scarce.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.anew import group_anew
from optimizer.codes import codes_in, codes_of, levels_in, shapes_in
from optimizer.plan import Plan
from optimizer.pricing import Pricer
from optimizer.problem import Floats, Ints, Moves


@dataclass(frozen=True)
class OldPrice:
    """What it would cost to leave a regular price as it was."""

    move: int  # its row among the plan's changes of prices
    loses: float  # what the plan would earn less, currency, >= 0


def old_prices(plan: Plan) -> tuple[OldPrice, ...]:
    """For each change of the plan's prices; pinned ones are passed over.

    So is every change without which nothing keeps the rules, and all of a plan without duals.
    """
    moves, problem = plan.calendar.moves, plan.problem
    if plan.duals is None or problem.ladder is None or moves is None:
        return ()
    with Pricer(problem) as pricer:
        codes = codes_in(plan.calendar, problem)
        found = [_held(pricer, -plan.duals, codes, moves, i) for i in range(moves.block.size)]
    return tuple(one for one in found if one is not None)


def _held(pricer: Pricer, worth: Floats, codes: Ints, moves: Moves, move: int) -> OldPrice | None:
    """Plan a group anew with a price held until its next change."""
    problem, whole = pricer.problem, pricer.arrays
    block, week = int(moves.block[move]), int(moves.week[move])
    kinds = int(problem.shapes.tactic.size)
    levels = levels_in(codes[block], kinds)
    old = int(levels[week - 1]) if week else 0
    later = moves.week[(moves.block == block) & (moves.week > week)]
    end = int(later.min(initial=problem.horizon))
    levels[week:end] = old
    before = codes.copy()
    before[block] = codes_of(shapes_in(codes[block], kinds), levels, kinds)
    is_open = whole.option_open.copy()
    options = np.arange(is_open.shape[1]) // len(problem.tactics)
    is_open[block, options != old, week:end] = False
    found = group_anew(pricer, worth, codes, block, before, whole._replace(option_open=is_open))
    return None if found is None else OldPrice(move, found.loses)
