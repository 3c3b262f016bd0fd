"""Plans as columnar files: the folder comes back byte for byte, and its hash misses nothing."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from scenarios.store import archive
from scenarios.store.archive import FILES, TABLES, keep, pack, place, plan_sha256, unpack
from scenarios.store.store import Store, open_store
from tests.scenarios.store.plans import write_folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_the_folder_comes_back_byte_for_byte(store: Store, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "plan")
    packed = pack(folder)
    assert keep(store, packed) > 0
    back = tmp_path / "back"
    back.mkdir()
    unpack(store, packed.sha256, packed.seconds, back)
    for name in TABLES:
        assert (back / f"{name}.csv").read_bytes() == (folder / f"{name}.csv").read_bytes()
    assert (back / "plan.json").read_bytes() == (folder / "plan.json").read_bytes()
    assert pack(back).sha256 == packed.sha256


def test_recommended_prices_are_part_of_a_plan_that_has_them(store: Store, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "plan")
    without = plan_sha256(folder)
    (folder / "prices.csv").write_text("change,base_price\nP0001,1.05\n", newline="\n")
    packed = pack(folder)
    keep(store, packed)
    back = tmp_path / "back"
    back.mkdir()
    unpack(store, packed.sha256, packed.seconds, back)
    assert (back / "prices.csv").read_bytes() == (folder / "prices.csv").read_bytes()
    assert packed.sha256 != without
    assert plan_sha256(back) == packed.sha256
    (place(store, packed.sha256) / "prices.parquet").unlink()
    assert keep(store, packed) > 0  # what is lost is written again
    assert (place(store, packed.sha256) / "prices.parquet").is_file()


def test_the_same_plan_has_the_same_bytes_whatever_time_it_took(tmp_path: Path) -> None:
    one = pack(write_folder(tmp_path / "one"))
    other = pack(write_folder(tmp_path / "two", seconds=9.0, workspace="/elsewhere"))
    assert one.sha256 == other.sha256
    tables = {name for name in FILES if name.endswith(".parquet")}
    assert all(one.files[name] == other.files[name] for name in tables)


def test_any_other_byte_makes_another_plan(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "plan")
    whole = plan_sha256(folder)
    for name in TABLES:
        path = folder / f"{name}.csv"
        content = path.read_bytes()
        for at in range(0, len(content), 5):
            path.write_bytes(content[:at] + b"x" + content[at + 1 :])
            if content[at : at + 1] != b"x":
                with contextlib.suppress(ValueError):  # it is no table any more
                    assert plan_sha256(folder) != whole, (name, at)
        path.write_bytes(content)
    assert plan_sha256(folder) == whole
    assert plan_sha256(write_folder(folder, objective=710.28)) != whole


def test_a_full_disk_leaves_nothing_behind(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(write_folder(tmp_path / "plan"))
    monkeypatch.setattr(archive.os, "fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        keep(store, packed)
    plans = store.folder / "plans"
    assert [path for path in plans.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    keep(store, packed)
    assert archive.intact(store, packed.sha256)
    assert sorted(path.name for path in place(store, packed.sha256).iterdir()) == sorted(FILES)


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
