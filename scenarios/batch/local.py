"""A batch on this machine: processes of the standard library, replaced where they die."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

from optimizer.cancellation import Cancelled
from scenarios.batch.task import Answer, Shared, Task
from scenarios.batch.work import one_core, solve
from scenarios.store.errors import Failure
from scenarios.store.runs import Ending
from workspace.text import Text

DEATHS = 5  # of its process, after which a scenario is given up
AHEAD = 2  # tasks handed to the pool for each worker: the next is there when one ends
_TICK = 0.2  # seconds between looks at `cancelled`

_shared: list[Shared] = []


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def answers(
    shared: Shared,
    tasks: Iterable[Task],
    workers: int,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Answer]:
    """The answer to every task, as they come. Raises Cancelled, with all workers ended.

    A worker that dies takes only what it was at with it, which is then tried again.
    """
    deaths = Counter[str]()
    supply = _Supply(iter(tasks))
    while not supply.empty:
        # Where a scenario may be what kills workers, it runs alone: nobody else dies of it.
        suspects = supply.split(lambda task: deaths[task.question.key] > 1)
        crew = _Crew(shared, 1, 1) if suspects else _Crew(shared, workers, AHEAD)
        try:
            yield from crew.answers(suspects or supply, cancelled)
        finally:
            crew.end()
        if suspects:
            supply.again.extend(suspects.again)
        for task in crew.hit:
            deaths[task.question.key] += 1
            if deaths[task.question.key] < DEATHS:
                supply.again.append(task)
                continue
            why = Text("its process died {n} times", n=DEATHS)
            yield Answer(task.question, Ending.BROKEN, failure=Failure(why))


class _Supply:
    """Tasks in order, those first that have to be done again. Never more in memory than those."""

    def __init__(self, fresh: Iterator[Task], again: Iterable[Task] = ()) -> None:
        self.again = deque(again)
        self._fresh = fresh

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        if not self.again:
            self.again.extend(itertools.islice(self._fresh, 1))
        return not self.again

    def __bool__(self) -> bool:
        return not self.empty

    def split(self, chosen: Callable[[Task], bool]) -> _Supply | None:
        """Take the chosen ones out of those to be done again; None where there are none."""
        taken = [task for task in self.again if chosen(task)]
        self.again = deque(task for task in self.again if not chosen(task))
        return _Supply(iter(()), taken) if taken else None


class _Crew:
    """A pool of workers until all is done or one of them dies; `hit` is what died with it."""

    def __init__(self, shared: Shared, workers: int, ahead: int) -> None:
        self._most = workers * ahead
        self._pool = ProcessPoolExecutor(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(shared,),
        )
        self.hit: list[Task] = []

    def answers(self, supply: _Supply, cancelled: Callable[[], bool] | None) -> Iterator[Answer]:
        """Answers as they come; what is left in `supply` afterwards was not begun."""
        running: dict[Future[Answer], Task] = {}
        whole = True
        while whole and (running or supply):
            if cancelled is not None and cancelled():
                raise Cancelled
            try:
                while len(running) < self._most and supply:
                    running[self._pool.submit(_work, supply.again[0])] = supply.again[0]
                    supply.again.popleft()
            except BrokenProcessPool:
                whole = bool(running)  # the futures tell; where there are none, nothing was hit
            done, _ = wait(running, timeout=_TICK, return_when=FIRST_COMPLETED)
            for future in done:
                task = running.pop(future)
                try:
                    answer = future.result()
                except BrokenProcessPool:
                    self.hit.append(task)
                    whole = False
                else:
                    yield answer
        self.hit.extend(running.values())

    def end(self) -> None:
        """End the workers now, whatever they do."""
        processes = list((self._pool._processes or {}).values())
        for process in processes:
            with suppress(OSError):
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _begin(shared: Shared) -> None:
    """The first thing that a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    one_core()
    _shared[:] = [shared]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent has gone, however that went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task) -> Answer:
    return solve(_shared[0], task)
