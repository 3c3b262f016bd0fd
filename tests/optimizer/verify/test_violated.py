"""Which budgets the verifier finds broken, on the estimate and on the draws."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from optimizer.verify.violated import broken_budgets
from workspace.workspace import Workspace

BUDGETS = pd.DataFrame({"budget": ["most", "least"], "kind": ["ceiling", "floor"]})
WORKSPACE = cast(Workspace, SimpleNamespace(budgets=BUDGETS))
AMOUNTS = np.array([10_000.0, 10_000.0])  # cents


def broken(drawn, level, planned=(10_000.0, 10_000.0)):
    """`drawn`: of each budget the spend on every draw, currency."""
    spend = np.array(drawn, dtype=np.float64).T
    return broken_budgets(WORKSPACE, AMOUNTS, np.array(planned), spend, level)


def test_the_estimate_alone():
    assert broken_budgets(WORKSPACE, AMOUNTS, np.array([10_001.0, 9_999.0]), None, 0.9) == [
        "most",
        "least",
    ]
    assert broken([[200.0], [0.0]], None) == []  # no probability is asked for


@pytest.mark.parametrize(
    ("draws", "beyond", "level", "names"),
    [
        (8, 0, 0.95, []),
        (8, 1, 0.95, ["most", "least"]),
        (20, 1, 0.95, []),
        (20, 2, 0.95, ["most", "least"]),
        (100, 45, 0.55, []),  # .55 * 100 is a little more than 55 in floats
        (100, 46, 0.55, ["most", "least"]),
    ],
)
def test_the_share_of_draws(draws, beyond, level, names):
    most = [100.01] * beyond + [100.0] * (draws - beyond)
    least = [99.99] * beyond + [100.0] * (draws - beyond)
    assert broken([most, least], level) == names
    assert broken([most, [100.0] * draws], level) == names[:1]
