"""A file appears whole or not at all: written beside its place, then moved into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_open: list[Path] = []


def debris() -> tuple[Path, ...]:
    """Files that are being written now: to be deleted if the process has to end at once."""
    return tuple(_open)


def partial_of(target: Path) -> Path:
    """Where a file is put together before it gets its name: beside it, hidden."""
    whole = target.absolute()
    return whole.with_name(f".{whole.name}.partial")


@contextmanager
def staged_file(target: Path) -> Iterator[Path]:
    """A path to write to; becomes `target` if the block ends well and is deleted if not."""
    partial = partial_of(target)
    made = _missing_parents(target)
    _open.append(partial)
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        os.replace(partial, target)
    except BaseException:
        _discard(partial, made)
        raise
    finally:
        _open.remove(partial)


def _missing_parents(target: Path) -> list[Path]:
    """Folders above `target` that do not exist yet, deepest first."""
    missing = []
    for parent in target.absolute().parents:
        if parent.exists():
            break
        missing.append(parent)
    return missing


def _discard(partial: Path, made: list[Path]) -> None:
    """Delete what was begun, and the folders made for it if nothing else is in them."""
    partial.unlink(missing_ok=True)
    for parent in made:
        try:
            parent.rmdir()
        except OSError:
            return
