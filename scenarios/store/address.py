"""Where a store is: one URL for its database, one folder for its columnar files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from workspace.faults import Fault, InputError
from workspace.text import Text

VARIABLE = "TRADEWIND_STORE"
FOLDER = "results/store"
DATABASE = "tradewind.db"


@dataclass(frozen=True)
class Address:
    """A database, and the folder of the workspace that holds the plans it refers to."""

    url: URL
    folder: Path

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of ours (SQLite) and not a server."""
        return self.url.get_backend_name() == "sqlite"


def address_of(workspace: Path, url: str | None = None) -> Address:
    """The store of a workspace: `url`, else TRADEWIND_STORE, else SQLite inside the workspace.

    `postgresql://` means the driver we ship. Raises InputError for any other database.
    """
    folder = workspace / FOLDER
    given = url or os.environ.get(VARIABLE, "")
    if not given:
        return Address(URL.create("sqlite", database=str(folder / DATABASE)), folder)
    try:
        parsed = make_url(given)
    except (ArgumentError, ValueError):
        raise InputError([_unknown(Text("no URL"))]) from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return Address(parsed.set(drivername="postgresql+psycopg"), folder)
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return Address(parsed.set(drivername="sqlite"), folder)
    raise InputError([_unknown(Text("the database {name}", name=backend))])


def _unknown(found: Text) -> Fault:
    # The URL itself may hold a password: it is never repeated.
    return Fault(VARIABLE, None, None, found, Text("sqlite:///FILE or postgresql://USER@HOST/NAME"))
