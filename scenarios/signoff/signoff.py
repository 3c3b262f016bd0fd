"""The way of a plan: draft -> submitted -> approved -> locked, every step in one transaction.

- Whoever edited any version of a plan, or submitted one, never approves or locks it.
- An approval names the hashes of the plan and of its inputs, and dies when either changes.
- Above the threshold of workspace.yaml several people have to approve. With the last of them the
  plan's money is reserved in every budget that it draws on.
- A locked plan is final. A later version may take its place, and its money, when that is locked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from scenarios.signoff import funds, proposals
from scenarios.signoff.dossier import Signed
from scenarios.signoff.person import Person, name_key
from scenarios.signoff.proposals import Proposal
from scenarios.signoff.refused import Refused
from scenarios.signoff.states import State
from scenarios.signoff.step import Clock, Step, take, utc
from scenarios.store.store import Store
from workspace.text import Text


def record_edit(
    store: Store, person: Person, name: str, plan_sha256: str, clock: Clock = utc
) -> None:
    """Keep that somebody has changed a plan: from now on they cannot approve it.

    An open proposal of that plan dies, even where the edit has only put back what was submitted:
    one of its approvals may be the editor's own, and nobody has seen the version in between.
    """

    def work(step: Step) -> None:
        _sweep(step)
        _edit(step, name, plan_sha256, person.name)
        for old in proposals.versions(step.connection, name):
            if old.state.open:
                _end(step, old, State.VOID, "edited")

    take(store, person, work, clock)


def submit(
    store: Store,
    person: Person,
    what: Signed,
    also: Iterable[str] = (),
    note: str = "",
    clock: Clock = utc,
) -> Proposal:
    """Ask for a plan to be approved; `also` names others who had a hand in it.

    Raises Refused where exactly this is submitted or locked already.
    """

    def work(step: Step) -> Proposal:
        _sweep(step)
        for old in proposals.versions(step.connection, what.name):
            if old.is_of(what) and (old.state.open or old.state is State.LOCKED):
                raise Refused(what.name, "submit", STATE[old.state], Text("a change since"))
            if old.state.open:
                _end(step, old, State.VOID, "another version was submitted")
        for name in {name_key(n): n for n in (*also, person.name)}.values():
            _edit(step, what.name, what.plan_sha256, name)
        expires = datetime.fromisoformat(step.at) + timedelta(days=what.policy.days)
        until = expires.isoformat(timespec="microseconds")
        found = proposals.add(step.connection, what, person.name, step.at, until)
        step.tell(
            "submit",
            what.name,
            proposal=found.id,
            plan=what.plan_sha256,
            inputs=what.inputs_sha256,
            spend=what.spend,
            needed=what.needed,
            expires=until,
            funds={fund.name: fund.amount for fund in what.funds},
            note=note,
        )
        return found

    return take(store, person, work, clock)


def approve(
    store: Store, person: Person, what: Signed, note: str = "", clock: Clock = utc
) -> Proposal:
    """Say yes to the submitted plan. Raises Refused where it may not be said, or money lacks.

    The last yes that is needed reserves the money and makes the plan approved.
    """

    def work(step: Step) -> Proposal | Refused:
        _sweep(step)
        found = _alive(step, what, "approve")
        if isinstance(found, Refused):
            return found
        if found.state is not State.SUBMITTED:
            raise Refused(what.name, "approve", STATE[found.state], STATE[State.SUBMITTED])
        _check_person(step, what, found, "approve")
        proposals.approved(step.connection, found, person.name, step.at, note)
        hashes = {"plan": what.plan_sha256, "inputs": what.inputs_sha256}
        step.tell("approve", what.name, proposal=found.id, **hashes, note=note)
        found = proposals.one(step.connection, found.id)
        if len(found.approvers) < found.needed:
            return found
        locked = _locked(step, what.name)
        already = {} if locked is None else funds.held(step.connection, locked.id)
        drawn = funds.reserve(step.connection, what.name, found.id, what.funds, already)
        limits = {fund.name: fund.limit for fund in what.funds}
        step.tell("reserve", what.name, proposal=found.id, drawn=drawn, limits=limits)
        return proposals.move(step.connection, found, State.APPROVED)

    return take(store, person, work, clock)


def lock(store: Store, person: Person, what: Signed, clock: Clock = utc) -> Proposal:
    """Make an approved plan final, in place of an earlier version if one was locked.

    Raises Refused where it is not approved, or has changed.
    """

    def work(step: Step) -> Proposal | Refused:
        _sweep(step)
        found = _alive(step, what, "lock")
        if isinstance(found, Refused):
            return found
        if found.state is not State.APPROVED:
            raise Refused(what.name, "lock", STATE[found.state], STATE[State.APPROVED])
        if person.key in proposals.editors(step.connection, what.name):
            raise _own_work(what, person, "lock")
        earlier = _locked(step, what.name)
        if earlier is not None:
            _end(step, earlier, State.REPLACED, "")
        funds.release(step.connection, found.id)
        drawn = funds.reserve(step.connection, what.name, found.id, what.funds, {})
        step.tell("lock", what.name, proposal=found.id, plan=what.plan_sha256, drawn=drawn)
        return proposals.move(step.connection, found, State.LOCKED)

    return take(store, person, work, clock)


def reject(store: Store, person: Person, name: str, note: str, clock: Clock = utc) -> Proposal:
    """Say no to an open proposal, or withdraw one's own; its money is released."""

    def work(step: Step) -> Proposal:
        _sweep(step)
        if not note.strip():
            raise Refused(name, "reject", Text("no reason"), Text("one: --note TEXT"))
        for found in proposals.versions(step.connection, name):
            if found.state.open:
                return _end(step, found, State.REJECTED, note)
        raise Refused(name, "reject", Text("nothing that is open"), STATE[State.SUBMITTED])

    return take(store, person, work, clock)


def revisit(store: Store, person: Person, what: Signed, clock: Clock = utc) -> None:
    """Look at a plan: an open proposal of it dies where plan or inputs have changed."""

    def work(step: Step) -> None:
        for found in proposals.versions(step.connection, what.name):
            if found.state.open and not found.is_of(what):
                _end(step, found, State.VOID, "changed")

    take(store, person, work, clock)


def sweep(store: Store, person: Person, clock: Clock = utc) -> None:
    """Let every proposal lapse whose time is over; its money is released."""
    take(store, person, _sweep, clock)


STATE = {
    State.DRAFT: Text("a plan that was not submitted"),
    State.SUBMITTED: Text("a submitted plan"),
    State.APPROVED: Text("an approved plan"),
    State.LOCKED: Text("a locked plan"),
    State.REJECTED: Text("a rejected plan"),
    State.VOID: Text("a plan that has changed since it was submitted"),
    State.EXPIRED: Text("a plan that was not signed in time"),
    State.REPLACED: Text("a plan that was replaced by a later version"),
}


def _sweep(step: Step) -> None:
    for found in proposals.open_ones(step.connection):
        if found.expires <= step.at:
            _end(step, found, State.EXPIRED, "")


def _alive(step: Step, what: Signed, name: str) -> Proposal | Refused:
    """The open proposal, if it is of exactly this plan on these inputs; else it dies here."""
    found = proposals.versions(step.connection, what.name)
    if not found:
        raise Refused(what.name, name, STATE[State.DRAFT], STATE[State.SUBMITTED])
    latest = found[0]
    if latest.state.open and not latest.is_of(what):
        _end(step, latest, State.VOID, "changed")
        return Refused(what.name, name, STATE[State.VOID], Text("the plan and inputs as submitted"))
    if not latest.state.open:
        raise Refused(what.name, name, STATE[latest.state], STATE[State.SUBMITTED])
    return latest


def _check_person(step: Step, what: Signed, found: Proposal, name: str) -> None:
    """Raise Refused where somebody may not approve."""
    person = step.person
    if person.key in proposals.editors(step.connection, what.name):
        raise _own_work(what, person, name)
    if found.was_approved_by(person.name):
        said = Text("{person}, who has approved it already", person=person.name)
        raise Refused(what.name, name, said, Text("somebody else"))
    named = what.policy.approvers
    if named and person.key not in {name_key(n) for n in named}:
        said = Text("{person}, who is no approver of this workspace", person=person.name)
        raise Refused(what.name, name, said, Text("one of {names}", names=", ".join(named)))


def _own_work(what: Signed, person: Person, step: str) -> Refused:
    said = Text("{person}, who has edited or submitted it", person=person.name)
    return Refused(what.name, step, said, Text("somebody who has done neither"))


def _edit(step: Step, name: str, plan: str, who: str) -> None:
    proposals.edited(step.connection, name, plan, who, step.at)
    step.tell("edit", name, plan=plan, by=who)


def _end(step: Step, found: Proposal, state: State, note: str) -> Proposal:
    released = funds.release(step.connection, found.id)
    step.tell(state.value, found.name, proposal=found.id, released=released, note=note)
    return proposals.move(step.connection, found, state)


def _locked(step: Step, name: str) -> Proposal | None:
    for found in proposals.versions(step.connection, name):
        if found.state is State.LOCKED:
            return found
    return None
