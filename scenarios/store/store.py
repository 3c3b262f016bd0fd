"""A store that is open: its engine and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from scenarios.store.address import VARIABLE, address_of
from scenarios.store.engine import engine_of
from scenarios.store.full import is_system, system_error
from scenarios.store.upgrade import upgrade
from workspace.faults import Fault, InputError
from workspace.text import Text


@dataclass(frozen=True)
class Store:
    """A database of the current version, and the folder with the plans that it refers to."""

    engine: Engine
    folder: Path
    workspace: Path

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.engine.dispose()


def open_store(workspace: Path, url: str | None = None) -> Store:
    """Open the store of a workspace, made where there is none and brought up to date.

    `url` names another database than the workspace's own; TRADEWIND_STORE does the same. Raises
    InputError where the database cannot be reached or was written by a newer program, and OSError
    where its disk is full or broken.
    """
    address = address_of(workspace, url)
    address.folder.mkdir(parents=True, exist_ok=True)
    if address.embedded and address.url.database:
        Path(address.url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = engine_of(address)
    try:
        upgrade(engine)
    except InputError:
        engine.dispose()
        raise
    except DBAPIError as error:
        engine.dispose()
        if address.embedded and is_system(error):
            raise system_error(error, str(address.url.database)) from error
        reason = str(error.orig).strip().splitlines()
        found = Text("no answer ({reason})", reason=reason[0] if reason else "")
        place = VARIABLE if not address.embedded else str(address.url.database)
        raise InputError([Fault(place, None, None, found, Text("a database"))]) from error
    return Store(engine, address.folder, workspace)


def now() -> str:
    """The time as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
