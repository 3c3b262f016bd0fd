"""Batches: every scenario once, whatever stops the work, and the same bytes wherever it is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from optimizer.cancellation import Cancelled
from scenarios.batch import local
from scenarios.batch.batch import on_this_machine, run_batch
from scenarios.batch.lock import alone
from scenarios.batch.tally import Tally
from scenarios.batch.task import Answer, Shared, Task
from scenarios.store import archive, finished_runs, open_store, plan_folder
from scenarios.store.runs import Ending
from scenarios.store.store import Store
from scenarios.verify import verify_folder
from tests.scenarios.batch.grids import REFUSED, RUNS, ask, contents, endings, grid_workspace
from tests.scenarios.batch.here import here
from workspace import InputError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grid_workspace(tmp_path / "ws")


def test_a_failing_scenario_leaves_its_error_and_the_others_go_on(folder: Path) -> None:
    (folder / "scenarios" / "bad.yaml").write_text("scenario: bad\nhorizn: 1\n", encoding="utf-8")
    paths = [folder / "scenarios" / f"{name}.yaml" for name in ("bad", "grid", "tiny", "none")]
    told: list[tuple[int, int]] = []
    with open_store(folder) as store:
        batch = run_batch(store, paths, here, report=lambda t: told.append((t.done, t.failed)))
        assert {fault.file for fault in batch.faults} == {"bad.yaml", "none.yaml"}
        assert len(batch.runs) == RUNS + 1
        assert [run.ending for run in batch.failed] == [Ending.REFUSED] * REFUSED
        assert "grid.yaml:8:what_if.0.product: found 'NONE'" in str(batch.failed[0].failure)
        assert told[-1] == (RUNS + 1 - REFUSED, REFUSED)
        assert "3 failed" in str(batch)
        for run in finished_runs(store):
            assert verify_folder(plan_folder(store, run)) == ()


def test_what_is_known_is_not_solved_again(folder: Path) -> None:
    def nobody(_shared: Shared, tasks: Iterable[Task], _cancelled: object) -> Iterator[Answer]:
        assert list(tasks) == []
        return iter(())

    with open_store(folder) as store:
        first = ask(folder, store)
        again = ask(folder, store, nobody)
        assert endings(again) == endings(first)
        assert again.tally.known == RUNS
        # The control: other inputs, and plans that have lost a file, are solved.
        lost = first.runs[0].plan_sha256
        assert lost is not None
        (archive.place(store, lost) / "weekly.parquet").unlink()
        assert ask(folder, store).tally.done == 1
        accounts = folder / "accounts.csv"
        accounts.write_text(accounts.read_text().replace("north", "south"), encoding="utf-8")
        assert ask(folder, store).tally.known == 0


def test_stopped_anywhere_it_goes_on_to_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    with open_store(folder) as store:
        whole = endings(ask(folder, store))
        expected = contents(store)
    other = grid_workspace(tmp_path / "other")
    with open_store(other) as store:
        for stop in range(1, RUNS, 2):

            def enough(tally: Tally, stop: int = stop) -> None:
                if tally.done + tally.failed + tally.known >= stop:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                ask(other, store, report=enough)
            (store.folder / "plans" / "ab").mkdir(exist_ok=True)
            (store.folder / "plans" / "ab" / ".abc.1.partial").mkdir(exist_ok=True)
        assert endings(ask(other, store)) == whole
        assert contents(store) == expected


def test_a_full_disk_stops_it_and_it_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    def keep(store: Store, packed: archive.Packed) -> int:
        if len(kept) == 2:
            raise OSError(28, "No space left on device", str(store.folder))
        kept.append(packed.sha256)
        return whole(store, packed)

    whole = archive.keep
    with open_store(folder) as store:
        with monkeypatch.context() as patched:
            patched.setattr(archive, "keep", keep)
            with pytest.raises(OSError, match="No space left"):
                ask(folder, store)
        again = ask(folder, store)
        assert again.tally.known == 2 + 1  # one was refused before the third plan
        assert len(again.runs) == RUNS


def test_one_batch_at_a_time(folder: Path) -> None:
    with open_store(folder) as store:
        with alone(store.folder), pytest.raises(InputError, match="another batch at work"):
            ask(folder, store)
        assert len(ask(folder, store).runs) == RUNS


def test_it_stops_when_asked(folder: Path) -> None:
    with open_store(folder) as store, pytest.raises(Cancelled):
        ask(folder, store, cancelled=lambda: True)


def test_workers_that_are_killed_cost_nothing(folder: Path, tmp_path: Path) -> None:
    with open_store(folder) as store:
        expected = endings(ask(folder, store))
        bytes_expected = contents(store)
    other = grid_workspace(tmp_path / "other")
    killed: list[int] = []

    def kill(tally: Tally) -> None:
        if tally.done + tally.failed == 1:
            children = _children(os.getpid())
            os.kill(children[-1], signal.SIGKILL)
            killed.append(children[-1])

    with open_store(other) as store:
        found = ask(other, store, on_this_machine(1), report=kill)
        assert endings(found) == expected
        assert contents(store) == bytes_expected
    assert len(killed) == 1


def _children(parent: int) -> list[int]:
    """Workers of this process: Python processes that `multiprocessing` has spawned."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in command:
            found.append(int(entry.name))
    return sorted(found)


def test_a_scenario_that_kills_its_workers_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With pools of straw: who is hit alone too often is told, the others are answered."""

    class Straw(local._Crew):
        def __init__(self, shared: object, workers: int, ahead: int) -> None:
            self.hit, self._most = [], workers * ahead

        def answers(self, supply: local._Supply, cancelled: object) -> Iterator[Answer]:
            batch = []
            while supply and len(batch) < self._most:
                batch.append(supply.again.popleft())
            if any(task.question == "deadly" for task in batch):
                self.hit = batch
                return
            for task in batch:
                yield Answer(task.question, Ending.DONE)

        def end(self) -> None:
            pass

    class Named(str):
        @property
        def key(self) -> str:
            return str(self)

    monkeypatch.setattr(local, "_Crew", Straw)
    names = [Named(name) for name in ("a", "deadly", "b", "c", "d", "e")]
    tasks = [Task(name, None) for name in names]  # type: ignore[arg-type]
    found = list(local.answers(None, tasks, 2))  # type: ignore[arg-type]
    assert sorted(str(answer.question) for answer in found) == sorted(names)
    assert [str(a.question) for a in found if a.ending is Ending.BROKEN] == ["deadly"]


def test_the_parent_killed_leaves_no_worker_and_loses_nothing(folder: Path) -> None:
    command = [sys.executable, "-P", "-m", "workbench", "batch", str(folder), "grid", "--quiet"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    with open_store(folder) as store:
        deadline = time.monotonic() + 240  # a busy machine takes its time
        while not finished_runs(store) and time.monotonic() < deadline:
            time.sleep(0.02)
        workers = _children(process.pid)
        process.kill()
        process.wait()
        before = len(finished_runs(store))
        assert before > 0
        deadline = time.monotonic() + 10
        while any(_alive(pid) for pid in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(_alive(pid) for pid in workers)
        again = ask(folder, store)
        assert again.tally.known >= before
        assert len(finished_runs(store)) == RUNS - REFUSED


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_time_left_is_told_from_the_first_run_on() -> None:
    tally = Tally(total=10, known=2)
    assert (tally.left, tally.share, tally.seconds_left) == (8, 0.2, None)
    tally.started -= 10.0
    tally.done, tally.failed = 1, 1
    assert tally.seconds_left == pytest.approx(30.0, rel=0.05)
    assert Tally(0, 0).share == 1.0
