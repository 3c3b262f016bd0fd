"""What there is to compare: plans that were found and verified, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.answer import Asked as Cancelled
from scenarios.answer import Progress, Told
from scenarios.comparison.admit import Refused, admit
from scenarios.comparison.asked import Missing, asked
from scenarios.comparison.contender import Contender
from scenarios.comparison.shelf import Shelf, existing_store
from workspace.faults import Fault
from workspace.load import load
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Survey:
    """Verified plans of one workspace in the order asked for, and why there are not more."""

    workspace: Workspace
    admitted: tuple[Contender, ...]
    missing: tuple[Missing, ...]  # scenarios without a plan that is up to date
    refused: tuple[Refused, ...]  # plans that failed their verification
    faults: tuple[Fault, ...]  # names of nothing, scenarios that cannot be read


def survey(
    workspace_folder: Path,
    names: Sequence[Path],
    store_url: str | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Survey:
    """Find and verify plans; nothing is solved.

    `names`: what `asked` looks for; none: every plan of the workspace. Raises InputError where the
    workspace is bad, and Cancelled.
    """
    told = Told(progress, cancelled)
    told("load", 0.0)
    workspace = load(workspace_folder, planning=True)
    admitted: list[Contender] = []
    refused: list[Refused] = []
    with existing_store(workspace_folder, store_url) as store:
        shelf = Shelf(workspace, store)
        wanted = asked(shelf, names)
        for i, candidate in enumerate(wanted.found):
            told("verify", i / len(wanted.found))
            judged = admit(shelf, candidate)
            if isinstance(judged, Refused):
                refused.append(judged)
            else:
                admitted.append(judged)
    told("verify", 1.0)
    return Survey(workspace, tuple(admitted), wanted.missing, tuple(refused), wanted.faults)
