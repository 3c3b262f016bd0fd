"""Connections that keep their promises on both databases: durable, waiting, serialisable."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from scenarios.store.address import Address

T = TypeVar("T")

WAIT = 60.0  # seconds that a writer waits for its turn
_PAUSE = 0.01  # seconds before the second try; doubled each time, up to
_LONGEST = 0.5

# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
_TRY_AGAIN = {"40001", "40P01", "55P03"}


def engine_of(address: Address) -> Engine:
    """The engine of a store's database. SQLite's folder is made; nothing is connected yet."""
    if not address.embedded:
        return create_engine(address.url, isolation_level="SERIALIZABLE", pool_pre_ping=True)
    database = address.url.database
    assert database is not None
    # The driver is to begin nothing by itself (isolation_level None).
    engine = create_engine(address.url, connect_args={"timeout": WAIT, "isolation_level": None})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        # WAL: readers never wait for the writer. FULL: what was committed survives a power cut.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


# SQLite's transactions begin as readers and may then fail to become writers; ours say from the
# start that they are going to write, so that they queue and see the latest state.
def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database and keeps nobody from writing."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


def serialised(engine: Engine, work: Callable[[Connection], T], wait: float = WAIT) -> T:
    """Run `work` in one transaction as if no other ran beside it; tried again where two collide.

    `work` must do nothing but talk to the connection: it may run several times.
    """
    deadline = time.monotonic() + wait
    pause = _PAUSE
    while True:
        try:
            with engine.begin() as connection:
                return work(connection)
        except OperationalError as error:
            if not _collided(error) or time.monotonic() > deadline:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(_LONGEST, 2.0 * pause)


def _collided(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return code in _TRY_AGAIN
    return "locked" in str(error.orig) or "busy" in str(error.orig)
