"""The benchmark of edited plans: edits that a calendar can take, and answers read right."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.edited_plans import EDITS, Row, ask, key, read, write
from benchmarks.instances import GAP, supplied_response_workspace

WEEKS = 52


def calendar(seed: int) -> list[Row]:
    """Events of four products in three accounts, GAP weeks or more apart."""
    rng = np.random.default_rng(seed)
    rows = []
    for account in ("A1", "A2", "A3"):
        for product in ("P1", "P2", "P3", "P4"):
            week = int(rng.integers(0, 4))
            while week < WEEKS - 2:
                weeks = int(rng.integers(1, 3))
                day = date.fromordinal(date(2026, 1, 5).toordinal() + 7 * week)
                row = {"account": account, "product": product, "tactic": "T"}
                rows.append({**row, "start_week": day.isoformat(), "weeks": str(weeks)})
                week += weeks + GAP + int(rng.integers(0, 4))
    return rows


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("seed", [1, 2])
def test_edited_events_keep_their_distance(name: str, seed: int) -> None:
    rows = calendar(seed)
    pins = EDITS[name](rows, WEEKS, np.random.default_rng(seed))
    assert pins
    before, after = {key(row) for row in rows}, {key(row) for row in pins}
    assert after < before if "moved" not in name else after - before
    # Moved events beside the unmoved ones of the calendar that were not edited away.
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in pins:
        start = (date.fromisoformat(row["start_week"]) - date(2026, 1, 5)).days // 7
        stop = start + int(row["weeks"])
        assert 0 <= start < stop <= WEEKS
        spans.setdefault((row["account"], row["product"]), []).append((start, stop))
    for mine in spans.values():
        mine.sort()
        assert all(b[0] - a[1] >= GAP for a, b in itertools.pairwise(mine))


def test_a_command_is_asked_and_its_answer_read(tmp_path: Path) -> None:
    folder = supplied_response_workspace(tmp_path / "ws", 2, 3, 8, seconds=5.0)
    plan = folder / "results" / "plans" / "base"
    first = ask(folder, plan)
    assert first.objective is not None
    assert first.events
    assert first.cpu > 0.0
    write(plan / "edited.csv", read(plan / "calendar.csv")[1:])
    again = ask(folder, tmp_path / "again", "--pin", str(plan / "edited.csv"))
    assert again.objective is not None
    assert again.objective >= first.objective
    broken = ask(folder, tmp_path / "no", "--pin", str(tmp_path / "nowhere.csv"))
    assert broken.objective is None
