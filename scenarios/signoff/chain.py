"""Whether the audit trail is whole: nothing in it changed, removed, swapped, or cut at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError

from scenarios.signoff.entry import FIRST, START, Entry, seal_of
from scenarios.signoff.replay import disagreements, replay
from scenarios.signoff.trail import END_FILE, End, end_in, entries, noted_end
from scenarios.store.engine import reading
from scenarios.store.store import Store
from workspace.faults import Fault
from workspace.text import Text

PLACE = "audit"
WHOLE = Text("the whole trail")


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a trail, in the order of its entries; nothing where it is whole."""

    faults: tuple[Fault, ...]
    number: int  # of the last entry
    sha256: str  # of the last entry
    sealed: int  # entries that were held against the key, where one is set
    readable: bool = True

    @property
    def first_bad(self) -> int | None:
        """The first entry with something wrong; None where there is none, or only at no entry."""
        return min((f.row for f in self.faults if f.row is not None), default=None)


def verify_trail(store: Store, key: bytes | None = None, expected: str | None = None) -> Verdict:
    """Check chain, seals, ends, and that the tables are what the trail makes of them.

    `key` is the key of the seals; `expected` a hash noted earlier, which has to be some entry's.
    """
    try:
        with reading(store.engine) as connection:
            told = list(entries(connection))
            faults = [*chain_faults(told), *seal_faults(told, key)]
            # Tables are held against a trail only where the trail itself can be believed.
            tables = [] if faults else disagreements(connection, replay(told))
            end = end_in(connection)
    except (DatabaseError, TypeError, ValueError, LookupError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()
        found = Text("a store that cannot be read ({reason})", reason=reason[0] if reason else "")
        return Verdict((Fault(PLACE, None, None, found, WHOLE),), 0, START, 0, readable=False)
    faults += end_faults(told, end, noted_end(store.folder / END_FILE))
    if expected is not None and expected not in {START, *(e.sha256 for e in told)}:
        found = Text("no entry with the hash {hash}", hash=expected)
        faults.append(Fault(PLACE, None, "sha256", found, Text("the entry noted earlier")))
    last = told[-1] if told else None
    return Verdict(
        tuple(sorted([*faults, *tables], key=lambda f: f.row or FIRST + len(told))),
        last.number if last else 0,
        last.sha256 if last else START,
        len(told) if key is not None else 0,
    )


def chain_faults(told: Iterable[Entry]) -> Iterable[Fault]:
    """Entries that are not what they were, or not where they were."""
    number, previous = 0, START
    for entry in told:
        number += 1
        if not entry.well_formed():
            yield Fault(PLACE, number, None, Text("cells of another type"), Text("text"))
            return  # what follows cannot be told
        if entry.number != number:
            found = Text("entry {n}", n=entry.number)
            yield Fault(PLACE, number, "number", found, Text("entry {n}", n=number))
            number = entry.number
        if entry.previous != previous:
            yield Fault(PLACE, number, "previous", entry.previous, previous)
        if entry.hash() != entry.sha256:
            yield Fault(PLACE, number, "sha256", entry.sha256, entry.hash())
        previous = entry.sha256


def seal_faults(told: list[Entry], key: bytes | None) -> Iterable[Fault]:
    """Entries whose seal is not the key's. From the first sealed entry on, all have to have one.

    Without the key a seal is only seen to be there or not.
    """
    started = False
    for entry in told:
        if not entry.well_formed():
            return
        if not entry.seal and not started and not (key is not None and entry is told[-1]):
            continue
        started = True
        if not entry.seal:
            yield Fault(PLACE, entry.number, "seal", Text("nothing"), Text("a seal"))
        elif key is not None and entry.seal != seal_of(entry, key):
            yield Fault(PLACE, entry.number, "seal", Text("another seal"), Text("that of the key"))


def end_faults(told: list[Entry], end: End | None, noted: End | None) -> Iterable[Fault]:
    """Whether the last entry is the last that there was, as the database and the file know it."""
    hashes = {0: START, **{entry.number: entry.sha256 for entry in told}}
    last = told[-1].number if told else 0
    here = Text("an end at entry {n}", n=last)
    if told and (end is None or end != (last, hashes[last])):
        there = Text("an end at entry {n}", n=0 if end is None else end[0])
        yield Fault(PLACE, last, None, here, there)
    elif not told and end is not None:
        yield Fault(PLACE, None, None, here, Text("an end at entry {n}", n=end[0]))
    if noted is None:
        if told:
            yield Fault(END_FILE, None, None, Text("no such file"), here)
    elif hashes.get(noted[0]) != noted[1]:
        yield Fault(PLACE, min(last, max(0, noted[0])) or None, None, here,
                    Text("an end at entry {n} ({file})", n=noted[0], file=END_FILE))  # fmt: skip
