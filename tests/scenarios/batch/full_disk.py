"""A batch whose disk is full at every possible moment. Run it where a small disk is mounted.

    python -m tests.scenarios.batch.full_disk DISK ELSEWHERE

`DISK` is a folder on a disk of a few megabytes, `ELSEWHERE` one with room. Prints what was seen.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from scenarios.batch.task import Answer, Shared, Task
from scenarios.store import open_store
from tests.scenarios.batch.grids import ask, contents, endings, grid_workspace
from tests.scenarios.batch.here import here

BLOCK = 4096
STEP, MOST = 12, 120  # blocks left free: 0, 12, .. 108


class Remembered:
    """Solves once: what is measured here is the keeping."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}

    def __call__(
        self, shared: Shared, todo: Iterable[Task], _cancelled: object
    ) -> Iterator[Answer]:
        """The answers, in the order of the tasks."""
        for task in todo:
            key = task.question.key
            if key not in self.answers:
                (self.answers[key],) = here(shared, [task], None)
            yield self.answers[key]


def main(disk: Path, elsewhere: Path) -> dict[str, object]:
    """Fill the disk up to so many blocks, run, make room, go on, compare."""
    solver, seen = Remembered(), Counter[str]()
    whole = grid_workspace(elsewhere / "ws")
    with open_store(whole) as store:
        expected = endings(ask(whole, store, solver)), contents(store)
    for blocks in range(0, MOST, STEP):
        folder = disk / "ws"
        shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("store"))
        ballast = disk / "ballast"
        _fill(ballast, blocks)
        try:
            with open_store(folder) as store:
                ask(folder, store, solver)
        except OSError as error:
            seen["full" if error.errno == errno.ENOSPC else f"errno {error.errno}"] += 1
        else:
            seen["whole"] += 1
        ballast.unlink()
        with open_store(folder) as store:
            found = endings(ask(folder, store, solver)), contents(store)
        seen["same" if found == expected else "different"] += 1
        shutil.rmtree(folder)
    return dict(seen)


def _fill(ballast: Path, left: int) -> None:
    """Take all room but so many blocks."""
    free = os.statvfs(ballast.parent).f_bavail * os.statvfs(ballast.parent).f_frsize
    ballast.write_bytes(bytes(max(0, free - left * BLOCK)))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
