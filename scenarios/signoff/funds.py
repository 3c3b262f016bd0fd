"""Money drawn from shared budgets: looked up and written in one serialisable transaction.

It is reserved with the last approval, not when a plan is submitted: one person's wish must not
keep others from a budget, and whoever signs commits the money with the same stroke.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select

from scenarios.signoff.dossier import Fund
from scenarios.signoff.refused import Refused
from scenarios.store.tables import reservations
from workspace.text import Text


def reserved(connection: Connection, fund: str) -> int:
    """Cents that are reserved in a fund."""
    total = select(func.coalesce(func.sum(reservations.c.amount), 0))
    return int(connection.execute(total.where(reservations.c.fund == fund)).scalar() or 0)


def held(connection: Connection, proposal: int) -> dict[str, int]:
    """Cents that a proposal holds, by fund."""
    query = select(reservations.c.fund, reservations.c.amount)
    rows = connection.execute(query.where(reservations.c.proposal == proposal)).all()
    return {str(fund): int(amount) for fund, amount in rows}


def reserve(
    connection: Connection,
    plan: str,
    proposal: int,
    funds: Iterable[Fund],
    already: Mapping[str, int],
) -> dict[str, int]:
    """Reserve what a proposal draws beyond `already`, by fund; returns what was reserved.

    Raises Refused where a fund has not enough left. Only safe inside a serialisable transaction:
    between looking and writing nobody else may draw.
    """
    drawn: dict[str, int] = {}
    for fund in funds:
        more = max(0, fund.amount - already.get(fund.name, 0))
        left = fund.limit - reserved(connection, fund.name)
        if more > left:
            raise Refused(
                plan,
                "approve",
                Text(
                    "{amount:.2f} more to be drawn from {fund}", amount=more / 100, fund=fund.name
                ),
                Text("at most the {left:.2f} that are left in it", left=max(0, left) / 100),
            )
        if more:
            values = {"fund": fund.name, "proposal": proposal, "amount": more}
            connection.execute(insert(reservations).values(**values))
            drawn[fund.name] = more
    return drawn


def release(connection: Connection, proposal: int) -> dict[str, int]:
    """Give back what a proposal had reserved; returns it, by fund."""
    given = held(connection, proposal)
    connection.execute(delete(reservations).where(reservations.c.proposal == proposal))
    return given
