"""Random people take random steps in a store and in the reference; the two must never disagree."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scenarios.signoff import signoff
from scenarios.signoff.dossier import Fund, Signed
from scenarios.signoff.funds import reserved
from scenarios.signoff.proposals import editors, versions
from scenarios.signoff.refused import Refused
from scenarios.store.engine import reading
from scenarios.store.store import Store
from tests.scenarios.signoff.plans import by
from tests.scenarios.signoff.reference import (
    APPROVERS,
    DAYS,
    LIMIT,
    THRESHOLD,
    Reference,
    amount_of,
)
from workspace.settings import Approval

POLICY = Approval(threshold=THRESHOLD / 100, people=2, approvers=APPROVERS, days=DAYS)
PEOPLE = ("ana", "Ana ", "BO", "bo", "cy", "di", "ed")
STEPS = ("edit", "undo", "submit", "approve", "lock", "reject", "inputs", "day", "look")
WHIM = 0.25  # how often a step is any step
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


class DisagreementError(AssertionError):
    """The store did something else than it must. `steps` leads there."""


def what(home: str, model: Reference, name: str) -> Signed:
    version = model.version[name]
    amount = amount_of(name, version)
    fund = Fund(f"{home}/YEAR", LIMIT, amount)
    hashes = (f"{version:064d}", f"{model.inputs:064d}")
    return Signed(f"{home}/{name}", *hashes, amount, (fund,), POLICY)


def walk(store: Store, seed: int, length: int = 20) -> int:
    """One sequence in a workspace of its own. Returns how many steps were refused."""
    rng = random.Random(seed)
    home, model, refused, taken = f"ws{seed}", Reference(), 0, []
    for _ in range(length):
        who, name = rng.choice(PEOPLE), rng.choice("pppq")
        step = rng.choice(STEPS) if rng.random() < WHIM else _natural(model, name)
        if step in ("edit", "submit") and rng.random() > WHIM:
            who = "ed"  # or soon nobody is left who had no hand in it
        taken.append((step, who, name))
        allowed = _told(model, step, who.strip().lower(), name)
        if _done(store, home, model, step, who, name) != allowed:
            raise DisagreementError(f"seed {seed}: expected {allowed} of {taken}")
        refused += not allowed
        _compare(store, home, model, taken)
    _leave(store, home)
    return refused


def _natural(model: Reference, name: str) -> str:
    """What somebody who wants the plan signed does next: sequences get far enough to go wrong."""
    asked = model.now.get(name)
    if asked is None or asked.state not in ("submitted", "approved", "locked"):
        return "submit"
    return {"submitted": "approve", "approved": "lock", "locked": "edit"}[asked.state]


def _told(model: Reference, step: str, who: str, name: str) -> bool:
    if step == "inputs":
        model.inputs += 1
    elif step == "day":
        model.day += 1
    else:
        return bool(getattr(model, step)(who, name))
    return True


def _done(store: Store, home: str, model: Reference, step: str, who: str, name: str) -> bool:
    """Take the step in the store, on the plan as the reference has it. Returns whether allowed."""
    now, person, subject = what(home, model, name), by(who), f"{home}/{name}"

    def clock() -> datetime:
        return FIRST + timedelta(days=model.day)

    steps: dict[str, Callable[[], object]] = {
        "edit": lambda: signoff.record_edit(store, person, subject, now.plan_sha256, clock),
        "submit": lambda: signoff.submit(store, person, now, clock=clock),
        "approve": lambda: signoff.approve(store, person, now, clock=clock),
        "lock": lambda: signoff.lock(store, person, now, clock),
        "reject": lambda: signoff.reject(store, person, subject, "no", clock),
        "look": lambda: signoff.revisit(store, person, now, clock),
    }
    try:
        steps.get(step, lambda: None)()
    except Refused:
        return False
    return True


def _compare(store: Store, home: str, model: Reference, taken: object) -> None:
    with reading(store.engine) as connection:
        held = reserved(connection, f"{home}/YEAR")
        found = {name: versions(connection, f"{home}/{name}") for name in model.version}
        own = {name: editors(connection, f"{home}/{name}") for name in model.version}
    if own != model.hands:
        raise DisagreementError(f"{own} had a hand in it, not {model.hands}: {taken}")
    for name, asked in model.now.items():
        latest = found[name][0]
        lapsed = model.day >= asked.day + DAYS and asked.state in ("submitted", "approved")
        said = (latest.state.value, sorted(by(person).key for person in latest.approvers))
        if said != (asked.state, sorted(asked.yes)) and not lapsed:
            raise DisagreementError(f"{name} is {said}, not {asked}: {taken}")
    if held > LIMIT or held != model.held():
        raise DisagreementError(f"{held} are reserved, not {model.held()}: {taken}")


def _leave(store: Store, home: str) -> None:
    """Nothing open is left behind: the next sequence has its own time."""
    with reading(store.engine) as connection:
        left = [p for name in "pq" for p in versions(connection, f"{home}/{name}")]
    for proposal in left:
        if proposal.state.open:
            try:
                signoff.reject(store, by("end"), proposal.name, "over", lambda: FIRST)
            except Refused:
                raise DisagreementError(f"{proposal} cannot be left") from None
