"""How all plans of a workspace stand with those who have to sign them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scenarios.fitted import RESULTS
from scenarios.signoff.dossier import Signed, signed, subject_of
from scenarios.signoff.person import Person
from scenarios.signoff.proposals import Proposal, all_proposals
from scenarios.signoff.signed_hash import RECORD, read_files, signed_sha256
from scenarios.signoff.signoff import revisit, sweep
from scenarios.signoff.states import State
from scenarios.signoff.step import Clock, utc
from scenarios.store.store import Store, open_store
from scenarios.verify import home_of, inputs_of
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.settings import read_settings
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Standing:
    """Every version of every plan, the latest first, and the plans never submitted, by name.

    `changed`: names of locked plans whose folder holds something else by now.
    """

    proposals: tuple[Proposal, ...]
    drafts: tuple[str, ...]
    changed: tuple[str, ...]
    workspace: Workspace


@contextmanager
def signing(
    folder: Path, workspace: Path | None, url: str | None
) -> Iterator[tuple[Store, Signed]]:
    """The store of a plan's workspace, and what is to be signed as it is now.

    Raises InputError where the folder is no plan.
    """
    inputs = inputs_of(folder, workspace)
    with open_store(inputs.workspace.folder, url) as store:
        yield store, signed(folder, inputs)


@contextmanager
def naming(folder: Path, workspace: Path | None, url: str | None) -> Iterator[tuple[Store, str]]:
    """The store of a plan's workspace, and the plan's name in it; nothing else has to be sound.

    Raises InputError where it cannot be told which workspace that is.
    """
    home = workspace or home_of(folder)
    faults: list[Fault] = []
    settings, _ = read_settings(home, faults)
    if settings is None:
        raise InputError(faults)
    with open_store(home, url) as store:
        yield store, subject_of(settings, folder.resolve().name)


def standing(store: Store, person: Person, clock: Clock = utc) -> Standing:
    """Where every plan stands. Open ones that have changed, or lapsed, are found dead here."""
    workspace = load(store.workspace, planning=True)
    home = workspace.settings.name
    folders = {
        subject_of(workspace.settings, path.parent.name): path.parent
        for path in sorted((store.workspace / RESULTS / "plans").glob(f"*/{RECORD}"))
    }
    if any(found.state.open for found in all_proposals(store, home)):
        sweep(store, person, clock)
    changed = []
    for found in all_proposals(store, home):
        folder = folders.get(found.name)
        if folder is None:
            continue
        if found.state.open:
            _look(store, person, found, folder, clock)
        elif found.state is State.LOCKED and signed_sha256(read_files(folder)) != found.plan_sha256:
            changed.append(found.name)
    known = all_proposals(store, home)
    named = {found.name for found in known}
    drafts = tuple(path.name for name, path in folders.items() if name not in named)
    return Standing(tuple(known), drafts, tuple(changed), workspace)


def _look(store: Store, person: Person, found: Proposal, folder: Path, clock: Clock) -> None:
    try:
        now = signed(folder, inputs_of(folder))
    except InputError:
        return  # `verify` says what is wrong with it; nobody can sign it as it is
    if not found.is_of(now):
        revisit(store, person, now, clock)
