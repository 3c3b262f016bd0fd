from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.forecast_accuracy import OURS, measure, show
from models.backtest import backtest
from workspace import load

CHEESE = Path(__file__).parents[2] / "examples" / "cheese"


def test_scores_are_the_backtest_s(capsys: pytest.CaptureFixture[str]) -> None:
    workspace = load(CHEESE)
    scores = measure(workspace, 13, 1)
    summary = backtest(workspace, 13, 1).summary
    assert scores[OURS].wape == pytest.approx(summary["wape"])
    for name, peer in summary["peers"].items():
        assert scores[name].wape == pytest.approx(peer["wape"])
    show(workspace, 13, 1)
    assert "90 % intervals hold 9" in capsys.readouterr().out
