"""Every byte of an audit trail, changed in the database itself: is it found, and at its entry?

    python -m benchmarks.audit_trail [--entries 12] [--file]

Each byte of each cell of each entry is changed in a SQLite store and verified; every entry removed,
every two swapped, every cut at the end made with the database's own end forged to match. With
--file, each byte of the database's file is changed too: the trail must be found broken, or the
store unreadable, or the trail's cells untouched (a byte of a page that holds nothing). Prints a
summary; exit 1 if anything was missed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.signoff import approve, lock, submit
from scenarios.store.store import Store, open_store
from tests.scenarios.signoff.plans import by, plan

CELLS = ("at", "person", "action", "subject", "details", "previous", "sha256")


def made(home: Path, entries: int) -> None:
    """A store whose trail has at least so many entries."""
    with open_store(home) as store:
        number = 0
        while verify_trail(store).number < entries:
            asked = plan(f"p{number}", amount=1)
            submit(store, by("Ñuño"), asked, note="año")
            approve(store, by("bo"), asked)
            lock(store, by("cy"), asked)
            number += 1


def changed(store: Store, path: Path, statements: list[tuple[str, tuple]]) -> int | bool | None:
    """The first bad entry after some statements, which are then undone; False: nothing found."""
    before = path.read_bytes()
    with sqlite3.connect(path) as connection:
        for statement, values in statements:
            connection.execute(statement, values)
    connection.close()
    verdict = verify_trail(store)
    store.engine.dispose()
    for extra in ("-wal", "-shm"):
        Path(f"{path}{extra}").unlink(missing_ok=True)
    path.write_bytes(before)
    return verdict.first_bad if verdict.faults else False


def cells(store: Store, path: Path, told: list[tuple], found: Counter[str]) -> None:
    for entry in told:
        number = entry[0]
        for name, value in zip(CELLS, entry[1:], strict=True):
            raw = value.encode()
            for at in range(len(raw)):
                other = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
                text = other.decode("utf-8", "replace")
                update = f"UPDATE audit SET {name} = ? WHERE number = ?"
                bad = changed(store, path, [(update, (text, number))])
                found["bytes"] += 1
                found["bytes missed"] += bad is False
                found["bytes found at another entry"] += bad is not False and bad != number


def rows(store: Store, path: Path, told: list[tuple], found: Counter[str]) -> None:
    renumber = "UPDATE audit SET number = ? WHERE number = ?"
    numbers = [entry[0] for entry in told]
    for number in numbers:
        gone = [("DELETE FROM audit WHERE number = ?", (number,))]
        closed = gone + [(renumber, (n - 1, n)) for n in numbers if n > number]
        for statements in (gone, closed):
            found["removed"] += 1
            found["removed missed"] += changed(store, path, statements) is False
    for one, other in combinations(numbers, 2):
        swap = [(renumber, (10**6, one)), (renumber, (one, other)), (renumber, (other, 10**6))]
        found["swapped"] += 1
        found["swapped missed"] += changed(store, path, swap) is False
    for left in range(1, len(numbers)):
        forged = "UPDATE audit_end SET number = ?, sha256 = ?"
        cut = [
            ("DELETE FROM audit WHERE number > ?", (left,)),
            (forged, (left, told[left - 1][-1])),
        ]
        found["cut"] += 1
        found["cut missed"] += changed(store, path, cut) is False


def file_bytes(store: Store, path: Path, trail: Callable[[], list[tuple]], found: Counter) -> None:
    whole, told = path.read_bytes(), trail()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x11]) + whole[at + 1 :])
        found["file bytes"] += 1
        if not verify_trail(store).faults:
            found["of a page that holds no trail"] += 1
            found["file bytes missed"] += trail() != told
        store.engine.dispose()
        for extra in ("-wal", "-shm"):
            Path(f"{path}{extra}").unlink(missing_ok=True)
    path.write_bytes(whole)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=12)
    parser.add_argument("--file", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        made(Path(name), options.entries)
        store = open_store(Path(name))
        path = store.folder / "tradewind.db"

        def trail() -> list[tuple]:
            connection = sqlite3.connect(path)
            query = f"SELECT number, {', '.join(CELLS)} FROM audit ORDER BY number"
            told = connection.execute(query).fetchall()
            connection.close()
            return told

        told = trail()
        cells(store, path, told, found)
        rows(store, path, told, found)
        if options.file:
            file_bytes(store, path, trail, found)
        assert not verify_trail(store).faults  # it was always put back
    missed = sum(count for what, count in found.items() if "missed" in what)
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"entries": len(told), **found, "missed": missed, "seconds": seconds}))
    return 1 if missed or found["bytes found at another entry"] else 0


if __name__ == "__main__":
    sys.exit(main())
