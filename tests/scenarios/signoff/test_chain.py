"""The trail: any byte changed, removed, swapped or cut at the end is found, and where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from scenarios.signoff import chain
from scenarios.signoff.chain import chain_faults, end_faults, seal_faults, verify_trail
from scenarios.signoff.entry import START, Entry, seal_of
from scenarios.signoff.signoff import approve, lock, reject, submit
from scenarios.signoff.trail import END_FILE, append, end_in, entries, note_end
from scenarios.store.engine import reading, serialised
from scenarios.store.store import Store, open_store
from scenarios.store.tables import audit, audit_end, reservations
from tests.scenarios.signoff.plans import by, plan

KEY = b"k" * 32
FIELDS = ("at", "person", "action", "subject", "details", "previous", "sha256", "seal")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as found:
        submit(found, by("Ñuño"), plan("a"), note="año")
        approve(found, by("bo"), plan("a"))
        lock(found, by("cy"), plan("a"))
        submit(found, by("ana"), plan("b"), also=["di"])
        reject(found, by("bo"), "ws/b", "no")
        yield found


def read(store: Store) -> list[Entry]:
    with reading(store.engine) as connection:
        return list(entries(connection))


def made(count: int, key: bytes | None = None) -> list[Entry]:
    """A trail of its own, without a store."""
    told: list[Entry] = []
    for n in range(1, count + 1):
        previous = told[-1].sha256 if told else START
        bare = Entry(n, f"2026-01-{n:02d}", "Ñuño", "approve", "ws/p", '{"n": "é"}', previous)
        sealed = replace(bare, seal=seal_of(bare, key))
        told.append(replace(sealed, sha256=sealed.hash()))
    return told


def found_in(told: list[Entry], real: list[Entry], key: bytes | None = None) -> list[int | None]:
    """The entries blamed in a trail whose end is remembered as that of the real one."""
    end = (real[-1].number, real[-1].sha256)
    faults = [*chain_faults(told), *seal_faults(told, key), *end_faults(told, end, end)]
    return sorted((fault.row for fault in faults), key=lambda row: row or 0)


def test_whole_it_is_accepted(store: Store) -> None:
    verdict = verify_trail(store)
    told = read(store)
    assert (verdict.faults, verdict.first_bad) == ((), None)
    assert (verdict.number, verdict.sha256) == (len(told), told[-1].sha256)
    assert verify_trail(store, expected=told[2].sha256).faults == ()
    assert found_in(told, told) == []


def test_an_empty_trail_is_whole(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert verify_trail(store).faults == ()


@pytest.mark.parametrize("key", [None, KEY])
def test_any_bit_of_any_byte_changed_is_found_at_its_entry(key: bytes | None) -> None:
    real = made(3, key)
    changes = 0
    for at, entry in enumerate(real):
        for field in FIELDS:
            value = getattr(entry, field).encode()
            for byte in range(len(value)):
                for bit in range(8):
                    spoilt = bytearray(value)
                    spoilt[byte] ^= 1 << bit
                    # What is no UTF-8 any more a database would not hand out as text.
                    other = spoilt.decode("utf-8", "surrogateescape")
                    told = [*real[:at], replace(entry, **{field: other}), *real[at + 1 :]]
                    assert found_in(told, real, key)[0] == entry.number, (field, byte, bit)
                    changes += 1
        for number in (-1, 0, *range(5), 99):
            if number != entry.number:
                told = [*real[:at], replace(entry, number=number), *real[at + 1 :]]
                assert found_in(told, real, key)
    assert changes > 3_000


def test_any_entry_removed_doubled_or_added_is_found() -> None:
    real = made(5)
    for at in range(5):
        assert found_in([*real[:at], *real[at + 1 :]], real)
        assert found_in([*real[: at + 1], *real[at:]], real)
        renumbered = [replace(e, number=e.number - 1) for e in real[at + 1 :]]
        assert found_in([*real[:at], *renumbered], real)
    assert found_in([*real, made(6)[-1]], real)


def test_any_order_but_the_true_one_is_found() -> None:
    real = made(5)
    for order in permutations(range(5)):
        told = [real[i] for i in order]
        relabelled = [replace(entry, number=n) for n, entry in enumerate(told, 1)]
        assert bool(found_in(told, real)) == (told != real)
        assert bool(found_in(relabelled, real)) == (told != real)


@pytest.mark.parametrize("left", range(7))
def test_a_cut_at_the_end_is_found_even_where_the_database_agrees(store: Store, left: int) -> None:
    told = read(store)

    def cut(connection: object) -> None:
        connection.execute(delete(audit).where(audit.c.number > left))  # type: ignore[attr-defined]
        end = (
            update(audit_end).values(number=left, sha256=told[left - 1].sha256)
            if left
            else delete(audit_end)
        )
        connection.execute(end)  # type: ignore[attr-defined]

    assert len(told) > 7
    serialised(store.engine, cut)
    verdict = verify_trail(store)
    assert any(END_FILE in str(fault) for fault in verdict.faults)


def test_the_end_in_the_database_and_in_the_file_each_count(store: Store) -> None:
    serialised(store.engine, lambda c: c.execute(delete(audit_end)))
    assert verify_trail(store).faults
    real = made(3)
    end = (3, real[-1].sha256)
    for noted in ((2, "f" * 64), (9, real[-1].sha256), (-1, ""), None):
        assert list(end_faults(real, end, noted))
    assert not list(end_faults(real, end, (2, real[1].sha256)))  # stopped before its note
    assert not list(end_faults(real, end, (0, START)))


def test_the_file_never_goes_back(store: Store) -> None:
    path = store.folder / END_FILE
    before = path.read_text()
    path.write_text(f"2 {read(store)[1].sha256}\n")
    note_end(store)
    assert path.read_text() == before
    path.write_text("99 x\n")  # the trail was cut: the next step must not hide it
    note_end(store)
    assert path.read_text() == "99 x\n"


def test_a_forged_chain_needs_a_hash_noted_elsewhere_or_a_key(store: Store) -> None:
    """The limit of what a store can tell by itself, and the two ways beyond it."""
    noted = verify_trail(store).sha256

    def forge(connection: object) -> None:
        for table in ("audit", "audit_end", "reservations", "approvals", "proposals", "edits"):
            connection.execute(text(f"DELETE FROM {table}"))  # type: ignore[attr-defined]
        told = {"plan": "x", "by": "nobody"}
        append(connection, "2026", "nobody", "edit", "ws/p", told)  # type: ignore[arg-type]
        append(connection, "2026", "nobody", "edit", "ws/p", told)  # type: ignore[arg-type]
        rows = "INSERT INTO edits (plan_sha256, person, at, note, name) VALUES "
        rows += ", ".join(["('x', 'nobody', '2026', '', 'ws/p')"] * 2)
        connection.execute(text(rows))  # type: ignore[attr-defined]

    serialised(store.engine, forge)
    (store.folder / END_FILE).unlink()
    note_end(store)
    assert verify_trail(store).faults == ()  # everything was forged, the file too
    assert "noted earlier" in str(verify_trail(store, expected=noted).faults[0])
    assert "that of the key" not in str(verify_trail(store, KEY).faults)
    assert verify_trail(store, KEY).faults  # unsealed


def test_with_the_key_nothing_unsealed_or_sealed_by_another_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(KEY)
    with open_store(tmp_path) as store:
        submit(store, by("ana"), plan())  # before there was a key
        monkeypatch.setenv("TRADEWIND_AUDIT_KEY", str(tmp_path / "key"))
        approve(store, by("bo"), plan())
        assert verify_trail(store, KEY).faults == ()
        assert verify_trail(store).faults == ()  # whoever has no key can still follow the chain
        assert "another seal" in str(verify_trail(store, b"x" * 32).faults[0])
        monkeypatch.delenv("TRADEWIND_AUDIT_KEY")
        lock(store, by("cy"), plan())
        assert "expected a seal" in str(verify_trail(store).faults[0])


def test_cells_of_another_type_and_broken_details_are_faults(store: Store) -> None:
    raw = "UPDATE audit SET details = CAST(details AS BLOB) WHERE number = 3"
    serialised(store.engine, lambda c: c.execute(text(raw)))
    assert verify_trail(store).first_bad == 3
    nonsense = update(audit).where(audit.c.number == 2).values(details="[")
    serialised(store.engine, lambda c: c.execute(nonsense))
    assert verify_trail(store).first_bad == 2


def test_a_database_that_cannot_be_read_is_a_finding(store: Store) -> None:
    serialised(store.engine, lambda c: c.execute(text("DROP TABLE reservations")))
    verdict = verify_trail(store)
    assert "cannot be read" in str(verdict.faults[0])
    assert not verdict.readable


def test_in_the_database_too(store: Store) -> None:
    """What was shown above on lists, on rows: a sample; benchmarks/audit_trail.py does them all."""
    rng = random.Random(1)
    for _ in range(40):
        entry = rng.choice(read(store))
        field = rng.choice([f for f in FIELDS if getattr(entry, f)])
        value = getattr(entry, field)
        at = rng.randrange(len(value))
        other = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        row = update(audit).where(audit.c.number == entry.number)
        serialised(store.engine, lambda c, r=row, f=field, o=other: c.execute(r.values(**{f: o})))
        assert verify_trail(store).first_bad == entry.number
        serialised(store.engine, lambda c, r=row, f=field, o=value: c.execute(r.values(**{f: o})))
    assert verify_trail(store).faults == ()


def test_control_a_check_that_looks_at_no_hash_finds_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = update(audit).where(audit.c.number == 3).values(at="2020-01-01")
    serialised(store.engine, lambda c: c.execute(row))
    monkeypatch.setattr(chain.Entry, "hash", lambda self: self.sha256)
    assert not [f for f in verify_trail(store).faults if f.file == "audit"]


def test_money_moved_without_an_entry_is_found(store: Store) -> None:
    serialised(store.engine, lambda c: c.execute(update(reservations).values(amount=1)))
    verdict = verify_trail(store)
    assert [(f.file, f.found, f.expected) for f in verdict.faults] == [("reservations", "1", "100")]


def test_ends_of_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, reading(store.engine) as connection:
        assert end_in(connection) is None
    assert list(end_faults([], (1, "x"), None))
    assert list(end_faults([], None, (1, "x")))
