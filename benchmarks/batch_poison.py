"""Ten poisoned scenarios among a thousand: do the other 990 get their plans, and the ten a reason?

    ./run bench batch_poison [--scenarios 1000] [--poisoned 10] [--cluster]

Four kinds of poison in turn: a code that does not exist, a rule that no calendar keeps, an error in
the middle of the work, and the death of the process that is at it. `--cluster` gives the same batch
to a Dask cluster of two worker processes instead of two processes of our own.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.batch_kills import WORKERS, two_workers
from scenarios.batch.batch import Batch, Solve, on_this_machine, run_batch
from scenarios.batch.cluster import on_cluster
from scenarios.batch.task import Answer, Shared, Task
from scenarios.scenario import Scenario
from scenarios.store import open_store
from tests.oracle.tiny import tiny_workspace

KINDS = ("unknown", "impossible", "raises", "kills")


@dataclass(frozen=True)
class Raising(Scenario):
    """A scenario that makes the program fail where it is worked on."""

    @contextmanager
    def located(self) -> Iterator[None]:
        """Fail."""
        yield
        raise RuntimeError("poison")


@dataclass(frozen=True)
class Killing(Scenario):
    """A scenario under which its process dies."""

    @contextmanager
    def located(self) -> Iterator[None]:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)
        yield


TURNED: dict[str, type[Scenario]] = {"raises": Raising, "kills": Killing}


def workspace(folder: Path, scenarios: int, poisoned: int) -> tuple[Path, list[Path]]:
    """A tiny workspace; the files of its scenarios, the poisoned ones spread among the others."""
    found, scenario, _ = tiny_workspace(folder, 1)
    horizon = next(line for line in scenario.read_text().splitlines() if line.startswith("horizon"))
    scales = [round(0.5 + i / scenarios, 5) for i in range(scenarios - poisoned)]
    files = []
    share = -(-len(scales) // max(1, poisoned))
    for i in range(max(1, poisoned)):
        grid = found / "scenarios" / f"grid{i}.yaml"
        values = scales[i * share : (i + 1) * share]
        grid.write_text(f"scenario: grid{i}\nextends: tiny\nvary: {{budget_scale: {values}}}\n")
        files.append(grid)
        if i < poisoned:
            files.append(_poison(found, i, KINDS[i % len(KINDS)], horizon))
    return found, files


def _poison(folder: Path, i: int, kind: str, horizon: str) -> Path:
    path = folder / "scenarios" / f"{kind}{i}.yaml"
    head = f"scenario: {kind}{i}\n"
    if kind == "impossible":
        rule = "guardrails:\n- {rule: required, value: 1000}\n"
        path.write_text(f"{head}{horizon}\n{rule}")
    elif kind == "unknown":
        path.write_text(f"{head}extends: tiny\ninclude: {{products: [NONE{i}]}}\n")
    else:
        path.write_text(f"{head}extends: tiny\nbudget_scale: {0.1 + i / 1000}\n")
    return path


def poisoned(solve: Solve) -> Solve:
    """The same, with scenarios of deadly names turned into what they are called."""

    def turned(todo: Iterable[Task]) -> Iterator[Task]:
        for task in todo:
            kind = TURNED.get(task.question.scenario.rstrip("0123456789"))
            given = task.scenario
            if kind is not None:
                given = kind(given.spec, given.key, given.path, given.source)
            yield replace(task, scenario=given)

    def answers(
        shared: Shared, todo: Iterable[Task], cancelled: Callable[[], bool] | None
    ) -> Iterator[Answer]:
        return solve(shared, turned(todo), cancelled)

    return answers


def measure(scenarios: int, bad: int, solve: Solve) -> Batch:
    """The batch, with its poison."""
    with tempfile.TemporaryDirectory(prefix="poison-") as name:
        folder, files = workspace(Path(name) / "ws", scenarios, bad)
        with open_store(folder) as store:
            return run_batch(store, files, poisoned(solve), folder / "response")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--poisoned", type=int, default=10)
    parser.add_argument("--cluster", action="store_true")
    asked = parser.parse_args()
    started = time.monotonic()
    if asked.cluster:
        with two_workers() as cluster:
            found = measure(asked.scenarios, asked.poisoned, on_cluster(cluster.scheduler_address))
    else:
        found = measure(asked.scenarios, asked.poisoned, on_this_machine(WORKERS))
    endings = Counter(run.ending.value for run in found.runs)
    print(f"{dict(endings)} in {time.monotonic() - started:.0f} s")
    for run in found.failed:
        print(f"  {run.scenario}: {run.failure}")


if __name__ == "__main__":
    main()
