from __future__ import annotations

from pathlib import Path

from benchmarks.demand.arena import Lived
from benchmarks.demand.kept import Kept

SOME = Lived(10.0, 8.0, 5.0, 5.5, 3)


def refuse() -> Lived:
    raise AssertionError("what is kept must not be made again")


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    assert Kept(path).get("one", lambda: SOME) == SOME
    assert Kept(path).get("one", refuse) == SOME
    assert isinstance(Kept(path).get("one", refuse).events, int)


def test_without_a_path_nothing_is_written(tmp_path: Path) -> None:
    kept = Kept()
    assert kept.get("one", lambda: SOME) == SOME
    assert kept.get("one", refuse) == SOME
    assert not list(tmp_path.iterdir())
