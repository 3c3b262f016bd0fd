from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.signoff.deposit import deposit, place, withdraw
from scenarios.signoff.signed_hash import read_files, signed_sha256
from scenarios.store.store import Store, open_store
from tests.scenarios.store.plans import write_folder
from workspace import InputError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as found:
        yield found


def test_what_was_signed_can_be_read_when_its_folder_is_gone(store: Store, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p")
    files = read_files(folder)
    sha256 = deposit(store, files)
    assert deposit(store, files) == sha256
    shutil.rmtree(folder)
    assert withdraw(store, sha256) == files


def test_a_copy_that_was_changed_or_lost_is_not_read(store: Store, tmp_path: Path) -> None:
    files = read_files(write_folder(tmp_path / "p"))
    sha256 = deposit(store, files)
    (place(store, sha256) / "calendar.csv").write_text("other")
    with pytest.raises(InputError, match="the plan as it was signed"):
        withdraw(store, sha256)
    deposit(store, files)  # puts it right again
    assert withdraw(store, sha256) == files
    shutil.rmtree(place(store, sha256))
    with pytest.raises(InputError, match="no copy"):
        withdraw(store, sha256)


def test_the_hash_is_of_every_byte_of_every_file_but_the_seconds(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p")
    (folder / "plan.xlsx").write_bytes(b"PK\x03\x04")
    files = read_files(folder)
    whole = signed_sha256(files)
    for name, content in files.items():
        for at in range(len(content)):
            spoilt = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            same = signed_sha256({**files, name: spoilt}) == whole
            seconds = content.find(b'  "seconds": 1.25,') if name == "plan.json" else -1
            assert not same or (seconds >= 0 and 13 <= at - seconds < 17), (name, at)
        assert signed_sha256({n: c for n, c in files.items() if n != name}) != whole
    assert signed_sha256({**files, "more.csv": b""}) != whole
    assert read_files(write_folder(tmp_path / "q", seconds=9.5)).keys() < files.keys()
    other = read_files(write_folder(tmp_path / "q", seconds=9.5))
    assert signed_sha256({**other, "plan.xlsx": files["plan.xlsx"]}) == whole
