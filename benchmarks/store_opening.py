"""Two hundred processes that open an empty store in the same moment, on both databases.

    python -m benchmarks.store_opening [--processes 200] [--rounds 3]

Everybody has to find the store made, once, at the version of the program. Prints one line for each
round; exit 1 if any process failed. What happens where upgrades do not wait for each other is a
control in tests/scenarios/store/test_upgrade.py.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg

from benchmarks.shared_budget import server
from scenarios.store.runs import finished_runs
from scenarios.store.store import open_store
from scenarios.store.upgrade import version_of, versions

WAIT = 300.0  # seconds


def opened(home: str, url: str | None, ready: Barrier) -> None:
    """One process: all of them begin together."""
    ready.wait(WAIT)
    with open_store(Path(home), url) as store:
        assert finished_runs(store) == []
        assert version_of(store.engine) == versions()[-1]


def race(home: str, url: str | None, count: int) -> dict:
    """All at once; forked, since importing takes longer than opening."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(count + 1)
    running = [context.Process(target=opened, args=(home, url, ready)) for _ in range(count)]
    for process in running:
        process.start()
    ready.wait(WAIT)
    began = time.perf_counter()
    for process in running:
        process.join(WAIT)
    failed = sum(process.exitcode != 0 for process in running)
    return {"failed": failed, "seconds": round(time.perf_counter() - began, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    failed = 0
    with server(2 * options.processes + 50) as uri:
        for turn in range(options.rounds):
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE opening{turn}")
            places = {"sqlite": None, "postgresql": uri.replace("/postgres?", f"/opening{turn}?")}
            for database, url in places.items():
                with tempfile.TemporaryDirectory() as home:
                    said = race(home, url, options.processes)
                failed += said["failed"]
                told = {"database": database, "processes": options.processes, **said}
                print(json.dumps(told), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
