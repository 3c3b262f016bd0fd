from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from workbench.staging import partial_of, staged_file


def begin(staged: AbstractContextManager[Path], error: BaseException, *written: Path) -> None:
    """Write something half, then fail."""
    with staged as partial:
        for path in (partial, *written):
            path.write_text("half")
        raise error


def test_a_file_appears_when_the_block_ends_well(tmp_path):
    target = tmp_path / "results" / "a.csv"
    with staged_file(target) as partial:
        partial.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["a.csv"]


def test_nothing_is_left_when_it_does_not(tmp_path):
    target = tmp_path / "results" / "deep" / "a.csv"
    with pytest.raises(KeyboardInterrupt):
        begin(staged_file(target), KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_survives_a_failure(tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("old")
    with pytest.raises(ValueError, match="no"):
        begin(staged_file(target), ValueError("no"))
    assert target.read_text() == "old"
    assert not partial_of(target).exists()


def test_parents_made_for_a_failure_go_unless_something_else_moved_in(tmp_path):
    target = tmp_path / "results" / "plans" / "base"
    with pytest.raises(KeyboardInterrupt):
        begin(staged_file(target), KeyboardInterrupt(), tmp_path / "results" / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["kept"]
