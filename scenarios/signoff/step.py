"""A step of sign-off: one serialisable transaction, one person, one moment, told in the trail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, text

from scenarios.signoff.key import audit_key
from scenarios.signoff.person import Person
from scenarios.signoff.refused import Refused
from scenarios.signoff.trail import append, note_end
from scenarios.store.engine import serialised
from scenarios.store.store import Store

T = TypeVar("T")
Clock = Callable[[], datetime]
WAIT = 120.0  # seconds: hundreds may be queueing for the same fund


def utc() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Step:
    """What a step works with. `at` is UTC in ISO 8601."""

    connection: Connection
    person: Person
    at: str
    key: bytes | None

    def tell(self, action: str, subject: str, **details: object) -> None:
        """Add an entry to the trail, with the account that the person came with."""
        told = {**details, "account": self.person.account, "via": self.person.via}
        append(self.connection, self.at, self.person.name, action, subject, told, self.key)


def take(
    store: Store, person: Person, work: Callable[[Step], T | Refused], clock: Clock = utc
) -> T:
    """Carry out a step; all of it or nothing. Raises what `work` raises, which undoes it.

    A Refused that `work` returns is raised after its changes were kept: a step may be refused
    because what it was about has died, and the death stays.
    """
    key = audit_key()
    note_end(store)  # the end before the first entry too: from now on its absence is a finding

    def locked(connection: Connection) -> T | Refused:
        if connection.dialect.name == "postgresql":
            # Before anything is read: a transaction that waits here sees what the other wrote,
            # where it would otherwise be turned away after all its work and have to start again.
            connection.execute(text("LOCK TABLE audit, audit_end IN EXCLUSIVE MODE"))
        at = clock().astimezone(UTC).isoformat(timespec="microseconds")
        return work(Step(connection, person, at, key))

    found = serialised(store.engine, locked, WAIT)
    note_end(store)
    if isinstance(found, Refused):
        raise found
    return found
