from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.forecast_accuracy import OURS, coverage, main, measure
from models.backtest import backtest
from models.peers import PEERS
from workspace import load

CHEESE = Path(__file__).parents[2] / "examples" / "cheese"


def test_scores_are_the_backtest_s() -> None:
    workspace = load(CHEESE)
    scores = measure(workspace, 13, 1, list(PEERS))
    summary = backtest(workspace, 13, 1).summary
    assert scores[OURS].wape == pytest.approx(summary["wape"])
    for name, peer in summary["peers"].items():
        assert scores[name].wape == pytest.approx(peer["wape"])
    told = "\n".join(coverage(workspace, 13, 1))
    held = re.findall(r"90 % intervals hold ([0-9.]+) %", told)
    assert held
    assert all(85.0 < float(share) < 95.0 for share in held)


def test_simulated_markets_are_measured_too(capsys: pytest.CaptureFixture[str]) -> None:
    quick = ["--origins", "1", "--kinds", "timed", "--seeds", "1", "--small"]
    main([*quick, "--peers", "account_ols"])
    shown = capsys.readouterr().out
    assert "timed: 1 markets, 1 x 13 weeks hidden" in shown
    assert "account_ols" in shown
