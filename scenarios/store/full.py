"""A database that cannot write is told like any file that cannot be written."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from sqlalchemy.exc import DBAPIError

LITTLE = 1 << 17  # bytes: with less left, SQLite's files beside the database cannot grow


def is_system(error: DBAPIError) -> bool:
    """Whether a database of this machine fails for what its disk does: full, or broken."""
    told = str(error.orig)
    return "full" in told or "disk I/O error" in told


def system_error(error: DBAPIError, place: str) -> OSError:
    """The same as a system's error of the file at `place`: no space left, or else input/output.

    Where SQLite cannot make its shared memory on a full disk it speaks of input and output.
    """
    full = "full" in str(error.orig) or _room(Path(place)) < LITTLE
    number = errno.ENOSPC if full else errno.EIO
    return OSError(number, os.strerror(number), place)


def _room(path: Path) -> int:
    try:
        return shutil.disk_usage(path if path.is_dir() else path.parent).free
    except OSError:
        return LITTLE
