"""Forecast accuracy of the estimator beside its peers, on the same weeks, in the same run.

    python -m benchmarks.forecast_accuracy [--origins 4] [--weeks 13] [WORKSPACE ..]

Default: the shipped examples. Everybody learns from the same weeks and forecasts expected units of
the same hidden weeks from their actual prices and merchandising. CPU seconds are one thread's, for
learning and forecasting all origins; ratios are to the estimator (above 1: worse, or slower).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import metrics
from models.backtest import backtest, split
from models.base_price import RegularPrices, regular_prices
from models.calibration import LEVELS
from models.estimator import estimate
from models.forecast import forecast
from models.member import members_of
from models.panel import Panel, panel_of
from models.peers import PEERS
from workspace import Workspace, load

EXAMPLES = Path(__file__).parents[1] / "examples"
Floats = NDArray[np.float64]
Subject = Callable[[Panel, RegularPrices], Floats]
OURS = "crossed"
# Small matrices gain nothing from a second thread, and waiting threads would count as work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Score:
    """Of one subject: WAPE, bias (+: too high), CPU seconds."""

    wape: float
    bias: float
    seconds: float


def subjects(workspace: Workspace) -> dict[str, Subject]:
    """Ours first, then every peer: learn from `panel.used`, forecast own series (N, T)."""
    members = members_of(workspace.settings.season)

    def crossed(panel: Panel, regular: RegularPrices) -> Floats:
        fitted = estimate(panel, regular, members, workspace.settings.country)
        return forecast(fitted, np.arange(len(panel.weeks))).expected

    def peer(name: str) -> Subject:
        def run(panel: Panel, regular: RegularPrices) -> Floats:
            own = replace(regular, price=regular.price[panel.own])
            return PEERS[name](panel.only(panel.own), own)

        return run

    return {OURS: crossed, **{name: peer(name) for name in PEERS}}


def measure(workspace: Workspace, weeks: int, origins: int) -> dict[str, Score]:
    """Every subject over the same origins."""
    panel = panel_of(workspace)
    regular = regular_prices(panel)
    splits = [split(panel, weeks, origin) for origin in range(1, origins + 1)]
    scores: dict[str, Score] = {}
    for name, subject in subjects(workspace).items():
        made: list[Floats] = []
        actual: list[Floats] = []
        start = time.process_time()
        for hidden, learning in splits:
            expected = subject(panel.learning(learning), regular)
            made.append(expected[hidden[panel.own]])
            actual.append(panel.units[hidden])
        seconds = time.process_time() - start
        units, expected = np.concatenate(actual), np.concatenate(made)
        scores[name] = Score(metrics.wape(expected, units), metrics.bias(expected, units), seconds)
    return scores


def show(workspace: Workspace, weeks: int, origins: int) -> None:
    """Print one table, and the coverage of our intervals."""
    scores = measure(workspace, weeks, origins)
    ours = scores[OURS]
    print(f"{workspace.settings.name}: {origins} x {weeks} weeks hidden")
    print(f"{'':16}{'WAPE':>8}{'ratio':>8}{'bias':>9}{'CPU s':>8}{'ratio':>8}")
    for name, score in scores.items():
        ratio, slower = score.wape / ours.wape, score.seconds / max(ours.seconds, 1e-9)
        print(
            f"{name:16}{score.wape:8.4f}{ratio:8.2f}{score.bias:+9.4f}"
            f"{score.seconds:8.2f}{slower:8.2f}"
        )
    held = backtest(workspace, weeks, origins).rows
    for level in LEVELS:
        name = f"{level * 100:.0f}"
        inside = (held[f"low_{name}"] <= held["units"]) & (held["units"] <= held[f"high_{name}"])
        print(f"{name} % intervals hold {100.0 * inside.mean():.1f} %")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--origins", type=int, default=4)
    parser.add_argument("workspaces", nargs="*", type=Path)
    asked = parser.parse_args()
    if os.environ.keys().isdisjoint(ONE_THREAD):  # threads are counted when numpy is imported
        again = [sys.executable, "-m", "benchmarks.forecast_accuracy", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | ONE_THREAD)
    for folder in asked.workspaces or [EXAMPLES / "cheese", EXAMPLES / "market"]:
        show(load(folder), asked.weeks, asked.origins)


if __name__ == "__main__":
    main()
