"""How far a batch is, on stderr: a bar where somebody watches, else a line now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.interrupt import Report
from workbench.language import Language
from workbench.session import Session

if TYPE_CHECKING:
    from scenarios.batch.tally import Tally

STEP = 0.1  # of the whole between two lines where nobody watches


@dataclass(frozen=True)
class Reports:
    """What a batch calls: while the response is estimated, for every run that ends, and while its
    cluster has no workers."""

    stage: Report
    run: Callable[[Tally], None]
    lonely: Callable[[], None]


@contextmanager
def batch_reporting(session: Session) -> Iterator[Reports]:
    """Callbacks that show a batch's progress on stderr."""
    waiting = session.say("no worker on the cluster: waiting until one joins")
    if not session.lively:
        lines = _Lines(session)
        yield Reports(lambda _stage, _share: None, lines, lambda: session.tell(waiting))
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    with Progress(
        BarColumn(), TextColumn("{task.description}"), console=console, transient=True
    ) as progress:
        task = progress.add_task(session.say("reading the workspace"), total=1.0)

        def report(tally: Tally) -> None:
            progress.update(task, completed=tally.share, description=sentence(tally, session.say))

        yield Reports(
            lambda _stage, _share: None,
            report,
            lambda: progress.update(task, description=waiting),
        )


class _Lines:
    """A line each time that another tenth is done."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = 0

    def __call__(self, tally: Tally) -> None:
        tenth = int(tally.share / STEP + 1e-9)
        if tenth > self._told:
            self._told = tenth
            self._session.tell(sentence(tally, self._session.say))


def sentence(tally: Tally, say: Language) -> str:
    """How far it is, in words."""
    ended = say("{ended} of {total} scenarios", ended=tally.total - tally.left, total=tally.total)
    parts = [ended]
    if tally.failed:
        parts.append(say("{n} without a plan", n=tally.failed))
    if tally.left and tally.seconds_left is not None:
        parts.append(say("about {time} left", time=_duration(tally.seconds_left, say)))
    return ", ".join(parts)


def _duration(seconds: float, say: Language) -> str:
    if seconds < 90:
        return say("{n} s", n=round(seconds))
    if seconds < 5400:
        return say("{n} min", n=round(seconds / 60))
    return say("{n} h", n=say.number(seconds / 3600, 1))
