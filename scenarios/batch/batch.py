"""A batch: every scenario solved once, whatever stops the work in between.

The parent alone writes to the store, one run at a time and each whole, so that a run is either
there or not; whoever is killed, the next batch does what is not there. Results do not depend on
which worker found them, when, or on what machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from scenarios.answer import Facts
from scenarios.batch import local
from scenarios.batch.lock import alone
from scenarios.batch.questions import asked, tasks, write_scenario
from scenarios.batch.tally import Tally
from scenarios.batch.task import Answer, Origins, Shared, Task
from scenarios.fitted import Progress, response_for
from scenarios.store import archive
from scenarios.store.errors import Failure, failure_json
from scenarios.store.full import system_error
from scenarios.store.runs import Run, answered, keep_done, keep_failed, known
from scenarios.store.store import Store
from workspace.faults import Fault
from workspace.load import load

UP = "../../../.."  # from a plan's unpacked folder in the store to its workspace

Cancelled = Callable[[], bool]
Solve = Callable[[Shared, Iterable[Task], Cancelled | None], Iterator[Answer]]
Report = Callable[[Tally], None]


@dataclass(frozen=True)
class Batch:
    """How a batch ended: its runs in the order of the files, and scenarios that are none."""

    runs: tuple[Run, ...]
    faults: tuple[Fault, ...]  # of scenarios that could not be asked
    tally: Tally

    @property
    def failed(self) -> tuple[Run, ...]:
        """The runs without a plan."""
        return tuple(run for run in self.runs if run.plan_sha256 is None)

    def __str__(self) -> str:
        done = len(self.runs) - len(self.failed)
        return f"{done} done ({self.tally.known} known before), {len(self.failed)} failed"


def on_this_machine(workers: int | None = None) -> Solve:
    """Solve with processes of this machine, by default one for each core."""
    count = workers or local.cores()
    return lambda shared, todo, cancelled: local.answers(shared, todo, count, cancelled)


def run_batch(
    store: Store,
    paths: Sequence[Path],
    solve: Solve,
    response_folder: Path | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Batch:
    """Solve the scenarios of the files that the store does not know yet, and keep them.

    `progress` is told of the response's estimation, `report` of every run that ends. Raises
    InputError where the workspace is bad or another batch is at work, Cancelled, and OSError
    where the store cannot be written (a full disk): what was kept until then stays.
    """
    with alone(store.folder):
        _sweep(store)
        workspace = load(store.workspace, planning=True)
        response, folder = response_for(workspace, response_folder, progress)
        facts = Facts(workspace, response)
        ask = asked(facts, paths)
        keys = list(ask.names)
        there = answered(store, keys)
        tally = Tally(len(keys), len(there))
        shared = Shared(facts, origins_of(store, folder), workspace.sha256 + response.sha256)
        with _told_as_system_errors(store):
            for answer in solve(shared, tasks(facts, paths, ask.but(there)), cancelled):
                keep(store, answer)
                tally.done += answer.packed is not None
                tally.failed += answer.packed is None
                if report is not None:
                    report(tally)
        ended = known(store, keys)
    return Batch(tuple(ended[key] for key in keys if key in ended), ask.faults, tally)


def origins_of(store: Store, response: Path) -> Origins:
    """How plans in the store name their inputs, whichever machine writes them."""
    home = store.workspace.resolve()
    try:
        return Origins(UP, f"{UP}/{response.resolve().relative_to(home).as_posix()}")
    except ValueError:  # a response from elsewhere
        return Origins(UP, response.resolve().as_posix())


def keep(store: Store, answer: Answer) -> None:
    """Put an answer into the store: files first, then the row that refers to them."""
    write_scenario(store, answer.question)
    if answer.packed is not None:
        keep_done(store, answer.question, answer.packed)
        return
    told = failure_json(answer.failure or Failure())
    keep_failed(store, answer.question, answer.ending, told, answer.seconds)


def _sweep(store: Store) -> None:
    """Remove what a killed batch left half-written. Nobody else writes while the lock is held."""
    for partial in (store.folder / archive.PLANS).glob("*/.*.partial"):
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _told_as_system_errors(store: Store) -> Iterator[None]:
    """A database that cannot write (a full disk) is told like any file that cannot be written."""
    try:
        yield
    except OperationalError as error:
        raise system_error(error, store.engine.url.database or str(store.folder)) from error
