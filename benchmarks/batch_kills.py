"""Batches whose processes are killed at random moments, against one that nobody disturbs.

    ./run bench batch_kills [--workers-killed 100] [--parents-killed 50] [--scenarios 24] [--seed 1]
    ./run bench batch_kills --cluster [..]

The parent, or one of its workers, is killed with signal 9 a random time after the batch was started
or went on. A batch that ends is compared with the undisturbed one: its runs in order, every file of
the store byte for byte, no half-written folder, no process left over. Then another store is
filled, until all kills are spent. A batch gives a scenario up whose process has died too often, and
says so; the command is then given once more, as its user would, and nobody is killed. `resume` is
the time from the start of the command's work to the first scenario handed to a worker: reading the
workspace and the store, and telling what is left. `--cluster` gives the batches to a Dask cluster
of two worker processes, and kills those.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from statistics import median

import dask
from distributed import LocalCluster, Status

from scenarios.batch.batch import on_this_machine, run_batch
from scenarios.batch.cluster import on_cluster
from scenarios.batch.task import Answer, Shared, Task
from scenarios.store import open_store
from scenarios.store.runs import finished_runs
from tests.oracle.tiny import tiny_workspace

NAME = "grid"
WORKERS = 2
SPAN = 6.0  # seconds: the longest that a process lives before it is killed
ENOUGH = 5.0  # seconds to resume in
GONE = 20.0  # seconds within which workers must have followed their parent

Outcome = tuple[list[tuple[str, str, str | None]], dict[str, bytes]]


@dataclass
class Tally:
    """What has happened so far."""

    workers: int = 0
    parents: int = 0
    batches: int = 0
    again: int = 0  # batches that gave a scenario up and were asked once more
    wrong: list[str] = field(default_factory=list)
    resumes: list[float] = field(default_factory=list)  # seconds


def two_workers() -> LocalCluster:
    """A Dask cluster of two worker processes, replaced where they die.

    A local cluster dismisses for good whoever is away some time after a death: here that may be
    because it has been killed once more.
    """
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"})
    return LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )


def workspace(folder: Path, scenarios: int) -> Path:
    """A tiny workspace with a grid of scenarios."""
    found, _, _ = tiny_workspace(folder, 1, draws=3)
    scales = [round(0.5 + i / scenarios, 4) for i in range(max(1, scenarios // 2))]
    (found / "scenarios" / f"{NAME}.yaml").write_text(
        f"scenario: {NAME}\nextends: tiny\nvary:\n  budget_scale: {scales}\n  what_if:\n"
        "    as-is: []\n    cheap: [{change: unit_cost, times: 0.9}]\n",
        encoding="utf-8",
    )
    return found


def outcome(folder: Path) -> Outcome:
    """What the store of a workspace holds: its runs by name, and every file but the database."""
    with open_store(folder) as store:
        runs = [(r.scenario, r.ending.value, r.plan_sha256) for r in finished_runs(store)]
        files = {
            str(path.relative_to(store.folder)): path.read_bytes()
            for part in ("plans", "scenarios")
            for path in sorted((store.folder / part).rglob("*"))
            if path.is_file()
        }
    return runs, files


def work(folder: Path, told: SimpleQueue[float], address: str | None) -> None:
    """The batch, as the command does it, and when it handed out its first scenario."""
    os.setsid()
    started = time.monotonic()
    crew = on_this_machine(WORKERS) if address is None else on_cluster(address)

    def solve(
        shared: Shared, todo: Iterable[Task], cancelled: Callable[[], bool] | None
    ) -> Iterator[Answer]:
        def stamped() -> Iterator[Task]:
            for i, task in enumerate(todo):
                if i == 0:
                    told.put(time.monotonic() - started)
                yield task

        return crew(shared, stamped(), cancelled)

    with open_store(folder) as store:
        run_batch(store, [folder / "scenarios" / f"{NAME}.yaml"], solve, folder / "response")


def children(parent: int) -> list[int]:
    """The workers of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(fields[1]) == parent and b"spawn_main" in command and fields[0] != "Z":
                found.append(int(entry.name))
    return sorted(found)


def disturbed(
    folder: Path,
    workers: int,
    parents: int,
    rng: random.Random,
    tally: Tally,
    cluster: LocalCluster | None = None,
) -> None:
    """Kill and start again until the batch is whole or all kills are spent, then let it end."""
    address = None if cluster is None else cluster.scheduler_address
    context = multiprocessing.get_context("spawn")
    told: SimpleQueue[float] = context.SimpleQueue()
    while True:
        process = context.Process(target=work, args=(folder, told, address))
        process.start()
        whole = _live(process, workers, parents, rng, tally, cluster)
        while not told.empty():
            tally.resumes.append(told.get())
        if whole:
            return


def _live(
    process: multiprocessing.context.SpawnProcess,
    workers: int,
    parents: int,
    rng: random.Random,
    tally: Tally,
    cluster: LocalCluster | None,
) -> bool:
    """One life of the parent: whether it ended by itself, with everything done."""
    assert process.pid is not None
    while process.is_alive():
        left = (workers - tally.workers, parents - tally.parents)
        if left == (0, 0):
            process.join()
            break
        process.join(rng.uniform(0.0, SPAN))
        if not process.is_alive():
            break
        alive = children(process.pid) if cluster is None else _workers(cluster)
        if rng.random() * sum(left) < left[0]:
            if alive:
                _kill(rng.choice(alive))
                tally.workers += 1
            continue
        _kill(process.pid)
        process.join()
        tally.parents += 1
        if cluster is None and not _all_gone(alive):
            tally.wrong.append("a worker outlived its parent")
        return False
    if process.exitcode != 0:
        tally.wrong.append(f"the batch ended with {process.exitcode}")
    return True


def _workers(cluster: LocalCluster) -> list[int]:
    """The processes of a cluster's workers that have joined: Dask's own guardian of a process
    gives up for good where it dies while starting. A worker that was replaced keeps its name, so
    it is known by its address."""
    joined = set(cluster.scheduler_info["workers"])
    return [
        nanny.pid
        for nanny in cluster.workers.values()
        if nanny.pid and nanny.worker_address in joined and nanny.status is Status.running
    ]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _all_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + GONE
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}/cmdline").exists() and _alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def measure(
    workers: int, parents: int, scenarios: int, seed: int, cluster: LocalCluster | None = None
) -> Tally:
    """Kill so many workers and parents, and compare every batch with the undisturbed one."""
    rng, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        whole = workspace(Path(name) / "whole", scenarios)
        disturbed(whole, 0, 0, rng, tally)
        expected = outcome(whole)
        while (tally.workers, tally.parents) != (workers, parents) and not tally.wrong:
            tally.batches += 1
            folder = workspace(Path(name) / f"killed{tally.batches}", scenarios)
            disturbed(folder, workers, parents, rng, tally, cluster)
            found = outcome(folder)
            if len(found[0]) < len(expected[0]):
                tally.again += 1
                disturbed(folder, tally.workers, tally.parents, rng, tally, cluster)
                found = outcome(folder)
            if found[0] != expected[0]:
                tally.wrong.append(f"other runs: {len(found[0])} of {len(expected[0])}")
            if found[1] != expected[1]:
                tally.wrong.append("other bytes")
    return tally


def main() -> None:
    """Kill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers-killed", type=int, default=100)
    parser.add_argument("--parents-killed", type=int, default=50)
    parser.add_argument("--scenarios", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cluster", action="store_true")
    asked = parser.parse_args()
    numbers = (asked.workers_killed, asked.parents_killed, asked.scenarios, asked.seed)
    if asked.cluster:
        with two_workers() as cluster:
            tally = measure(*numbers, cluster)
    else:
        tally = measure(*numbers)
    print(f"killed: {tally.workers} workers, {tally.parents} parents, in {tally.batches} batches")
    print(f"asked once more, after scenarios were given up: {tally.again}")
    slow = sum(seconds > ENOUGH for seconds in tally.resumes)
    print(
        f"resume, {len(tally.resumes)} times: median {median(tally.resumes):.2f} s, "
        f"longest {max(tally.resumes):.2f} s, {slow} above {ENOUGH:.0f} s"
    )
    print("all batches equal the undisturbed one" if not tally.wrong else "\n".join(tally.wrong))


if __name__ == "__main__":
    main()
