"""The tables of sign-off are what the trail makes of them; any cell changed behind it is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.entry import Entry
from scenarios.signoff.replay import replay
from scenarios.signoff.signoff import approve, lock, submit
from scenarios.store.engine import serialised
from scenarios.store.store import Store, open_store
from tests.scenarios.signoff.plans import by, plan


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as found:
        for name in ("a", "b"):
            submit(found, by("ana"), plan(name, people=2))
            approve(found, by("bo"), plan(name, people=2))
        approve(found, by("cy"), plan("a", people=2))
        lock(found, by("cy"), plan("a", people=2))
        yield found


CHANGES = {
    "UPDATE proposals SET state = 'locked' WHERE id = 2": "proposals",
    "UPDATE proposals SET state = 'rejected' WHERE id = 1": "proposals",
    "UPDATE proposals SET needed = 1 WHERE id = 2": "proposals",
    "UPDATE proposals SET spend = 1 WHERE id = 1": "proposals",
    "UPDATE proposals SET author = 'eva' WHERE id = 2": "proposals",
    "UPDATE proposals SET plan_sha256 = 'x' WHERE id = 2": "proposals",
    "UPDATE proposals SET inputs_sha256 = 'x' WHERE id = 2": "proposals",
    "UPDATE proposals SET expires = '2999' WHERE id = 2": "proposals",
    "UPDATE proposals SET name = 'ws/z' WHERE id = 2": "proposals",
    "DELETE FROM approvals WHERE proposal = 2": "approvals",
    "UPDATE approvals SET person = 'eva' WHERE proposal = 2": "approvals",
    "UPDATE approvals SET plan_sha256 = 'x' WHERE proposal = 2": "approvals",
    "INSERT INTO approvals VALUES (2, 'eva', 'approved', 'x', '2026', '')": "approvals",
    "DELETE FROM reservations": "reservations",
    "UPDATE reservations SET fund = 'ws/Q1'": "reservations",
    "INSERT INTO reservations (fund, proposal, amount) VALUES ('ws/Q1', 2, 5)": "reservations",
    "DELETE FROM edits WHERE id = 1": "edits",
    "UPDATE edits SET person = 'eva' WHERE id = 1": "edits",
    "INSERT INTO edits (plan_sha256, person, at, note, name) VALUES ('x','e','2','','w')": "edits",
}


def test_untouched_they_agree(store: Store) -> None:
    assert verify_trail(store).faults == ()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_behind_the_trail_is_found(store: Store, change: str) -> None:
    serialised(store.engine, lambda c: c.execute(text(change)))
    assert {fault.file for fault in verify_trail(store).faults} == {CHANGES[change]}


@pytest.mark.parametrize(
    ("action", "details"),
    [("dance", '{"proposal": 1}'), ("lock", '{"proposal": 9, "drawn": {}}'), ("approve", "{}")],
)
def test_nonsense_is_no_trail(action: str, details: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        replay([Entry(1, "", "", action, "", details, "")])
