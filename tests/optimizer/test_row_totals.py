"""Row totals against what the kernels measure of the same calendars."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer.pricing import Pricer
from optimizer.problem import MONEY
from optimizer.row_totals import row_totals
from tests.optimizer.problems import tiny_problem
from tests.optimizer.random_problem import calendar_of
from tests.optimizer.test_column import measured


@pytest.mark.parametrize("seed", range(12))
def test_totals_are_those_of_columns(seed: int, tmp_path: Path) -> None:
    _, problem = tiny_problem(tmp_path, seed)
    if problem.broken:
        return
    nowhere = np.full((problem.blocks, problem.horizon), -1, dtype=np.int64)
    with Pricer(problem) as pricer:
        starts = pricer.ascend(np.zeros(len(problem.rows)), nowhere).starts
    _, expected = measured(problem, starts)
    scale = np.array([0.01 if row.quantity in MONEY else 1.0 for row in problem.rows])
    assert row_totals(problem, calendar_of(problem, starts)) == pytest.approx(expected * scale)
