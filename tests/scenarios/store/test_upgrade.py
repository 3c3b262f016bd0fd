"""Many processes that open an empty store in the same moment: all of them find it made, once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text

from scenarios.store import upgrade as module
from scenarios.store.runs import finished_runs
from scenarios.store.store import open_store
from scenarios.store.upgrade import command, config, version_of, versions

MANY = 20
WAIT = 60.0  # seconds
Open = Callable[[Path, str | None, Barrier], None]


def opening(home: Path, url: str | None, ready: Barrier) -> None:
    ready.wait(WAIT)
    with open_store(home, url) as store:
        assert finished_runs(store) == []
        assert version_of(store.engine) == versions()[-1]


def without_waiting(home: Path, url: str | None, ready: Barrier) -> None:
    """The control: every transaction has begun before any of them makes a table."""

    def apply(connection, to) -> None:
        connection.execute(text("SELECT 1"))
        ready.wait(WAIT)
        command.upgrade(config(connection), to)

    module._apply = apply
    module._seeing_all = lambda engine: engine
    with open_store(home, url):
        pass


def failures(work: Open, home: Path, url: str | None) -> int:
    """How many of the processes fail. They are forked: importing takes longer than opening."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(MANY)
    running = [context.Process(target=work, args=(home, url, ready)) for _ in range(MANY)]
    for process in running:
        process.start()
    for process in running:
        process.join(2 * WAIT)
    return sum(process.exitcode != 0 for process in running)


def test_many_open_an_empty_store_at_once(tmp_path: Path, url: str | None) -> None:
    assert failures(opening, tmp_path, url) == 0
    with open_store(tmp_path, url) as store:
        assert version_of(store.engine) == versions()[-1]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_control_without_waiting_for_each_other_they_fail(tmp_path: Path, url: str) -> None:
    assert failures(without_waiting, tmp_path, url) == MANY - 1
