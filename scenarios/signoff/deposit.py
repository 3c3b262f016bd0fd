"""Copies of what was signed: a plan can be read as it was whatever becomes of its folder."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from scenarios.signoff.signed_hash import read_files, signed_sha256
from scenarios.store.store import Store
from workspace.faults import Fault, InputError
from workspace.text import Text

FOLDER = "signed"


def place(store: Store, sha256: str) -> Path:
    """Where the copy of a signed plan is."""
    return store.folder / FOLDER / sha256


def deposit(store: Store, files: dict[str, bytes]) -> str:
    """Keep a copy of a plan's files under their hash, whole or not at all; returns the hash."""
    sha256 = signed_sha256(files)
    target = place(store, sha256)
    if _is_whole(target, sha256):
        return sha256
    partial = target.with_name(f".{sha256}.{uuid.uuid4().hex}")
    partial.mkdir(parents=True)
    for name, content in files.items():
        with (partial / name).open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    try:
        shutil.rmtree(target, ignore_errors=True)  # a copy that somebody has spoiled
        partial.rename(target)
    except OSError:  # somebody else was faster with the same plan
        shutil.rmtree(partial, ignore_errors=True)
        if not _is_whole(target, sha256):
            raise
    return sha256


def withdraw(store: Store, sha256: str) -> dict[str, bytes]:
    """The files as they were signed. Raises InputError where the copy is gone or was changed."""
    target = place(store, sha256)
    if not _is_whole(target, sha256):
        found = Text("no copy, or a changed one")
        raise InputError([Fault(str(target), None, None, found, Text("the plan as it was signed"))])
    return read_files(target)


def _is_whole(target: Path, sha256: str) -> bool:
    try:
        return signed_sha256(read_files(target)) == sha256
    except OSError:
        return False
