"""The valid word that a wrong one was probably meant to be."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from workspace.text import Text

# Likeness (difflib's ratio) from which a word is suggested: one slip in a word of four letters.
ALIKE = 0.6
# Comparing words is slow: beyond this many comparisons a run goes on without suggestions.
MOST_COMPARISONS = 200_000
SHOWN = 60  # characters of a wrong value shown to people


def nearest(word: str, valid: Collection[str], alike: float = ALIKE) -> str | None:
    """The most similar of `valid`, or None where nothing is similar. Case is ignored."""
    folded: dict[str, str] = {}
    for candidate in sorted(valid):
        folded.setdefault(candidate.casefold(), candidate)
    found = get_close_matches(word.casefold(), list(folded), n=1, cutoff=alike)
    return folded[found[0]] if found else None


def quoted(value: object) -> str:
    """A value from the input as shown to people: in quotes, on one line, not endless."""
    shown = str(value)
    if len(shown) > SHOWN:
        shown = shown[: SHOWN - 3] + "..."
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return f"'{printable}'"


def one_of(valid: Collection[str]) -> Text:
    """What was expected where only a few words are valid."""
    return Text("one of {words}", words=", ".join(valid))


class Suggester:
    """Describes what was expected instead of an unknown code, in bounded time."""

    def __init__(self, valid: Collection[str], kind: str) -> None:
        """`kind` names the column that the codes come from, e.g. `accounts.account`."""
        self._valid = sorted(valid)
        self._kind = kind
        self._left = MOST_COMPARISONS

    def __call__(self, word: str) -> Text:
        """What was expected where `word` was found."""
        self._left -= len(self._valid)
        match = nearest(word, self._valid) if self._left >= 0 else None
        if match is None:
            return Text("a code of {column}", column=self._kind)
        return Text(
            "a code of {column}, such as {nearest}", column=self._kind, nearest=quoted(match)
        )
