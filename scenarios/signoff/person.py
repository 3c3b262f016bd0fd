"""Who takes a step: the one seam through which people come into sign-off.

On the command line a name is the account of the operating system, or whatever `--as` says; nothing
proves the latter, so the trail keeps the account beside it. A front end with real sign-in makes
its own `Person`, and everything else stays as it is.
"""

from __future__ import annotations

import getpass
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from workspace.faults import Fault, InputError
from workspace.text import Text

LONGEST = 100
OPTION = "--as"


@dataclass(frozen=True)
class Person:
    """`name` as people read it, the `account` it came with, and what vouches for it.

    `via` is `account` (the operating system), `option` (nothing but the word of who typed it), or
    what another front end calls its sign-in.
    """

    name: str
    account: str
    via: str

    @property
    def key(self) -> str:
        """The same for every spelling of one name: nobody is two people by a capital letter."""
        return name_key(self.name)


def name_key(name: str) -> str:
    """A name without what a hand may vary: case, blanks, forms of the same letter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def identify(name: str | None = None) -> Person:
    """Who runs this process: `name`, or the account of the operating system.

    Raises InputError for a name that is blank, too long, or not printable.
    """
    account = _account()
    if name is None:
        return Person(checked_name(account), account, "account")
    return Person(checked_name(name), account, "option")


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises InputError where it is none."""
    bare = " ".join(unicodedata.normalize("NFC", name).split())
    if not bare or len(bare) > LONGEST or not bare.isprintable():
        expected = Text("a name of 1 to {n} printable characters", n=LONGEST)
        raise InputError([Fault(OPTION, None, None, Text("{name}", name=repr(name)), expected)])
    return bare


def owners(folder: Path) -> tuple[str, ...]:
    """The accounts that own a plan's files: whoever wrote one has edited the plan."""
    found = set()
    for path in sorted(folder.iterdir()):
        try:
            found.add(path.owner())
        except (OSError, KeyError, NotImplementedError):
            continue  # an account without a name, or a system without owners
    return tuple(sorted(found))


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
