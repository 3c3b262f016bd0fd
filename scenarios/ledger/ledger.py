"""The ledger: every event and every budget from planned to settled, in exact cents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scenarios.ledger.accrued import accrued
from scenarios.ledger.claims import Claim, OverClaim, claims_of, match
from scenarios.ledger.commitments import Commitment, commitments
from scenarios.ledger.scope import Scope, scopes_of
from scenarios.signoff.dossier import fund_of
from scenarios.signoff.funds import reserved
from scenarios.store.engine import reading
from scenarios.store.store import Store
from workspace.money import split_cents
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Sums:
    """Cents, excl. VAT, without rebates.

    planned >= committed: asked for or signed; committed: reserved; accrued: of the committed, come
    due by the day of the ledger; claimed and settled by that day.
    """

    planned: int = 0
    committed: int = 0
    accrued: int = 0
    claimed: int = 0
    settled: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self.cents, other.cents, strict=True)))

    @property
    def cents(self) -> tuple[int, ...]:
        """All five."""
        return self.planned, self.committed, self.accrued, self.claimed, self.settled

    @property
    def unclaimed(self) -> int:
        """What may still be claimed; below 0: claimed too much."""
        return self.committed - self.claimed

    @property
    def unpaid(self) -> int:
        """What was claimed and is not settled."""
        return self.claimed - self.settled


@dataclass(frozen=True)
class EventLine:
    """An event and its money."""

    event: Commitment
    sums: Sums


@dataclass(frozen=True)
class FundLine:
    """A budget and its money. `reserved` is what the store holds for it, `left` what is free."""

    budget: str
    limit: int
    reserved: int
    sums: Sums

    @property
    def left(self) -> int:
        """Cents that nobody has reserved."""
        return self.limit - self.reserved

    @property
    def moved(self) -> bool:
        """Whether what is reserved is no longer what events in the budget's scope commit.

        So it is while a later version of a locked plan is approved, and where somebody has changed
        what the budget is for since its money was reserved.
        """
        return self.reserved != self.sums.committed


@dataclass(frozen=True)
class Ledger:
    """Everything at the end of a day."""

    on: date
    currency: str
    funds: tuple[FundLine, ...]
    events: tuple[EventLine, ...]
    over: tuple[OverClaim, ...]
    totals: Sums  # of the events, and of claims that belong to none

    @property
    def over_claimed(self) -> int:
        """Cents that were claimed beyond what is committed."""
        return sum(beyond.over for beyond in self.over)


def ledger(store: Store, workspace: Workspace, on: date) -> Ledger:
    """The ledger of a workspace at the end of a day.

    Raises InputError where the copy of a signed plan was changed or lost.
    """
    events = commitments(store, workspace.settings.name)
    claimed = match(claims_of(workspace, on), events)
    weekly = [_by_week(e, claimed.of.get(i, ()), on) for i, e in enumerate(events)]
    lines = tuple(
        EventLine(event, sum(sums.values(), Sums()))
        for event, sums in zip(events, weekly, strict=True)
    )
    strangers = _claimed(claimed.strangers)
    return Ledger(
        on=on,
        currency=workspace.settings.currency,
        funds=tuple(_funds(store, workspace, events, weekly)),
        events=lines,
        over=claimed.over,
        totals=sum((line.sums for line in lines), strangers),
    )


def _by_week(event: Commitment, claims: Sequence[Claim], on: date) -> dict[date, Sums]:
    """An event's money by week: claims are spread over its weeks as its spend is."""
    asked = _claimed(claims)
    if not event.weekly:  # it costs nothing; what is claimed for it falls in its first week
        return {event.start_week: asked}
    sizes = [cents for _, cents in event.weekly]
    claimed, settled = (_spread(cents, sizes) for cents in (asked.claimed, asked.settled))
    due = accrued(event.weekly, on)
    money = zip(event.weekly, due, claimed, settled, strict=True)
    return {
        week: Sums(cents, cents, owed, asked_for, paid) if event.committed else Sums(cents)
        for (week, cents), owed, asked_for, paid in money
    }


def _spread(cents: int, sizes: Sequence[int]) -> list[int]:
    return [int(part) for part in split_cents(cents, np.array(sizes, dtype=np.float64))]


def _claimed(claims: Iterable[Claim]) -> Sums:
    return sum((Sums(claimed=c.amount, settled=c.settled) for c in claims), Sums())


def _funds(
    store: Store,
    workspace: Workspace,
    events: Sequence[Commitment],
    weekly: Sequence[dict[date, Sums]],
) -> Iterable[FundLine]:
    for scope in scopes_of(workspace):
        with reading(store.engine) as connection:
            held = reserved(connection, fund_of(workspace, scope.budget))
        yield FundLine(scope.budget, scope.limit, held, _within(scope, events, weekly))


def _within(scope: Scope, events: Sequence[Commitment], weekly: Sequence[dict[date, Sums]]) -> Sums:
    return sum(
        (
            sums
            for event, weeks in zip(events, weekly, strict=True)
            for week, sums in weeks.items()
            if scope.holds(event.account, event.product, week)
        ),
        Sums(),
    )
