"""People who draw on one fund at the same moment, on both databases; a control that overspends."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import insert, select

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.funds import reserved
from scenarios.signoff.proposals import all_proposals
from scenarios.signoff.refused import Refused
from scenarios.signoff.signoff import approve, submit
from scenarios.signoff.states import State
from scenarios.store.engine import reading, serialised
from scenarios.store.store import Store, open_store
from scenarios.store.tables import reservations
from tests.scenarios.signoff.plans import FUND, by, plan

LIMIT, AMOUNT, PEOPLE = 1_000, 90, 16


def test_people_at_once_never_overspend(tmp_path: Path, url: str | None, opened: Store) -> None:
    """Everybody has a connection of their own; benchmarks/shared_budget.py has 200."""
    barrier = threading.Barrier(PEOPLE)

    def draw(number: int) -> bool:
        asked = plan(f"p{number}", amount=AMOUNT, limit=LIMIT)
        with open_store(tmp_path, url) as store:
            submit(store, by("ana"), asked)
            barrier.wait()
            try:
                return approve(store, by("bo"), asked).state is State.APPROVED
            except Refused:
                return False

    with ThreadPoolExecutor(PEOPLE) as pool:
        got = sum(pool.map(draw, range(PEOPLE)))
    found = all_proposals(opened)
    with reading(opened.engine) as connection:
        assert reserved(connection, FUND) == got * AMOUNT <= LIMIT
    assert got == LIMIT // AMOUNT  # nobody was turned away while there was money
    assert len(found) == PEOPLE  # and nothing was lost
    assert [p.state for p in found].count(State.APPROVED) == got
    assert verify_trail(opened).faults == ()


def test_control_without_the_transaction_they_overspend(opened: Store) -> None:
    """Looking in one transaction and writing in another: the same people, the same fund."""
    barrier = threading.Barrier(PEOPLE)

    def draw(number: int) -> None:
        with reading(opened.engine) as connection:
            total = sum(connection.execute(select(reservations.c.amount)).scalars())
        barrier.wait()
        if total + AMOUNT <= LIMIT:
            time.sleep(0.01)
            row = insert(reservations).values(fund=FUND, proposal=number, amount=AMOUNT)
            serialised(opened.engine, lambda c: c.execute(row))

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(draw, range(PEOPLE)))
    with reading(opened.engine) as connection:
        assert reserved(connection, FUND) == PEOPLE * AMOUNT > LIMIT
