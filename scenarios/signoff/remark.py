"""What people write beside a step."""

from __future__ import annotations

from workspace.faults import Fault, InputError
from workspace.text import Text

LONGEST = 500
OPTION = "--note"


def checked_remark(note: str) -> str:
    """The remark on one line. Raises InputError where it is too long or not printable."""
    line = " ".join(note.split())
    if len(line) > LONGEST or not line.isprintable():
        expected = Text("at most {n} printable characters", n=LONGEST)
        shown = Text("{text}", text=ascii(line)[:60])
        raise InputError([Fault(OPTION, None, None, shown, expected)])
    return line
