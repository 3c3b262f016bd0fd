"""Forecast accuracy of the estimator beside its peers, on the same weeks, in the same run.

    python -m benchmarks.forecast_accuracy [--origins 4] [--weeks 13] [--peers ..]
                                           [--kinds ..] [--seeds 2] [--small] [WORKSPACE ..]

Default: the shipped examples; with `--kinds` simulated markets of forms that are not the
estimator's. Everybody learns from the same weeks and forecasts expected units of the same hidden
weeks from their actual prices and merchandising. CPU seconds are one thread's (R's included), for
learning and forecasting all origins; ratios are to the estimator (above 1: worse, or slower).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.demand.markets import add_choices, given, seeds_of
from benchmarks.demand.subjects import runnable
from benchmarks.one_thread import cpu_seconds, start_again
from models import metrics
from models.backtest import backtest, split
from models.base_price import RegularPrices, regular_prices
from models.calibration import LEVELS
from models.estimator import estimate
from models.forecast import forecast
from models.member import members_of
from models.panel import Panel, panel_of
from workspace import Workspace, load

EXAMPLES = Path(__file__).parents[1] / "examples"
Floats = NDArray[np.float64]
Subject = Callable[[Panel, RegularPrices], Floats]
OURS = "crossed"


@dataclass(frozen=True)
class Score:
    """Of one subject: WAPE, bias (+: too high), CPU seconds."""

    wape: float
    bias: float
    seconds: float


def subjects(workspace: Workspace, peers: list[str] | None = None) -> dict[str, Subject]:
    """Ours first, then the peers that can be run (None: all).

    Each learns from `panel.used` and forecasts our own series (N, T).
    """
    members = members_of(workspace.settings.season)

    def crossed(panel: Panel, regular: RegularPrices) -> Floats:
        fitted = estimate(panel, regular, members, workspace.settings.country)
        return forecast(fitted, np.arange(len(panel.weeks))).expected

    def peer(learn: Subject) -> Subject:
        def run(panel: Panel, regular: RegularPrices) -> Floats:
            own = replace(regular, price=regular.price[panel.own])
            return learn(panel.only(panel.own), own)

        return run

    can, _ = runnable(peers)
    return {OURS: crossed, **{name: peer(subject.learn) for name, subject in can.items()}}


def measure(
    workspace: Workspace, weeks: int, origins: int, peers: list[str] | None = None
) -> dict[str, Score]:
    """Every subject over the same origins."""
    panel = panel_of(workspace)
    regular = regular_prices(panel)
    splits = [split(panel, weeks, origin) for origin in range(1, origins + 1)]
    scores: dict[str, Score] = {}
    for name, subject in subjects(workspace, peers).items():
        made: list[Floats] = []
        actual: list[Floats] = []
        start = cpu_seconds()
        for hidden, learning in splits:
            expected = subject(panel.learning(learning), regular)
            made.append(expected[hidden[panel.own]])
            actual.append(panel.units[hidden])
        seconds = cpu_seconds() - start
        units, expected = np.concatenate(actual), np.concatenate(made)
        scores[name] = Score(metrics.wape(expected, units), metrics.bias(expected, units), seconds)
    return scores


def lines(title: str, runs: list[dict[str, Score]]) -> Iterator[str]:
    """One table: means over workspaces."""
    yield title
    yield f"{'':16}{'WAPE':>8}{'ratio':>8}{'bias':>9}{'CPU s':>9}{'ratio':>8}"
    ours = _mean(runs, OURS)
    for name in runs[0]:
        score = _mean(runs, name)
        ratio, slower = score.wape / ours.wape, score.seconds / max(ours.seconds, 1e-9)
        yield (
            f"{name:16}{score.wape:8.4f}{ratio:8.2f}{score.bias:+9.4f}"
            f"{score.seconds:9.2f}{slower:8.2f}"
        )


def _mean(runs: list[dict[str, Score]], name: str) -> Score:
    each = [(run[name].wape, run[name].bias, run[name].seconds) for run in runs]
    wape, bias, seconds = np.array(each).mean(axis=0).tolist()
    return Score(wape, bias, seconds)


def coverage(workspace: Workspace, weeks: int, origins: int) -> Iterator[str]:
    """How often our intervals hold."""
    held = backtest(workspace, weeks, origins).rows
    for level in LEVELS:
        name = f"{level * 100:.0f}"
        inside = (held[f"low_{name}"] <= held["units"]) & (held["units"] <= held[f"high_{name}"])
        promoted = inside[held["promoted"] == 1]
        yield (
            f"{name} % intervals hold {100.0 * inside.mean():.1f} %, "
            f"in promoted weeks {100.0 * promoted.mean():.1f} %"
        )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--origins", type=int, default=4)
    parser.add_argument("workspaces", nargs="*", type=Path)
    add_choices(parser, seeds=2)
    parser.set_defaults(kinds=[])
    asked = parser.parse_args(arguments)
    if arguments is None:
        start_again("benchmarks.forecast_accuracy")
    for name, reason in runnable(asked.peers)[1].items():
        print(f"{name}: skipped, {reason}")
    hidden = f"{asked.origins} x {asked.weeks} weeks hidden"
    examples = [] if asked.kinds else [EXAMPLES / "cheese", EXAMPLES / "market"]
    for folder in asked.workspaces or examples:
        workspace = load(folder)
        scores = measure(workspace, asked.weeks, asked.origins, asked.peers)
        print(*lines(f"{workspace.settings.name}: {hidden}", [scores]), sep="\n")
        print(*coverage(workspace, asked.weeks, asked.origins), "", sep="\n", flush=True)
    for kind in asked.kinds:
        runs: list[dict[str, Score]] = []
        for seed in seeds_of(asked):
            with given(kind, seed, asked.small) as here:
                runs.append(measure(here.workspace, asked.weeks, asked.origins, asked.peers))
        title = f"{kind}: {len(runs)} markets, {hidden}"
        print(*lines(title, runs), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
