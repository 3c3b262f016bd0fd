"""Why a calendar changed: each changed product is put back as it was, and the plan valued anew.

Where that would break a rule, the rule is the reason. Where it would earn less, the money of the
other scenario is. Where it would earn more and keep every rule, nothing but the search is: the plan
is then within its gap. Exact: the whole plan is valued, with all dips and losses to siblings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from optimizer.plan import Plan
from scenarios.comparison.changes import Change
from scenarios.comparison.contender import Contender
from scenarios.comparison.schedule import Schedule
from scenarios.comparison.worlds import World
from workspace.faults import InputError
from workspace.text import Text

NOT_HERE = Text("what ran in the base cannot run in this scenario at all")


def explained(
    found: Iterable[Change], base: Contender, other: Contender, world: World
) -> list[Change]:
    """The changes of a plan with the reason of each; kept events have none.

    `world`: that of `other`.
    """
    found = list(found)
    changed = sorted({change.block for change in found if not change.kept})
    if not changed:
        return found
    plan = world.plan(world.calendar(other.schedule))
    why = {
        block: _why(plan, world, other.schedule.with_block(base.schedule, block))
        for block in changed
    }
    return [change if change.kept else replace(change, reason=why[change.block])
            for change in found]  # fmt: skip


def _why(plan: Plan, world: World, swapped: Schedule) -> Text:
    """What would happen to the plan with one product put back."""
    try:
        back = world.plan(world.calendar(swapped))
    except InputError:
        return NOT_HERE
    before = {violation.name for violation in plan.violations}
    broken = [found.name for found in back.violations if found.name not in before]
    worth = (back.objective_cents - back.penalty_cents) - (
        plan.objective_cents - plan.penalty_cents
    )
    if broken:
        return Text(
            "with this product as in the base, {rule} would be broken and profit change by"
            " {change:+,.2f}",
            rule=broken[0],
            change=worth / 100.0,
        )
    if worth < 0:
        return Text(
            "with this product as in the base, the plan would earn {loss:,.2f} less",
            loss=-worth / 100.0,
        )
    if worth == 0:
        return Text("with this product as in the base, the plan would earn the same")
    return Text(
        "with this product as in the base, the plan would earn {gain:,.2f} more: the search has"
        " left that open",
        gain=worth / 100.0,
    )
