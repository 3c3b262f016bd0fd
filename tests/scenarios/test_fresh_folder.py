"""A folder is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.fresh_folder import debris, fresh_folder
from workspace import InputError

FILES = ("plan.json", "calendar.csv")


def write(target: Path, text: str) -> None:
    with fresh_folder(target, FILES) as folder:
        assert debris() == (folder,)
        assert folder.parent == target.parent
        for name in FILES:
            (folder / name).write_text(text)
    assert debris() == ()


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "1")
    assert everything(tmp_path) == ["a", "a/b", "a/b/calendar.csv", "a/b/plan.json"]


def test_it_replaces_an_earlier_one_and_keeps_what_is_the_users(tmp_path: Path) -> None:
    write(tmp_path / "plan", "1")
    (tmp_path / "plan" / "notes.txt").write_text("mine")
    (tmp_path / "plan" / "plan.xlsx").mkdir()
    write(tmp_path / "plan", "2")
    assert (tmp_path / "plan" / "plan.json").read_text() == "2"
    assert (tmp_path / "plan" / "notes.txt").read_text() == "mine"
    assert len(everything(tmp_path)) == 5


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_remains_of_what_failed(tmp_path: Path, error: type[BaseException]) -> None:
    def fail(target: Path) -> None:
        with fresh_folder(target, FILES) as folder:
            (folder / "plan.json").write_text("half")
            raise error

    with pytest.raises(error):
        fail(tmp_path / "x" / "y" / "plan")
    assert everything(tmp_path) == []
    write(tmp_path / "plan", "1")
    with pytest.raises(error):
        fail(tmp_path / "plan")
    assert (tmp_path / "plan" / "plan.json").read_text() == "1"
    assert len(everything(tmp_path)) == 3
    assert debris() == ()


def test_what_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "letters"
    target.mkdir()
    write(target, "into an empty folder")
    other = tmp_path / "other"
    other.mkdir()
    (other / "love.txt").write_text("dear")
    file = tmp_path / "file"
    file.write_text("text")
    for taken in (other, file):
        with pytest.raises(InputError, match="not ours to replace"):
            write(taken, "1")
    assert everything(other) == ["love.txt"]


def test_a_failed_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "plan"
    write(target, "1")
    rename = Path.rename

    def broken(self: Path, other: Path) -> Path:
        if self.name.endswith(".partial"):
            raise OSError("disk full")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OSError, match="disk full"):
        write(target, "2")
    assert (target / "plan.json").read_text() == "1"
    assert everything(tmp_path) == ["plan", "plan/calendar.csv", "plan/plan.json"]
