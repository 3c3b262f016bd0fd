"""One entry of the audit trail, and the hash that chains it to the one before."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, fields

START = "0" * 64  # what the first entry holds in place of an earlier one
FIRST = 1


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did.

        body   = SHA-256 of (number, at, person, action, subject, details, previous)
        seal   = HMAC-SHA-256 of body under a key that is kept elsewhere; "" where there is none
        sha256 = SHA-256 of (the same, seal)

    every field in UTF-8 with its length in front, `previous` being `sha256` of the entry before.
    """

    number: int
    at: str
    person: str
    action: str
    subject: str
    details: str  # JSON
    previous: str
    sha256: str = ""
    seal: str = ""

    @property
    def body(self) -> str:
        """What the seal is of."""
        return _digest(*self._words)

    def hash(self) -> str:
        """What `sha256` has to be."""
        return _digest(*self._words, self.seal)

    @property
    def _words(self) -> tuple[str, ...]:
        words = (self.at, self.person, self.action, self.subject, self.details, self.previous)
        return (str(self.number), *words)

    def well_formed(self) -> bool:
        """Whether every field is of its type: a database may be made to hold anything."""
        return type(self.number) is int and all(
            type(getattr(self, field.name)) is str for field in fields(self)[1:]
        )


def seal_of(entry: Entry, key: bytes | None) -> str:
    """What an entry's seal has to be; "" without a key."""
    return "" if key is None else hmac.new(key, entry.body.encode(), hashlib.sha256).hexdigest()


def _digest(*words: str) -> str:
    digest = hashlib.sha256()
    for word in words:
        raw = word.encode("utf-8", "surrogatepass")
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()
