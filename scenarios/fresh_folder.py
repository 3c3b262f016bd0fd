"""Write a folder so that it is there whole or not at all, whatever stops the work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workspace.faults import Fault, InputError
from workspace.text import Text

_open: dict[Path, None] = {}


def debris() -> tuple[Path, ...]:
    """Folders that are being written now: to be deleted if the process has to end at once."""
    return tuple(_open)


def check_target(target: Path, files: Collection[str]) -> None:
    """Raise InputError unless a folder of these files may be put at `target`.

    It may where nothing is, in an empty folder, or in place of an earlier one of the same kind.
    """
    if not target.exists():
        return
    entries = [entry.name for entry in target.iterdir()] if target.is_dir() else None
    if entries is None or (entries and not set(entries) & set(files)):
        raise InputError(
            [
                Fault(
                    str(target),
                    None,
                    None,
                    Text("something that is not ours to replace"),
                    Text("a new folder, or one that was written by this command"),
                )
            ]
        )


@contextmanager
def fresh_folder(target: Path, files: Collection[str]) -> Iterator[Path]:
    """A new folder beside `target` to write into; it takes target's place when the block ends well.

    If the block raises, nothing remains of it. `files` are the names that belong to such a folder:
    they are replaced as a whole; whatever else the user keeps in `target` stays there.
    """
    check_target(target, files)
    created = _missing_parents(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / f".{target.name}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    _open[partial] = None
    try:
        partial.mkdir()
        yield partial
        _swap(partial, target, files)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        for parent in created:
            with suppress(OSError):  # somebody else has put something there meanwhile
                parent.rmdir()
        raise
    finally:
        _open.pop(partial, None)


def _missing_parents(target: Path) -> list[Path]:
    """The folders above `target` that do not exist, innermost first."""
    missing = []
    for parent in target.parents:
        if parent.exists():
            break
        missing.append(parent)
    return missing


def _swap(partial: Path, target: Path, files: Collection[str]) -> None:
    """Put `partial` in the place of `target`, with what else the user kept there."""
    if not target.exists():
        partial.rename(target)
        return
    old = partial.with_suffix(".replaced")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        old.rename(target)
        raise
    for entry in sorted(old.iterdir()):
        if entry.name not in files and not (target / entry.name).exists():
            entry.rename(target / entry.name)
    shutil.rmtree(old, ignore_errors=True)
