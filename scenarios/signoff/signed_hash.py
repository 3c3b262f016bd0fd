"""The hash of what is signed: every byte of every file of a plan's folder."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

RECORD = "plan.json"
# How long the search took is the one thing that differs between two runs of the same question.
_SECONDS = re.compile(rb'^  "seconds": [0-9.eE+-]+,$', re.MULTILINE)


def read_files(folder: Path) -> dict[str, bytes]:
    """The files of a plan's folder by name. Raises OSError."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def signed_sha256(files: dict[str, bytes]) -> str:
    """sha256 over names, lengths and bytes of all files, the workbook included.

    Only the line `seconds` of plan.json is left out.
    """
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        said = _SECONDS.sub(b"", content, count=1) if name == RECORD else content
        digest.update(f"{len(name.encode())}:{name}{len(said)}:".encode() + said)
    return digest.hexdigest()
