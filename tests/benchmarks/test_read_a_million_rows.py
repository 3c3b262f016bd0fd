from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.read_a_million_rows import read_ours, read_peer, write


@pytest.mark.parametrize(("form", "quoted"), [("csv", False), ("csv", True), ("parquet", False)])
def test_both_read_every_row(tmp_path: Path, form: str, quoted: bool) -> None:
    path = write(tmp_path, 500, form, quoted)
    assert read_ours(path) == 500
    assert read_peer(path) == 500
