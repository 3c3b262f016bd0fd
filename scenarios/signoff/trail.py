"""The audit trail: append-only, every entry holding the hash of the one before.

The number and hash of the last entry are kept twice more: in the database, in the same
transaction, and in a file of the store's folder, after it. What each of them finds, and what none
can find, is in docs/sign-off.md.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from scenarios.signoff.entry import START, Entry, seal_of
from scenarios.store.engine import reading
from scenarios.store.store import Store
from scenarios.store.tables import audit, audit_end

END_FILE = "audit.end"
End = tuple[int, str]  # the number and hash of an entry


def append(
    connection: Connection,
    at: str,
    person: str,
    action: str,
    subject: str,
    details: Mapping[str, object],
    key: bytes | None = None,
) -> Entry:
    """Add an entry in the transaction of what it tells."""
    number, previous = end_in(connection) or (0, START)
    text = json.dumps(details, ensure_ascii=False, sort_keys=True)
    bare = Entry(number + 1, at, person, action, subject, text, previous)
    sealed = replace(bare, seal=seal_of(bare, key))
    entry = replace(sealed, sha256=sealed.hash())
    connection.execute(insert(audit).values(**entry.__dict__))
    connection.execute(delete(audit_end))
    connection.execute(insert(audit_end).values(id=1, number=entry.number, sha256=entry.sha256))
    return entry


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries in order, as the database has them."""
    for row in connection.execute(select(audit).order_by(audit.c.number)).mappings():
        yield Entry(**row)


def end_in(connection: Connection) -> End | None:
    """The last entry as the database remembers it apart from the chain; None: nothing there."""
    last = connection.execute(select(audit_end.c.number, audit_end.c.sha256)).first()
    return None if last is None else (int(last[0]), str(last[1]))


def note_end(store: Store) -> None:
    """Write the last entry's number and hash beside the database.

    Repeated until nothing has come in the meantime: of two that finish at once neither leaves an
    older end behind.
    """
    path = store.folder / END_FILE
    while True:
        with reading(store.engine) as connection:
            end = end_in(connection) or (0, START)
        noted = noted_end(path)
        if noted is not None and noted[0] >= end[0]:
            return
        partial = path.with_name(f".{END_FILE}.{uuid.uuid4().hex}")
        with partial.open("w", encoding="utf-8") as stream:
            stream.write(f"{end[0]} {end[1]}\n")
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        with reading(store.engine) as connection:
            if (end_in(connection) or (0, START)) == end:
                return


def noted_end(path: Path) -> End | None:
    """The end that a file remembers; None without a file, (-1, "") for one that is no end."""
    try:
        number, sha256 = path.read_text(encoding="utf-8").split()
        return int(number), sha256
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return -1, ""
