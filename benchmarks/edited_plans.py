"""Plans around an edit: how soon, and what is lost against planning anew with the same pins.

    ./run bench edited_plans [--sizes 8x30x52] [--instances 1] [--seconds 60]

The command plans an instance, its calendar is edited as account managers do, and the command plans
around each edit twice: from where the plan's search had ended, and from nothing. Seconds are of
the whole command, wall time and CPU; what is lost is a share of what planning anew earns.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.instances import FIRST_WEEK, GAP, supplied_response_workspace

SIZES = ("8x30x52",)
Row = dict[str, str]
Edit = Callable[[list[Row], int, np.random.Generator], list[Row]]


@dataclass(frozen=True)
class Answer:
    """One run of the command."""

    wall: float  # seconds
    cpu: float  # seconds, of the command and its children
    objective: float | None  # currency; None: no plan
    gap: float | None
    events: frozenset[tuple[str, ...]]


def ask(folder: Path, out: Path, *options: str) -> Answer:
    """Run `tradewind plan` in a process of its own."""
    line = [sys.executable, "-P", "-m", "workbench", "plan", str(folder), "--out", str(out)]
    line += ["--scenario", "base", "--response", str(folder / "response"), "--json", *options]
    before, began = os.times(), time.monotonic()
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    if done.returncode:
        return Answer(wall, cpu, None, None, frozenset())
    told = json.loads(done.stdout)
    events = frozenset(key(row) for row in read(out / "calendar.csv"))
    return Answer(wall, cpu, told["objective"], told["gap"], events)


def key(row: Row) -> tuple[str, ...]:
    """What makes an event."""
    return tuple(row[name] for name in ("account", "product", "tactic", "start_week", "weeks"))


def read(path: Path) -> list[Row]:
    """The rows of a calendar."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[Row]) -> None:
    """Some rows of a calendar as a calendar."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def one_dropped(rows: list[Row], weeks: int, rng: np.random.Generator) -> list[Row]:
    """All events but one have to stay."""
    gone = int(rng.integers(len(rows)))
    return [row for i, row in enumerate(rows) if i != gone]


def some_moved(rows: list[Row], weeks: int, rng: np.random.Generator) -> list[Row]:
    """Five events are a week later and one in a hundred is gone; all have to stay like this."""
    moved = dict(_moved(rows, weeks, rng, 5, 1))
    gone = set(rng.permutation(len(rows))[: max(5, len(rows) // 100)].tolist()) - set(moved)
    return [moved.get(i, row) for i, row in enumerate(rows) if i not in gone]


def few_pinned(rows: list[Row], weeks: int, rng: np.random.Generator) -> list[Row]:
    """Six events have to be two weeks later; everything else is free."""
    return [row for _, row in _moved(rows, weeks, rng, 6, 2)]


def one_account(rows: list[Row], weeks: int, rng: np.random.Generator) -> list[Row]:
    """One account's events have to stay, but for three that are gone."""
    mine = [row for row in rows if row["account"] == rows[len(rows) // 2]["account"]]
    gone = set(rng.permutation(len(mine))[:3].tolist())
    return [row for i, row in enumerate(mine) if i not in gone]


def tenth_moved(rows: list[Row], weeks: int, rng: np.random.Generator) -> list[Row]:
    """A tenth of all events has to be two weeks later; everything else is free."""
    return [row for _, row in _moved(rows, weeks, rng, len(rows) // 10, 2)]


EDITS: dict[str, Edit] = {
    "one dropped, the rest kept": one_dropped,
    "five moved, the rest kept": some_moved,
    "six moved, the rest free": few_pinned,
    "an account kept, but for three": one_account,
    "a tenth moved, the rest free": tenth_moved,
}


def _moved(
    rows: list[Row], weeks: int, rng: np.random.Generator, most: int, by: int
) -> Iterator[tuple[int, Row]]:
    """Up to `most` rows, `by` weeks later, that still keep their distance from all others."""
    spans: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for i, row in enumerate(rows):
        start = (date.fromisoformat(row["start_week"]) - FIRST_WEEK.date()).days // 7
        spans.setdefault((row["account"], row["product"]), []).append(
            (i, start, start + int(row["weeks"]))
        )
    found = 0
    for i in rng.permutation(len(rows)).tolist():
        mine = spans[rows[i]["account"], rows[i]["product"]]
        start, stop = next((s + by, e + by) for j, s, e in mine if j == i)
        others = [(s, e) for j, s, e in mine if j != i]
        apart = all(stop + GAP <= s or e + GAP <= start for s, e in others)
        if apart and stop <= weeks and found < most:
            found += 1
            day = FIRST_WEEK.date() + timedelta(weeks=start)
            yield i, {**rows[i], "start_week": day.isoformat()}


def show(size: str, seed: int, seconds: float) -> None:
    """Plan one instance, edit the plan, plan around each edit both ways, and print it."""
    accounts, products, weeks = (int(number) for number in size.split("x"))
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        folder = supplied_response_workspace(
            place / "ws", accounts, products, weeks, seed, seconds=seconds
        )
        plan = folder / "results" / "plans" / "base"
        first = ask(folder, plan)
        print(f"{size}, instance {seed}, {seconds:g} s at most: {_told(first)}")
        rows = read(plan / "calendar.csv")
        for name, edit in EDITS.items():
            pins = edit(rows, weeks, np.random.default_rng(seed))
            write(plan / "edited.csv", pins)
            write(place / "edited.csv", pins)
            again = ask(folder, place / "again", "--pin", str(plan / "edited.csv"))
            anew = ask(folder, place / "anew", "--pin", str(place / "edited.csv"))
            print(f"  {name}\n    from the plan  {_told(again)}\n    from nothing   {_told(anew)}")
            _compare(again, anew, frozenset(key(row) for row in pins))


def _told(answer: Answer) -> str:
    if answer.objective is None or answer.gap is None:
        return f"{answer.wall:6.1f} s {answer.cpu:6.1f} CPU-s  no plan"
    return (
        f"{answer.wall:6.1f} s {answer.cpu:6.1f} CPU-s  earns {answer.objective:12,.0f}"
        f"  gap {answer.gap:.3%}"
    )


def _compare(again: Answer, anew: Answer, pins: frozenset[tuple[str, ...]]) -> None:
    if again.objective is None or anew.objective is None:
        return
    lost = (anew.objective - again.objective) / abs(anew.objective)
    kept = "" if pins <= again.events else "  PINS ARE MISSING"
    print(
        f"    {again.wall / anew.wall:.3f} of the time, {again.cpu / anew.cpu:.3f} of the CPU;"
        f" lost {lost:+.3%}{kept}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--instances", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    for size in asked.sizes:
        for seed in range(1, asked.instances + 1):
            show(size, seed, asked.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
