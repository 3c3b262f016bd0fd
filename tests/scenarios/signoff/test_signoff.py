"""Sign-off: no self-approval, no approval that outlives a change, no euro promised twice."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.funds import reserved
from scenarios.signoff.proposals import all_proposals
from scenarios.signoff.refused import Refused
from scenarios.signoff.signoff import approve, lock, record_edit, reject, revisit, submit, sweep
from scenarios.signoff.states import State
from scenarios.store.engine import reading
from scenarios.store.store import Store, open_store
from tests.scenarios.signoff.plans import FUND, by, plan


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as found:
        yield found
        assert verify_trail(found).faults == ()  # whatever happened, it was told


def drawn(store: Store) -> int:
    with reading(store.engine) as connection:
        return reserved(connection, FUND)


def states(store: Store) -> list[State]:
    return [found.state for found in all_proposals(store)]


def test_the_way_of_a_plan(store: Store) -> None:
    assert submit(store, by("ana"), plan()).state is State.SUBMITTED
    assert drawn(store) == 0
    assert approve(store, by("bo"), plan()).state is State.APPROVED
    assert drawn(store) == 100
    found = lock(store, by("cy"), plan())
    assert (found.state, found.plan, found.author) == (State.LOCKED, "p", "ana")
    assert drawn(store) == 100
    for again in (submit, approve, lock):
        with pytest.raises(Refused, match="a locked plan"):
            again(store, by("di"), plan())
    with pytest.raises(Refused, match="nothing that is open"):
        reject(store, by("bo"), "ws/p", "no")


def test_two_people_above_the_threshold(store: Store) -> None:
    asked = plan(people=2, threshold=0.99)
    assert asked.needed == 2
    assert plan(people=2, threshold=1.0).needed == 1  # above it, not at it
    submit(store, by("ana"), asked)
    assert approve(store, by("bo"), asked).state is State.SUBMITTED
    assert drawn(store) == 0
    with pytest.raises(Refused, match="already"):
        approve(store, by("bo"), asked)
    with pytest.raises(Refused, match="expected an approved plan"):
        lock(store, by("cy"), asked)
    found = approve(store, by("cy"), asked)
    assert (found.state, found.approvers) == (State.APPROVED, ("bo", "cy"))
    with pytest.raises(Refused, match="an approved plan"):
        approve(store, by("di"), asked)


@pytest.mark.parametrize("spelling", ["ana", "ANA", "  ana ", "Ａna"])
def test_nobody_approves_their_own_work_however_they_spell_themselves(
    store: Store, spelling: str
) -> None:
    record_edit(store, by("bo"), "ws/p", plan(version=0).plan_sha256)  # an earlier version counts
    submit(store, by("Ana"), plan(people=2), also=["Di"])
    for name in (spelling, "bo", "di"):
        with pytest.raises(Refused, match="has edited or submitted"):
            approve(store, by(name), plan(people=2))
    approve(store, by("Cy"), plan(people=2))
    with pytest.raises(Refused, match="already"):
        approve(store, by("CY"), plan(people=2))
    approve(store, by("ed"), plan(people=2))
    with pytest.raises(Refused, match="has edited or submitted"):
        lock(store, by(spelling), plan(people=2))


def test_only_those_named_approve_where_some_are(store: Store) -> None:
    named = plan(approvers=("Bo", "cy"))
    submit(store, by("ana"), named)
    with pytest.raises(Refused, match="expected one of Bo, cy"):
        approve(store, by("di"), named)
    assert approve(store, by("BO"), named).state is State.APPROVED


@pytest.mark.parametrize("change", [{"version": 2}, {"inputs": 2}])
@pytest.mark.parametrize("signed", [0, 1, 2])
def test_an_approval_dies_with_a_change(store: Store, change: dict[str, int], signed: int) -> None:
    submit(store, by("ana"), plan(people=2))
    for name in ("bo", "cy")[:signed]:
        approve(store, by(name), plan(people=2))
    step = lock if signed == 2 else approve
    with pytest.raises(Refused, match="has changed"):
        step(store, by("di"), plan(people=2, **change))
    assert states(store) == [State.VOID]
    assert drawn(store) == 0
    with pytest.raises(Refused, match="has changed"):  # and stays dead when the change is undone
        step(store, by("di"), plan(people=2))
    assert submit(store, by("ana"), plan(people=2, **change)).approvers == ()


def test_looking_is_enough_to_find_it_dead(store: Store) -> None:
    submit(store, by("ana"), plan())
    approve(store, by("bo"), plan())
    revisit(store, by("eva"), plan())
    assert states(store) == [State.APPROVED]
    revisit(store, by("eva"), plan(inputs=2))
    assert states(store) == [State.VOID]
    assert drawn(store) == 0


def test_an_edit_and_another_version_end_what_was_open(store: Store) -> None:
    submit(store, by("ana"), plan())
    with pytest.raises(Refused, match="found a submitted plan, expected a change since"):
        submit(store, by("bo"), plan())
    record_edit(store, by("bo"), "ws/p", plan(version=2).plan_sha256)
    submit(store, by("ana"), plan(version=2))
    submit(store, by("ana"), plan(version=3))
    assert states(store) == [State.SUBMITTED, State.VOID, State.VOID]


def test_an_edit_that_puts_the_submitted_version_back_ends_it_too(store: Store) -> None:
    """Else the approval of somebody who has edited the plan since would still stand."""
    asked = plan(people=2)
    submit(store, by("ana"), asked)
    approve(store, by("bo"), asked)
    record_edit(store, by("bo"), "ws/p", asked.plan_sha256)
    assert states(store) == [State.VOID]


def test_money_that_is_not_there_is_not_promised(store: Store) -> None:
    for name in ("a", "b", "c"):
        submit(store, by("ana"), plan(name))
    approve(store, by("bo"), plan("a"))
    approve(store, by("bo"), plan("b"))
    with pytest.raises(Refused, match=r"1\.00 more to be drawn from ws/YEAR.*at most the 0\.50"):
        approve(store, by("bo"), plan("c"))
    latest = all_proposals(store)[0]
    assert (latest.state, latest.approvers) == (State.SUBMITTED, ())  # nor was the yes kept
    reject(store, by("di"), "ws/a", "too dear")
    assert approve(store, by("bo"), plan("c")).state is State.APPROVED
    assert drawn(store) == 200


def test_what_nobody_finishes_lapses_and_gives_its_money_back(store: Store) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("a", "b"):
        submit(store, by("ana"), plan(name, days=30), clock=lambda: day)
    approve(store, by("bo"), plan("a", days=30), clock=lambda: day)
    sweep(store, by("eva"), clock=lambda: day + timedelta(days=30, microseconds=-1))
    assert states(store) == [State.SUBMITTED, State.APPROVED]
    sweep(store, by("eva"), clock=lambda: day + timedelta(days=30))
    assert states(store) == [State.EXPIRED, State.EXPIRED]
    assert drawn(store) == 0
    with pytest.raises(Refused, match="not signed in time"):
        approve(store, by("bo"), plan("b", days=30), clock=lambda: day + timedelta(days=31))


def test_a_later_version_takes_the_place_and_the_money_of_a_locked_one(store: Store) -> None:
    for version, amount in ((1, 200), (2, 240)):
        now = plan(version=version, amount=amount)
        submit(store, by("ana"), now)
        approve(store, by("bo"), now)
        assert drawn(store) == amount  # the second reserved only what it draws beyond the first
        lock(store, by("bo"), now)
    assert states(store) == [State.LOCKED, State.REPLACED]
    assert drawn(store) == 240
    small = plan(version=3, amount=50)
    submit(store, by("ana"), small)
    approve(store, by("bo"), small)
    assert drawn(store) == 240  # the locked one stands until the other does
    lock(store, by("bo"), small)
    assert drawn(store) == 50


def test_no_reason_no_rejection(store: Store) -> None:
    submit(store, by("ana"), plan())
    with pytest.raises(Refused, match="no reason"):
        reject(store, by("bo"), "ws/p", "  ")
    assert reject(store, by("ana"), "ws/p", "withdrawn").state is State.REJECTED
    assert submit(store, by("ana"), plan()).state is State.SUBMITTED


def test_a_draft_cannot_be_signed(store: Store) -> None:
    for step in (approve, lock):
        with pytest.raises(Refused, match="not submitted"):
            step(store, by("bo"), plan())


def test_a_refusal_travels_between_processes(store: Store) -> None:
    with pytest.raises(Refused) as caught:
        approve(store, by("bo"), plan())
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults
