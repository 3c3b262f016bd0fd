"""The benchmark of kills: a few kills at random moments, and that it sees what is wrong."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks import batch_kills
from benchmarks.batch_kills import Tally, disturbed, measure, outcome, workspace


def test_batches_that_are_killed_equal_the_undisturbed_one() -> None:
    seed = random.SystemRandom().randrange(10**6)
    tally = measure(workers=1, parents=1, scenarios=6, seed=seed)
    assert tally.wrong == [], f"seed {seed}"
    assert (tally.workers, tally.parents) == (1, 1)
    assert max(tally.resumes) <= 5.0


def test_control_other_runs_and_other_bytes_are_seen(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws", 2)
    disturbed(folder, 0, 0, random.Random(1), Tally())
    runs, files = outcome(folder)
    assert len(runs) == 2
    plan = next(folder.glob("results/store/plans/*/*/weekly.parquet"))
    plan.write_bytes(plan.read_bytes()[:-1])
    assert outcome(folder) != (runs, files)
    plan.unlink()
    assert len(batch_kills.outcome(folder)[1]) == len(files) - 1
