"""A batch on a Dask cluster: the same work, the same answers, wherever the workers are.

Workers need this program in the same version and nothing else: no shared folder, no database.
What scenarios share reaches every worker once, those too that join later.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

from distributed import CancelledError, Client, Future, Worker, WorkerPlugin, get_worker
from distributed.scheduler import KilledWorker

from optimizer.cancellation import Cancelled
from scenarios.batch.questions import version_text
from scenarios.batch.task import Answer, Shared, Task
from scenarios.batch.work import one_core, solve
from scenarios.store.errors import Failure
from scenarios.store.runs import Ending
from workspace.faults import Fault, InputError
from workspace.text import Text

AHEAD = 2  # tasks handed over for each thread of the cluster
DEATHS = 2  # times that Dask gives a scenario up, each after four workers that died under it
_PLUGIN = "tradewind-{sha256}"
_TICK = 0.5  # seconds between looks at `cancelled`
_LONELY = 10.0  # seconds without a worker until that is told
_PATIENCE = 30.0  # seconds for the scheduler to answer
_FAREWELL = 5.0  # seconds for taking leave of it
_SHARING = 5  # times that facts are handed out before somebody who dies meanwhile ends the batch
_REPLACED = 1.0  # seconds between them, for a dead worker to be replaced


class _Facts(WorkerPlugin):
    """What scenarios share, on every worker."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.name = _PLUGIN.format(sha256=shared.sha256)

    def setup(self, worker: Worker) -> None:
        """A worker joins."""
        one_core()


def on_cluster(
    address: str, lonely: Callable[[], None] | None = None
) -> Callable[..., Iterator[Answer]]:
    """Solve on the cluster whose scheduler is at `address`.

    A cluster without workers is waited for: they may be starting, or come when there is room.
    `lonely` is called each time that there has been none for some seconds.
    """
    return lambda shared, todo, cancelled: answers(shared, todo, address, cancelled, lonely)


def answers(
    shared: Shared,
    tasks: Iterable[Task],
    address: str,
    cancelled: Callable[[], bool] | None = None,
    lonely: Callable[[], None] | None = None,
) -> Iterator[Answer]:
    """The answer to every task, as they come; `lonely` as for `on_cluster`.

    Raises InputError where no scheduler answers, or none any more, and Cancelled.
    """
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _silent(address, error) from error
    try:
        _share(client, shared)
        yield from _Crew(client, shared.sha256, lonely).answers(iter(tasks), cancelled)
    except OSError as error:
        raise _silent(address, error) from error
    finally:
        client.close(timeout=_FAREWELL)


def _share(client: Client, shared: Shared) -> None:
    """Hand the facts to every worker. Raises OSError where that fails again and again.

    The scheduler drops the whole call where a worker dies that it is handing them to.
    """
    for _ in range(_SHARING - 1):
        with suppress(OSError):
            client.register_plugin(_Facts(shared))
            return
        time.sleep(_REPLACED)
    client.register_plugin(_Facts(shared))


def _silent(address: str, error: Exception) -> InputError:
    reason = str(error).splitlines() or [type(error).__name__]
    found = Text("no answer ({reason})", reason=reason[0])
    return InputError([Fault(address, None, None, found, Text("the address of a Dask scheduler"))])


class _Crew:
    """The tasks that the cluster is at."""

    def __init__(self, client: Client, sha256: str, lonely: Callable[[], None] | None) -> None:
        self._client = client
        self._sha256 = sha256
        self._lonely = lonely
        self._manned = time.monotonic()  # when a worker was seen last
        self._running: dict[Future[Answer], Task] = {}
        self._again: deque[Task] = deque()
        self._deaths = Counter[str]()
        self._ended: SimpleQueue[Future[Answer]] = SimpleQueue()

    def answers(
        self, fresh: Iterator[Task], cancelled: Callable[[], bool] | None
    ) -> Iterator[Answer]:
        """Answers as they come, few tasks handed over at a time. Raises OSError, Cancelled."""
        while True:
            self._hand_over(fresh)
            if not self._running:
                return
            if cancelled is not None and cancelled():
                self._client.cancel(list(self._running))
                raise Cancelled
            try:
                future = self._ended.get(timeout=_TICK)
            except Empty:
                continue
            answer = self._answer(future, self._running.pop(future))
            if answer is not None:
                yield answer

    def _hand_over(self, fresh: Iterator[Task]) -> None:
        threads = sum(self._client.nthreads().values())
        self._look_after(threads)
        while len(self._running) < max(1, AHEAD * threads):
            task = self._again.popleft() if self._again else next(fresh, None)
            if task is None:
                return
            future = self._client.submit(
                _work, self._sha256, version_text(), task, pure=False, retries=0
            )
            self._running[future] = task
            future.add_done_callback(self._ended.put)

    def _look_after(self, threads: int) -> None:
        """Say so where nobody has been there to work for a while."""
        now = time.monotonic()
        if threads:
            self._manned = now
        elif now - self._manned >= _LONELY:
            self._manned = now
            if self._lonely is not None:
                self._lonely()

    def _answer(self, future: Future[Answer], task: Task) -> Answer | None:
        """The answer, or None where the task was lost and will be done again."""
        try:
            answer = future.result()
            assert isinstance(answer, Answer)
            return answer
        except (KilledWorker, CancelledError):
            self._deaths[task.question.key] += 1
            if self._deaths[task.question.key] < DEATHS:
                self._again.append(task)
                return None
            failure = Failure(Text("its process died {n} times", n=DEATHS))
        except Exception as error:  # whatever the machinery between us and the worker may raise
            reason = f"{type(error).__name__}: {error}"
            failure = Failure(Text("the run broke off ({reason})", reason=reason))
        finally:
            future.release()
        return Answer(task.question, Ending.BROKEN, failure=failure)


def _work(sha256: str, version: str, task: Task) -> Answer:
    """Solve on a worker."""
    if version_text() != version:
        found = Text("a worker with other versions ({versions})", versions=version_text())
        return Answer(task.question, Ending.BROKEN, failure=Failure(found))
    return solve(_shared(sha256), task)


def _shared(sha256: str) -> Shared:
    """What this worker was given. One that has just joined may get a task before its plugins."""
    plugins, name = get_worker().plugins, _PLUGIN.format(sha256=sha256)
    deadline = time.monotonic() + _PATIENCE
    while name not in plugins and time.monotonic() < deadline:
        time.sleep(0.05)
    plugin = plugins[name]
    assert isinstance(plugin, _Facts)
    return plugin.shared
