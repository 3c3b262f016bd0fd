"""Progress of long work on stderr, drawn only where somebody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.interrupt import Report
from workbench.language import mark
from workbench.session import Session

# The names that the floors below give to their stages.
STAGES = {
    "load": mark("reading the workspace"),
    "panel": mark("laying out the history"),
    "fit": mark("estimating the response"),
    "estimate": mark("estimating the response"),
    "calibrate": mark("checking the intervals on hidden weeks"),
    "response": mark("drawing from the posterior"),
    "backtest": mark("forecasting hidden weeks"),
    "build": mark("building the problem"),
    "solve": mark("searching for the best calendar"),
    "plan": mark("writing the plan"),
    "verify": mark("verifying the plan"),
    "draws": mark("drawing what could have been"),
    "swing": mark("swinging one driver after the other"),
    "explain": mark("working out what changes and why"),
}


@contextmanager
def reporting(session: Session) -> Iterator[Report]:
    """A callback for the floors below; a bar per stage while the block runs."""
    if not session.lively:
        yield lambda _stage, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True) as progress:

        def report(stage: str, share: float) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    progress.update(task, completed=1.0)
                name = session.say.translate(STAGES.get(stage, stage))
                tasks[stage] = progress.add_task(name, total=1.0)
            progress.update(tasks[stage], completed=min(1.0, max(0.0, share)))

        yield report
