"""Bring a store's tables to the version that this program needs, from any earlier one."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from scenarios.store.engine import reading, serialised
from workspace.faults import Fault, InputError
from workspace.text import Text

VERSIONS = Path(__file__).parent / "migrations"
LOCK = 0x7472616465  # the number that upgrades of PostgreSQL wait for each other on
_one_thread = threading.Lock()  # Alembic's context is one for the whole process


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings without any file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(VERSIONS))
    settings.attributes["connection"] = connection
    return settings


def version_of(engine: Engine) -> str | None:
    """The version of the tables there are; None for an empty database."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def versions() -> tuple[str, ...]:
    """All versions, oldest first."""
    walked = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(reversed([script.revision for script in walked]))


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply what is missing, in one transaction. Raises InputError for a store of the future."""
    known = versions()
    now = version_of(engine)
    if now is not None and now not in known:
        found = Text("a store of version {now}, written by a newer program", now=now)
        expected = Text("at most version {last}", last=known[-1])
        raise InputError([Fault("store", None, None, found, expected)])
    if now == (known[-1] if to == "head" else to):
        return
    with _one_thread:
        serialised(_seeing_all(engine), lambda connection: _apply(connection, to))


def _seeing_all(engine: Engine) -> Engine:
    """Where many open an empty store at once, who comes second has to see what the first has made.

    A serialisable transaction of PostgreSQL sees the state at its first statement, which is the
    one that waits for the others: it would make the same tables once more.
    """
    if engine.dialect.name != "postgresql":
        return engine  # SQLite's own transactions begin by waiting, and see what is then
    return engine.execution_options(isolation_level="READ COMMITTED")


def _apply(connection: Connection, to: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    command.upgrade(config(connection), to)
