"""The volumes that were agreed last: those of the latest version of a plan that was approved."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scenarios.signoff.deposit import withdraw
from scenarios.signoff.proposals import Proposal, all_proposals
from scenarios.signoff.states import State
from scenarios.store.store import Store

Key = tuple[str, str]  # product, Monday in ISO form


@dataclass(frozen=True)
class Volume:
    """Units of a product and week over all accounts; `high`: their P90, None where unknown."""

    units: float
    high: float | None


@dataclass(frozen=True)
class Agreed:
    """An approved version of a plan, and its volumes."""

    proposal: Proposal
    volumes: Mapping[Key, Volume]


def agreed(store: Store, workspace: str, name: str, but: str) -> Agreed | None:
    """What was agreed last under a plan's name, `workspace/plan`; None where nothing ever was.

    `but`: the hash of the plan that is handed over now, which is no news against itself. Versions
    that were withdrawn after their approval do not count; those that only changed, lapsed or were
    replaced since do: production was told of them. Raises InputError where the copy of a signed
    plan was changed or lost.
    """
    for found in all_proposals(store, workspace):
        if found.name == name and found.plan_sha256 != but and _was_agreed(found):
            return Agreed(found, volumes(withdraw(store, found.plan_sha256)))
    return None


def _was_agreed(found: Proposal) -> bool:
    if found.state.holds_money or found.state is State.REPLACED:
        return True
    dead = found.state in (State.VOID, State.EXPIRED)
    return dead and len(found.approvers) >= found.needed


def volumes(files: Mapping[str, bytes]) -> Mapping[Key, Volume]:
    """The volumes of a plan's folder; of one that is older than sop.csv, from its weekly rows."""
    if "sop.csv" in files:
        return {
            (row["product"], row["week"]): Volume(
                float(row["units"]), float(row["units_p90"]) if row["units_p90"] else None
            )
            for row in rows(files["sop.csv"])
        }
    units: dict[Key, float] = defaultdict(float)
    for row in rows(files["weekly.csv"]):
        units[row["product"], row["week"]] += float(row["units"])
    return {key: Volume(amount, None) for key, amount in units.items()}


def rows(content: bytes) -> Iterable[dict[str, str]]:
    """The rows of a CSV."""
    return csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
