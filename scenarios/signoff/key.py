"""The key that seals the audit trail: a file outside the database.

Whoever can write to the database but cannot read this file cannot make an entry that verifies.
"""

from __future__ import annotations

import os
from pathlib import Path

from workspace.faults import Fault, InputError
from workspace.text import Text

VARIABLE = "TRADEWIND_AUDIT_KEY"
SHORTEST = 16  # bytes


def audit_key() -> bytes | None:
    """The key; None where none is set. Raises InputError where the file is no key."""
    named = os.environ.get(VARIABLE, "")
    if not named:
        return None
    try:
        key = Path(named).read_bytes().strip()
    except OSError:
        key = b""
    if len(key) < SHORTEST:
        found = Text("no file with {n} bytes at least", n=SHORTEST)
        raise InputError([Fault(VARIABLE, None, None, found, Text("the file of a key"))])
    return key
