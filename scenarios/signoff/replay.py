"""What the tables of sign-off have to hold, worked out from the audit trail alone.

Whoever changes a state, an approval or an amount in the database without an entry is found here,
however whole the chain is. This is a second reading on purpose: it calls nothing of the steps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, select

from scenarios.signoff.entry import Entry
from scenarios.store.tables import approvals, edits, proposals, reservations
from workspace.faults import Fault
from workspace.text import Text

ENDS = ("rejected", "void", "expired", "replaced")


@dataclass
class Standing:
    """The tables as far as people's rights and money depend on them, cell by cell."""

    proposals: dict[int, tuple[object, ...]] = field(default_factory=dict)
    approvals: set[tuple[object, ...]] = field(default_factory=set)
    edits: list[tuple[object, ...]] = field(default_factory=list)
    reservations: dict[tuple[str, int], int] = field(default_factory=dict)


def replay(told: Iterable[Entry]) -> Standing:
    """Take every step of the trail once more. Raises ValueError or LookupError for nonsense."""
    found = Standing()
    for entry in told:
        said = json.loads(entry.details)
        if entry.action == "edit":
            found.edits.append((entry.subject, said["plan"], said["by"], entry.at))
            continue
        number = int(said["proposal"])
        if entry.action == "submit":
            found.proposals[number] = (
                *(entry.subject, said["plan"], said["inputs"], "submitted"),
                *(said["spend"], said["needed"], entry.person, entry.at, said["expires"]),
            )
        elif entry.action == "approve":
            found.approvals.add((number, entry.person, said["plan"], entry.at))
        elif entry.action == "reserve":
            _state(found, number, "approved")
            _hold(found, number, said["drawn"])
        elif entry.action == "lock":
            _state(found, number, "locked")
            _hold(found, number, said["drawn"])
        elif entry.action in ENDS:
            _state(found, number, entry.action)
            _hold(found, number, {})
        else:
            raise ValueError(f"no such action: {entry.action}")
    return found


def _state(found: Standing, number: int, state: str) -> None:
    cells = found.proposals[number]
    found.proposals[number] = (*cells[:3], state, *cells[4:])


def _hold(found: Standing, number: int, drawn: dict[str, int]) -> None:
    kept = {key: cents for key, cents in found.reservations.items() if key[1] != number}
    found.reservations = {**kept, **{(fund, number): cents for fund, cents in drawn.items()}}


def disagreements(connection: Connection, expected: Standing) -> list[Fault]:
    """Where the tables hold something else than the trail makes of them."""
    return list(_compared(_there(connection), expected))


def _there(connection: Connection) -> Standing:
    def rows(table: Table, *names: str) -> list[tuple[object, ...]]:
        query = select(*(table.c[name] for name in names))
        return [tuple(row) for row in connection.execute(query).all()]

    columns = ("name", "plan_sha256", "inputs_sha256", "state", "spend", "needed", "author")
    times = ("submitted", "expires")
    return Standing(
        {int(str(row[0])): row[1:] for row in rows(proposals, "id", *columns, *times)},
        set(rows(approvals, "proposal", "person", "plan_sha256", "at")),
        rows(edits, "name", "plan_sha256", "person", "at"),
        {
            (str(fund), int(str(number))): int(str(cents))
            for fund, number, cents in rows(reservations, "fund", "proposal", "amount")
        },
    )


def _compared(there: Standing, expected: Standing) -> Iterator[Fault]:
    for number in sorted({*there.proposals, *expected.proposals}):
        yield from _fault(
            "proposals", str(number), there.proposals.get(number), expected.proposals.get(number)
        )
    for row in sorted(there.approvals ^ expected.approvals, key=str):
        yield from _fault(
            "approvals",
            str(row[0]),
            row if row in there.approvals else None,
            row if row in expected.approvals else None,
        )
    for key in sorted({*there.reservations, *expected.reservations}):
        yield from _fault(
            "reservations", key[0], there.reservations.get(key), expected.reservations.get(key)
        )
    if sorted(there.edits, key=str) != sorted(expected.edits, key=str):
        odd = sorted(set(there.edits) ^ set(expected.edits), key=str) or there.edits[:1]
        found = odd[0] if odd[0] in there.edits else None
        yield from _fault("edits", str(odd[0][0]), found, None if found else odd[0])


def _fault(table: str, where: str, found: object, expected: object) -> Iterator[Fault]:
    if found != expected:
        yield Fault(table, None, where, _shown(found), _shown(expected))


def _shown(value: object) -> Text | str:
    if value is None:
        return Text("nothing")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
