"""Why an event is in a plan: one short sentence that is true of the figures beside it."""

from __future__ import annotations

from optimizer.objective import PROFIT
from optimizer.plan import Plan
from optimizer.problem import Ints, Quantity, Row
from workspace.text import Text

BINDS = 1e-6  # profit per unit of a row below which it does not bind


def reasons(plan: Plan, profit: Ints, spend: Ints) -> list[Text]:
    """A sentence for each event of the plan's calendar; `profit` and `spend` in cents, (n,)."""
    pinned = _pinned(plan)
    scarce = binding(plan)
    calendar = plan.calendar
    found = []
    for i in range(calendar.block.size):
        block, start, weeks = (int(a[i]) for a in (calendar.block, calendar.start, calendar.weeks))
        mine = [(row, dual) for row, dual in scarce if _touches(row, block, start, start + weeks)]
        if (block, int(calendar.tactic[i]), start, weeks) in pinned:
            found.append(Text("pinned: it has to stay as it is"))
        elif plan.given:
            found.append(Text("as given in the calendar that was evaluated"))
        elif plan.duals is None or plan.spec.maximised != PROFIT:
            found.append(Text("part of the best calendar found"))
        else:
            found.append(_why(mine, int(profit[i]), int(spend[i])))
    return found


def _why(binding: list[tuple[Row, float]], profit: int, spend: int) -> Text:
    """The reason of an event that was chosen, from the rows that bind where it runs."""
    budgets = [(row, dual) for row, dual in binding if row.quantity is Quantity.SPEND and dual > 0]
    if budgets and spend > 0:
        row, dual = max(budgets, key=lambda pair: pair[1])
        if profit / spend >= dual:
            return Text(
                "earns {earned} per 1.00 of budget {budget}, whose last 1.00 earns {dual}",
                earned=f"{profit / spend:.2f}",
                budget=row.name,
                dual=f"{dual:.2f}",
            )
    floors = [row for row, dual in binding if dual < 0]
    if profit <= 0 and floors:
        return Text("helps to keep {rule}, which binds", rule=floors[0].name)
    if profit > 0 and binding:
        return Text("adds profit where {rule} binds", rule=binding[0][0].name)
    if profit > 0:
        return Text("adds profit; no budget or shared rule binds here")
    return Text("part of the best calendar found")


def _pinned(plan: Plan) -> set[tuple[int, int, int, int]]:
    """Pinned events as (block, tactic, start, weeks)."""
    standing = plan.problem.standing
    if standing is None:
        return set()
    fixed = standing.pinned
    return set(
        zip(
            fixed.block.tolist(),
            fixed.tactic.tolist(),
            fixed.start.tolist(),
            fixed.weeks.tolist(),
            strict=True,
        )
    )


def binding(plan: Plan) -> list[tuple[Row, float]]:
    """The rows whose limit is worth something at the margin, with what it is worth."""
    if plan.duals is None:
        return []
    rows = zip(plan.problem.rows, plan.duals.tolist(), strict=True)
    return [(row, dual) for row, dual in rows if abs(dual) > BINDS]


def _touches(row: Row, block: int, start: int, end: int) -> bool:
    """Whether a row is about a block in some week of start..end-1."""
    return start <= row.last and end > row.first and block in row.blocks
