"""Versions of plans that were submitted, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from scenarios.signoff.dossier import Signed
from scenarios.signoff.person import name_key
from scenarios.signoff.states import State
from scenarios.store.engine import reading
from scenarios.store.store import Store
from scenarios.store.tables import approvals, edits, proposals


@dataclass(frozen=True)
class Proposal:
    """One version of a plan on its way. Amounts in cents; times UTC in ISO 8601."""

    id: int
    name: str  # workspace/plan
    plan_sha256: str
    inputs_sha256: str
    state: State
    spend: int
    needed: int
    author: str
    submitted: str
    expires: str
    approvers: tuple[str, ...] = ()

    @property
    def plan(self) -> str:
        """The plan's own name."""
        return self.name.rpartition("/")[2]

    def is_of(self, what: Signed) -> bool:
        """Whether it was asked for exactly this plan on these inputs."""
        return (self.plan_sha256, self.inputs_sha256) == (what.plan_sha256, what.inputs_sha256)

    def was_approved_by(self, name: str) -> bool:
        """Whether somebody of this name, however spelt, has approved it."""
        return name_key(name) in {name_key(person) for person in self.approvers}


def add(connection: Connection, what: Signed, author: str, at: str, expires: str) -> Proposal:
    """Keep that a plan was submitted."""
    values = {
        "name": what.name,
        "plan_sha256": what.plan_sha256,
        "inputs_sha256": what.inputs_sha256,
        "state": State.SUBMITTED.value,
        "spend": what.spend,
        "needed": what.needed,
        "author": author,
        "submitted": at,
        "expires": expires,
    }
    key = connection.execute(insert(proposals).values(**values)).inserted_primary_key
    assert key is not None
    return one(connection, int(key[0]))


def move(connection: Connection, found: Proposal, state: State) -> Proposal:
    """Put a proposal into another state."""
    changed = update(proposals).where(proposals.c.id == found.id).values(state=state.value)
    connection.execute(changed)
    return one(connection, found.id)


def one(connection: Connection, key: int) -> Proposal:
    """A proposal by its number."""
    return _read(connection, proposals.c.id == key)[0]


def versions(connection: Connection, name: str) -> list[Proposal]:
    """All proposals of a plan, the latest first."""
    return _read(connection, proposals.c.name == name)


def open_ones(connection: Connection) -> list[Proposal]:
    """Every proposal that can still be signed or turned down, the latest first."""
    return _read(connection, proposals.c.state.in_([state.value for state in State if state.open]))


def all_proposals(store: Store, workspace: str | None = None) -> list[Proposal]:
    """Every proposal, or those of one workspace by its name, the latest first."""
    with reading(store.engine) as connection:
        found = _read(connection, true())
    return [
        proposal
        for proposal in found
        if workspace is None or proposal.name.rpartition("/")[0] == workspace
    ]


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[Proposal]:
    query = select(proposals).where(wanted).order_by(proposals.c.id.desc())
    rows = connection.execute(query).mappings().all()
    people: dict[int, list[str]] = {int(row["id"]): [] for row in rows}
    if rows:
        order = (approvals.c.at, approvals.c.person)
        said = select(approvals.c.proposal, approvals.c.person).order_by(*order)
        joined = said.join(proposals, proposals.c.id == approvals.c.proposal).where(wanted)
        for number, person in connection.execute(joined).all():
            people[int(number)].append(str(person))
    return [
        Proposal(**{**row, "state": State(row["state"]), "approvers": tuple(people[row["id"]])})
        for row in rows
    ]


def edited(connection: Connection, name: str, plan_sha256: str, who: str, at: str) -> None:
    """Keep that somebody has had a hand in a plan."""
    values = {"name": name, "plan_sha256": plan_sha256, "person": who, "at": at, "note": ""}
    connection.execute(insert(edits).values(**values))


def editors(connection: Connection, name: str) -> set[str]:
    """The keys of everybody who has ever edited or submitted a version of a plan."""
    rows = connection.execute(select(edits.c.person).where(edits.c.name == name)).all()
    return {name_key(str(row[0])) for row in rows}


def approved(connection: Connection, found: Proposal, who: str, at: str, note: str) -> None:
    """Keep that somebody has said yes."""
    values = {"plan_sha256": found.plan_sha256, "at": at, "note": note}
    connection.execute(
        insert(approvals).values(
            proposal=found.id, person=who, verdict=State.APPROVED.value, **values
        )
    )
