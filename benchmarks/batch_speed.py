"""Many scenarios of one workspace: one batch beside separate commands, and what the parent holds.

    ./run bench batch_speed [--size 8x30x52] [--gap .02] [--scenarios 200] [--sample 5]
    ./run bench batch_speed --many 10000

The first solves a grid of budgets, costs, demand and elasticities in one batch, once for each
number of workers, and a sample of the same scenarios by `tradewind plan`, one command each; ratios
are of seconds a scenario, wall and processor (children included); beside them the proven gaps, and
what the batch's plans earn of what the separate ones do.
The second asks so many small scenarios of a batch whose answers are there at once, as if a thousand
cores had solved them, and tells by how much the parent's memory grows; then all of them once
more of which all but one are known, and tells after how many seconds that one is handed out.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from statistics import fmean
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from benchmarks.instances import supplied_response_workspace
from scenarios.batch.batch import run_batch
from scenarios.batch.task import Answer, Shared, Task
from scenarios.batch.work import solve
from scenarios.store import open_store
from scenarios.store.archive import Packed
from scenarios.store.engine import serialised
from scenarios.store.tables import runs
from scenarios.store.tables import scenarios as names
from tests.oracle.tiny import tiny_workspace

ROOT = Path(__file__).resolve().parents[1]
WHAT_IFS = {
    "as-is": "[]",
    "dear": "[{change: unit_cost, times: 1.03}]",
    "slow": "[{change: demand, times: 0.95}]",
    "keen": "[{change: elasticity, times: 1.05}]",
}


@dataclass(frozen=True)
class Spent:
    """Seconds of wall time and of processors for some scenarios, by name what each came to."""

    wall: float
    cpu: float
    profits: dict[str, float]
    gaps: dict[str, float]

    @property
    def scenarios(self) -> int:
        """How many."""
        return len(self.profits)

    def __str__(self) -> str:
        each = f"{self.wall / self.scenarios:8.2f} s wall {self.cpu / self.scenarios:8.2f} s cpu"
        gaps = f"gap {fmean(self.gaps.values()):.3%}, at most {max(self.gaps.values()):.3%}"
        return f"{self.scenarios:5d} scenarios: each {each}, {gaps}"


def grid(folder: Path, scenarios: int, gap: float, seconds: float) -> Path:
    """Write scenarios/grid.yaml with so many members, each solved to a gap; returns it."""
    scales = -(-scenarios // len(WHAT_IFS))
    values = [round(0.7 + 0.6 * i / max(1, scales - 1), 4) for i in range(scales)]
    what_ifs = "".join(f"    {name}: {text}\n" for name, text in WHAT_IFS.items())
    path = folder / "scenarios" / "grid.yaml"
    path.write_text(
        f"scenario: grid\nextends: base\nsolver: {{gap: {gap}, seconds: {seconds}}}\n"
        f"vary:\n  budget_scale: {values}\n  what_if:\n{what_ifs}",
        encoding="utf-8",
    )
    return path


def command(*arguments: str) -> tuple[float, float, str]:
    """Run `tradewind`: wall and processor seconds, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "workbench", *arguments],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def batch(folder: Path, workers: int) -> Spent:
    """The whole grid in one batch, from an empty store."""
    shutil.rmtree(folder / "results", ignore_errors=True)
    response = ("--response", str(folder / "response"))
    wall, cpu, said = command(
        "batch", str(folder), "grid", "--workers", str(workers), "--json", *response
    )
    return _spent(wall, cpu, json.loads(said)["runs"])


def _spent(wall: float, cpu: float, plans: list[dict[str, Any]]) -> Spent:
    profits = {plan["scenario"]: plan["objective"] for plan in plans}
    return Spent(wall, cpu, profits, {plan["scenario"]: plan["gap"] for plan in plans})


def separate(folder: Path, sample: int) -> Spent:
    """Every so-manieth scenario of the batch before, by a command of its own."""
    with open_store(folder) as store:
        files = sorted((store.folder / "scenarios").glob("*.yaml"))
    chosen = files[:: max(1, len(files) // sample)][:sample]
    wall = cpu = 0.0
    plans = []
    for file in chosen:
        with tempfile.TemporaryDirectory(prefix="alone-") as name:
            spent = command(
                "plan", str(folder), "--scenario", str(file), "--out", str(Path(name) / "plan"),
                "--response", str(folder / "response"), "--json",
            )  # fmt: skip
        wall, cpu = wall + spent[0], cpu + spent[1]
        plans.append(json.loads(spent[2]))
    return _spent(wall, cpu, plans)


@dataclass(frozen=True)
class Parent:
    """What a batch of many scenarios asks of the process that hands them out."""

    grown: float  # megabytes
    seconds: float  # for all of them, where answers are there at once
    resumed: float  # seconds until the one that is not known is handed out


def parent(scenarios: int) -> Parent:
    """The parent of a batch in a fresh process."""
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.queues.SimpleQueue[Parent] = context.SimpleQueue()
    process = context.Process(target=_many, args=(scenarios, told))
    process.start()
    process.join()
    return told.get()


def _many(scenarios: int, told: multiprocessing.queues.SimpleQueue[Parent]) -> None:
    with tempfile.TemporaryDirectory(prefix="many-") as name:
        folder, _, _ = tiny_workspace(Path(name) / "ws", 1)
        path = folder / "scenarios" / "grid.yaml"
        scales = [round(0.5 + i / scenarios, 6) for i in range(scenarios)]
        path.write_text(
            f"scenario: grid\nextends: tiny\nvary: {{budget_scale: {scales}}}\n", encoding="utf-8"
        )
        few = folder / "scenarios" / "tiny.yaml"
        with open_store(folder) as store:
            run_batch(store, [few], _at_once, folder / "response")
            before, started = _memory(), time.monotonic()
            run_batch(store, [path], _at_once, folder / "response")
            seconds, grown = time.monotonic() - started, (_peak() - before) / 1e6
        with open_store(folder) as store:  # as a batch that comes back after a kill
            serialised(store.engine, lambda c: c.execute(delete(runs).where(_last(scales))))
            started, handed = time.monotonic(), SimpleQueue[float]()
            run_batch(store, [path], partial(_noted, handed), folder / "response")
            told.put(Parent(grown, seconds, handed.get() - started))


def _last(scales: Sequence[float]) -> ColumnElement[bool]:
    """The run of the last scenario of the grid."""
    name = f"grid+budget_scale-{scales[-1]}"
    return runs.c.scenario_sha256.in_(select(names.c.sha256).where(names.c.name == name))


def _noted(
    handed: SimpleQueue[float],
    shared: Shared,
    todo: Iterable[Task],
    cancelled: Callable[[], bool] | None,
) -> Iterator[Answer]:
    """Solve one by one, and note when the only one is there to be solved."""
    (task,) = todo
    handed.put(time.monotonic())
    yield solve(shared, task, cancelled)


def _at_once(
    shared: Shared, todo: Iterable[Task], _cancelled: Callable[[], bool] | None
) -> Iterator[Answer]:
    """The first scenario's plan under everybody's name: real files of real size, no solving."""
    first: Answer | None = None
    for task in todo:
        first = first or solve(shared, task)
        assert first.packed is not None
        record = {**first.packed.record, "scenario": task.question.scenario}
        files = {**first.packed.files, "plan.json": json.dumps(record).encode()}
        packed = Packed(task.question.key, files, record, 0.1)
        yield replace(first, question=task.question, packed=packed)


def _memory() -> float:
    """Bytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="8x30x52")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--sample", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--gap", type=float, default=0.02)
    parser.add_argument("--seconds", type=float, default=600.0, help="the limit of each solve")
    parser.add_argument("--many", type=int, default=0)
    asked = parser.parse_args()
    if asked.many:
        found = parent(asked.many)
        print(f"{asked.many} small scenarios: parent grows by {found.grown:.0f} MB")
        print(f"{found.seconds:.0f} s in all; resumed after {found.resumed:.2f} s")
        return
    size = [int(number) for number in asked.size.split("x")]
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        folder = supplied_response_workspace(Path(name) / "ws", *size, 1, seconds=asked.seconds)
        grid(folder, asked.scenarios, asked.gap, asked.seconds)
        spent_by = {}
        for workers in asked.workers:
            spent_by[workers] = batch(folder, workers)
            print(f"{workers} workers  {spent_by[workers]}", flush=True)
        alone = separate(folder, asked.sample)
        print(f"separate   {alone}")
        most = spent_by[max(spent_by)]
        for workers, spent in spent_by.items():
            print(f"{workers} workers: {_ratio(alone, spent)} times as fast as separate commands")
        earned = [most.profits[name] / profit for name, profit in alone.profits.items()]
        print(f"profit of the batch over theirs: {fmean(earned):.5f}, at least {min(earned):.5f}")
        if len(spent_by) > 1:
            ratio = _ratio(spent_by[min(spent_by)], most)
            print(f"{max(spent_by)} workers: {ratio} times as fast as one")


def _ratio(slow: Spent, fast: Spent) -> str:
    each = (slow.wall / slow.scenarios, fast.wall / fast.scenarios)
    cpu = (slow.cpu / slow.scenarios, fast.cpu / fast.scenarios)
    return f"{each[0] / each[1]:.1f} (processor {cpu[0] / cpu[1]:.1f})"


if __name__ == "__main__":
    main()
