"""Compiled code is kept beside the sources; it must not outlive them.

Numba compares a compiled function with the file that it is written in alone. Its callers in other
files contain it too and would stay as they were, so that any change of a kernel drops everything.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

STAMP = "sources.sha256"


def drop_stale(folder: Path) -> bool:
    """Delete what was compiled from other sources than those in `folder`; whether there was any."""
    digest = sha256()
    for source in sorted(folder.glob("*.py")):
        text = source.read_bytes()
        digest.update(f"{source.name} {len(text)}\n".encode() + text)
    cache = folder / "__pycache__"
    stamp = cache / STAMP
    with suppress(OSError):  # what cannot be written here is kept elsewhere, or not at all
        cache.mkdir(exist_ok=True)
        if stamp.is_file() and stamp.read_text() == digest.hexdigest():
            return False
        compiled = [*cache.glob("*.nbi"), *cache.glob("*.nbc")]
        for path in compiled:
            path.unlink(missing_ok=True)
        stamp.write_text(digest.hexdigest())
        return bool(compiled)
    return False
