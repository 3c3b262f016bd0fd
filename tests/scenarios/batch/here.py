"""A way to solve a batch without any other process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from optimizer.cancellation import Cancelled
from scenarios.batch.task import Answer, Shared, Task
from scenarios.batch.work import solve


def here(
    shared: Shared, tasks: Iterable[Task], cancelled: Callable[[], bool] | None
) -> Iterator[Answer]:
    """One after the other in this very process."""
    for task in tasks:
        if cancelled is not None and cancelled():
            raise Cancelled
        yield solve(shared, task)
