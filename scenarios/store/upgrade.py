"""Bring a store's tables to the version that this program needs, from any earlier one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from scenarios.store.engine import reading, serialised
from workspace.faults import Fault, InputError
from workspace.text import Text

VERSIONS = Path(__file__).parent / "migrations"


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
    serialised(engine, lambda connection: command.upgrade(config(connection), to))
