"""Every message of the five floors, extracted with Babel, beside its Spanish translation.

`python -m workbench.catalogue` says what is missing or stale; with `--update` it writes the
messages of the source into the catalogue, keeping translations (`./run messages --update`).
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from workbench.language import DOMAIN, Code, catalogue_path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("workspace", "models", "optimizer", "scenarios", "workbench")

_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)  # the history of the file is git's to keep

# Calls whose first argument is an English template; `plural` takes two.
KEYWORDS = {"Text": None, "say": None, "mark": None, "plural": (1, 2)}


def messages() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Every message with the file that says it, in the order of the source."""
    for floor in FLOORS:
        found = extract_from_dir(ROOT / floor, [("**.py", "python")], keywords=KEYWORDS)
        for file, _line, message, _comments, _context in sorted(
            found, key=lambda item: (item[0], item[1])
        ):
            if message and any(_has_words(form) for form in _forms(message)):
                yield message, f"{floor}/{file}"


def _forms(message: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(form for form in message if form)


def _has_words(template: str) -> bool:
    """Whether there is anything to translate beside placeholders and marks."""
    return any(
        any(c.isalpha() for c in literal) for literal, *_rest in string.Formatter().parse(template)
    )


def placeholders(template: str) -> set[str]:
    """Names between braces in a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def template_catalogue() -> Catalog:
    """The messages of the source without translations."""
    catalogue = Catalog(domain=DOMAIN, header_comment="", fuzzy=False)
    for message, file in messages():
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


def complaints(translated: Catalog) -> list[str]:
    """What is wrong with a translation of the source: nothing, where it is whole and current."""
    wanted = {entry.id: entry for entry in template_catalogue() if entry.id}
    found = {entry.id: entry for entry in translated if entry.id}
    wrong = [f"not translated: {key!r}" for key in wanted if not _translations(found.get(key))]
    wrong += [f"no longer said: {key!r}" for key in found if key not in wanted]
    for key in wanted:
        names = set().union(*(placeholders(form) for form in _forms(key)))
        for translation in _translations(found.get(key)):
            if not placeholders(translation) <= names or (
                isinstance(key, str) and placeholders(translation) != names
            ):
                wrong.append(f"other placeholders: {key!r}: {translation!r}")
    return wrong


def _translations(entry: Entry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return forms if forms and all(forms) else ()


def update(path: Path, code: Code) -> None:
    """Write the messages of the source into a catalogue, keeping the translations it has."""
    old = {}
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            old = {entry.id: entry.string for entry in read_po(file, locale=code) if entry.id}
    new = Catalog(
        locale=code,
        domain=DOMAIN,
        header_comment="# Spanish words of Tradewind, in the field's own terms.",
        project="Tradewind",
        version="1",
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        last_translator="Tradewind",
        language_team="Tradewind",
        msgid_bugs_address="-",
        fuzzy=False,
    )
    for entry in template_catalogue():
        if entry.id:
            new.add(entry.id, old.get(entry.id), locations=entry.locations)
    buffer = io.BytesIO()
    write_po(buffer, new, omit_header=False, include_lineno=False, width=99, sort_by_file=True)
    path.write_bytes(buffer.getvalue())


def main(arguments: list[str]) -> int:
    """Check the Spanish catalogue, or bring it up to date with --update. Returns the exit code."""
    path = catalogue_path(Code.SPANISH)
    if "--update" in arguments:
        update(path, Code.SPANISH)
    with path.open("rb") as file:
        wrong = complaints(read_po(file, locale=Code.SPANISH))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
