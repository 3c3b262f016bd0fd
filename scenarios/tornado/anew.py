"""The best calendar at both ends of every swing, by a batch: runs of the store like any other."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from optimizer.spec import Spec
from scenarios.answer import Progress
from scenarios.batch.batch import Report, Solve, run_batch
from scenarios.comparison.admit import Refused, admit
from scenarios.comparison.contender import Figures
from scenarios.comparison.shelf import Shelf, Stale
from scenarios.outcomes import VerificationFailed
from scenarios.store.store import Store
from scenarios.tornado.tornado import End, Tornado, supposed
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Means:
    """What solving needs."""

    store: Store
    solve: Solve
    progress: Progress | None = None
    report: Report | None = None
    cancelled: Callable[[], bool] | None = None


def replanned(found: Tornado, workspace: Workspace, means: Means) -> Tornado:
    """The same with new calendars; ends that have no plan stay without.

    Raises Cancelled, InputError, and VerificationFailed.
    """
    spec = found.contender.spec
    with tempfile.TemporaryDirectory(prefix="tradewind-") as name:
        file = Path(name) / "tornado.yaml"
        file.write_text(yaml.safe_dump(_grid(spec, found), sort_keys=False), encoding="utf-8")
        run_batch(
            means.store, [file], means.solve, found.contender.response_folder,
            means.progress, means.report, means.cancelled,
        )  # fmt: skip
    shelf = Shelf(workspace, means.store)
    plans = dict(_plans(shelf, found))
    levers = [
        replace(
            lever,
            low=_with(lever.low, plans.get((lever.swing.driver, lever.low.factor))),
            high=_with(lever.high, plans.get((lever.swing.driver, lever.high.factor))),
        )
        for lever in found.levers
    ]
    return replace(found, levers=tuple(levers))


def _with(end: End, figures: Figures | None) -> End:
    return replace(end, anew=figures)


def _ends(found: Tornado) -> Iterator[tuple[str, str, float]]:
    """Label, driver and factor of every end."""
    for lever in found.levers:
        for end in (lever.low, lever.high):
            yield f"{lever.swing.driver}-{end.factor:g}", lever.swing.driver, end.factor


def _grid(spec: Spec, found: Tornado) -> dict[str, object]:
    """A scenario's file with all ends as its grid."""
    said: dict[str, object] = json.loads(spec.model_dump_json(exclude_defaults=True))
    said.pop("what_if", None)
    values = {
        label: json.loads(supposed(spec, driver, factor).model_dump_json())["what_if"]
        for label, driver, factor in _ends(found)
    }
    return {**said, "vary": {"what_if": values}}


def _plans(shelf: Shelf, found: Tornado) -> Iterator[tuple[tuple[str, float], Figures]]:
    """The verified plans of all ends that have one."""
    spec = found.contender.spec
    ends = _ends(found)
    wanted = {f"{spec.scenario}+{label}": (driver, factor) for label, driver, factor in ends}
    for run in shelf.runs:
        end = wanted.get(run.scenario)
        if end is None or run.spec["what_if"] != _said(spec, *end):
            continue
        candidate = shelf.run(run)
        if isinstance(candidate, Stale):
            continue
        judged = admit(shelf, candidate)
        if isinstance(judged, Refused):
            raise VerificationFailed(shelf.workspace.folder, judged.findings)
        yield end, judged.figures


def _said(spec: Spec, driver: str, factor: float) -> object:
    return json.loads(supposed(spec, driver, factor).model_dump_json())["what_if"]
