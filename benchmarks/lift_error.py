"""How wrong is each believed lift? Beside what the market really does with and without the deal.

    python -m benchmarks.lift_error [--seeds 3] [--kinds ..] [--peers ..] [--small]

Markets of `models.simulator.KINDS`. The truth of a lift is counterfactual: ln of the units sold
with a week of the deal over the units without, everything else equal. Printed: the root of the mean
square error of ln lifts over accounts, products and tactics, its mean (+: lifts too high), the
ratio to ours (above 1: worse than ours) and CPU seconds of one thread, R's included.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.demand.beliefs import beliefs
from benchmarks.demand.markets import Given, add_choices, given, seeds_of
from benchmarks.demand.subjects import runnable
from benchmarks.one_thread import cpu_seconds, start_again
from models.fit import FitOptions, fit
from models.response import Response
from models.simulator import counterfactuals, lift_table

Floats = NDArray[np.float64]
OURS = "ours"
KEYS = ["account", "product", "tactic"]


@dataclass(frozen=True)
class Error:
    """Of one subject's ln lifts."""

    rmse: float
    mean: float
    seconds: float

    @staticmethod
    def of(believed: Floats, true: Floats, seconds: float) -> Error:
        """From lifts in the same order."""
        apart = believed - true
        return Error(float(np.sqrt(np.mean(apart**2))), float(apart.mean()), seconds)


def measure(here: Given, peers: list[str] | None) -> dict[str, Error]:
    """Ours, then every peer that can be run, in one market."""
    truth = here.market.truth
    table = lift_table(truth, counterfactuals(truth, here.workspace.tactics))
    true = table.set_index(KEYS)["log_lift"]
    learners: dict[str, Callable[[], Response]] = {
        OURS: lambda: fit(here.workspace, FitOptions(draws=0)).response
    }
    for name, subject in runnable(peers)[0].items():
        learners[name] = lambda learn=subject.learn: beliefs(here.workspace, learn)
    found: dict[str, Error] = {}
    for name, learn in learners.items():
        start = cpu_seconds()
        response = learn()
        found[name] = _error(response.lift, true, cpu_seconds() - start)
    return found


def _error(lift: pd.DataFrame, true: pd.Series, seconds: float) -> Error:
    believed = lift.set_index(KEYS)["log_lift"].reindex(true.index)
    return Error.of(believed.to_numpy(np.float64), true.to_numpy(np.float64), seconds)


def lines(title: str, runs: list[dict[str, Error]]) -> Iterator[str]:
    """One table: means over markets."""
    yield f"{title}: {len(runs)} markets"
    yield f"{'':16}{'RMSE':>8}{'ratio':>8}{'mean':>9}{'CPU s':>9}{'ratio':>8}"
    ours = _mean(runs, OURS)
    for name in runs[0]:
        one = _mean(runs, name)
        slower = one.seconds / max(ours.seconds, 1e-9)
        yield (
            f"{name:16}{one.rmse:8.3f}{one.rmse / ours.rmse:8.2f}{one.mean:+9.3f}"
            f"{one.seconds:9.2f}{slower:8.2f}"
        )


def _mean(runs: list[dict[str, Error]], name: str) -> Error:
    each = np.array([(run[name].rmse, run[name].mean, run[name].seconds) for run in runs])
    rmse, mean, seconds = each.mean(axis=0).tolist()
    return Error(rmse, mean, seconds)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_choices(parser, seeds=3)
    asked = parser.parse_args(arguments)
    if arguments is None:
        start_again("benchmarks.lift_error")
    for name, reason in runnable(asked.peers)[1].items():
        print(f"{name}: skipped, {reason}")
    everything: list[dict[str, Error]] = []
    for kind in asked.kinds:
        runs: list[dict[str, Error]] = []
        for seed in seeds_of(asked):
            with given(kind, seed, asked.small) as here:
                runs.append(measure(here, asked.peers))
        print(*lines(kind, runs), "", sep="\n", flush=True)
        everything += runs
    print(*lines("all", everything), sep="\n")


if __name__ == "__main__":
    main()
