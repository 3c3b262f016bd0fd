"""A disk that is really full: told as such, nothing half-kept, and the batch goes on from there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.batch import full_disk

ROOT = Path(__file__).resolve().parents[3]
MOUNT = "mount -t tmpfs -o size=4m none {disk} && {then}"


def in_namespace(disk: Path, then: str) -> subprocess.CompletedProcess[str]:
    """Run something that sees a small disk mounted at `disk`; nobody else does."""
    mounted = MOUNT.format(disk=disk, then=then)
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted],
        cwd=ROOT, text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_a_disk_that_fills_up_anywhere_loses_and_doubles_nothing(tmp_path: Path) -> None:
    disk, room = tmp_path / "disk", tmp_path / "room"
    disk.mkdir()
    room.mkdir()
    if shutil.which("unshare") is None or in_namespace(disk, "true").returncode != 0:
        pytest.skip("this machine lets nobody mount a disk of one's own")
    command = f"'{sys.executable}' -P -m tests.scenarios.batch.full_disk '{disk}' '{room}'"
    done = in_namespace(disk, f"PYTHONPATH='{ROOT}' {command}")
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    times = len(range(0, full_disk.MOST, full_disk.STEP))
    assert seen.pop("same") == times
    # Control: the disk did fill up, and not only before the first plan.
    assert seen.pop("full") >= 4
    assert seen == {} or set(seen) == {"whole"}, seen
