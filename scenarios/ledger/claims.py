"""Claims held against the events that were committed: what each was for, and what went beyond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scenarios.ledger.commitments import Commitment, Key
from scenarios.ledger.scope import day_of
from workspace.money import to_cents
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Claim:
    """One row of `claims`, in cents. `row` is that of its file."""

    claim: str
    key: Key
    plan: str  # "" where the claim names none
    received: date
    amount: int
    settled: int
    settled_on: date | None
    row: int


@dataclass(frozen=True)
class OverClaim:
    """A claim that asks for more than its event has left, or for an event nobody committed."""

    claim: Claim
    event: Commitment | None
    over: int  # cents beyond what was committed


@dataclass(frozen=True)
class Claimed:
    """Claims by the event they belong to, and those that went beyond."""

    of: dict[int, tuple[Claim, ...]]  # index of the commitment
    strangers: tuple[Claim, ...]  # that belong to none
    over: tuple[OverClaim, ...]


def claims_of(workspace: Workspace, on: date) -> list[Claim]:
    """The claims received by a day, in the order in which they came.

    What was settled later than that day is not settled yet.
    """
    found = []
    table = workspace.claims
    money = {name: to_cents(table[name].to_numpy()).tolist() for name in ("amount", "settled")}
    for i, row in enumerate(table.to_dict("records")):
        received, paid = day_of(row["received"]), day_of(row["settled_on"])
        start = day_of(row["start_week"])
        if received is None or start is None or received > on:
            continue
        in_time = paid is not None and paid <= on
        found.append(
            Claim(
                claim=row["claim"],
                key=(row["account"], row["product"], start),
                plan=row["plan"],
                received=received,
                amount=money["amount"][i],
                settled=money["settled"][i] if in_time else 0,
                settled_on=paid if in_time else None,
                row=workspace.row("claims", i),
            )
        )
    return sorted(found, key=lambda claim: (claim.received, claim.claim))


def match(claims: Iterable[Claim], events: Sequence[Commitment]) -> Claimed:
    """Give every claim to a committed event, first come first served, and name what goes beyond.

    A claim belongs to the event of its account, product and first week, in the plan that it names;
    where it names none and several plans have such an event, to the first that still has enough
    left, else to the one with most left.
    """
    at: dict[Key, list[int]] = defaultdict(list)
    for i, event in enumerate(events):
        if event.committed:
            at[event.key].append(i)
    left = [event.spend for event in events]
    found: dict[int, list[Claim]] = defaultdict(list)
    strangers, over = [], []
    for claim in claims:
        fitting = [i for i in at[claim.key] if claim.plan in ("", events[i].plan)]
        if not fitting:
            strangers.append(claim)
            over.append(OverClaim(claim, None, claim.amount))
            continue
        fits = (i for i in fitting if left[i] >= claim.amount)
        i = next(fits, max(fitting, key=lambda i: left[i]))
        beyond = claim.amount - max(0, left[i])
        if beyond > 0:
            over.append(OverClaim(claim, events[i], beyond))
        left[i] -= claim.amount
        found[i].append(claim)
    of = {i: tuple(mine) for i, mine in found.items()}
    return Claimed(of, tuple(strangers), tuple(over))
