"""Does the money come? Learn from a market's history, plan its next year, live through the plan.

    python -m benchmarks.decision_regret [--seeds 5] [--kinds ..] [--peers ..] [--small]
                                         [--gap .02] [--seconds 60] [--keep FILE]

Markets of `models.simulator.KINDS`, none of the estimator's form. Everybody's beliefs go through
one and the same search, then every plan is simulated in the market as it really is. Two figures:

    share      true profit of the plan / true profit of the plan of one who knows the truth
    promise    promised profit / true profit

Who knows the truth plans with `known_response`, which tells all effects on later weeks within four
lags (their sum is right, their weeks are not); in forms that tables cannot say, plans with larger
losses are lived through as well and the best is kept. So a share may exceed 1. Peers plan as they
do in practice: a baseline and lifts, no dips, no cannibalisation.

The search ends at `--gap`, or where it finds nothing better, the same on every machine; `--seconds`
of wall time are a safety net, which on a busy machine has to be wider. `--keep FILE` keeps what
others than ours have earned, so that measuring ours again repeats only ours.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.demand.arena import Lived, clairvoyant, live
from benchmarks.demand.beliefs import beliefs
from benchmarks.demand.kept import Kept
from benchmarks.demand.markets import add_choices, given, seeds_of
from benchmarks.demand.subjects import runnable
from benchmarks.one_thread import start_again
from models.fit import FitOptions, fit
from optimizer.solution import SolveOptions

OURS, KNOWN = "ours", "truth known"
Runs = dict[str, Lived]


@dataclass(frozen=True)
class Question:
    """How the markets are measured: peers' names (None: all), how far to search, which size."""

    peers: list[str] | None
    effort: SolveOptions
    small: bool = False


def measure(kind: str, seed: int, question: Question, kept: Kept) -> Runs:
    """Everybody in one market: the one who knows, ours, then the peers."""
    can, _ = runnable(question.peers)
    effort = question.effort
    size = "small" if question.small else "full"
    place = f"{kind} {seed} {size}, gap {effort.gap:g} or {effort.seconds:g} s"
    with given(kind, seed, question.small) as here:
        # Draws play no part in a plan's expected profit.
        ours = fit(here.workspace, FitOptions(draws=0)).response
        lived = {
            KNOWN: kept.get(f"{place}, {KNOWN}", lambda: clairvoyant(here, effort)),
            OURS: live(here, ours, effort),
        }
        for name, subject in can.items():
            lived[name] = kept.get(
                f"{place}, {name}",
                lambda learn=subject.learn: live(here, beliefs(here.workspace, learn), effort),
            )
    return lived


def ratio(above: float, below: float) -> float:
    """NaN where there is nothing to compare with."""
    return above / below if below > 0 else float("nan")


@dataclass(frozen=True)
class Summary:
    """One subject in the markets of one kind."""

    shares: tuple[float, ...]  # of each market
    promise: float  # sums of money divided: a market where little came does not rule the mean
    spend: float  # true over planned
    events: float

    @staticmethod
    def of(runs: list[Runs], name: str) -> Summary:
        """Over all markets in `runs`."""
        mine = [run[name] for run in runs]
        return Summary(
            tuple(ratio(run[name].true, run[KNOWN].true) for run in runs),
            ratio(sum(one.promised for one in mine), sum(one.true for one in mine)),
            ratio(sum(one.spend_true for one in mine), sum(one.spend_planned for one in mine)),
            float(np.mean([one.events for one in mine])),
        )

    @property
    def share(self) -> float:
        """The mean over markets."""
        return float(np.mean(self.shares))


def lines(kind: str, runs: list[Runs]) -> Iterator[str]:
    """One table: means over seeds of the figures, the worst share, and each."""
    yield f"{kind}: {len(runs)} markets"
    head = f"{'':16}{'share':>8}{'worst':>8}{'promise':>9}{'spend':>8}{'events':>8}"
    yield head + "   share of each market"
    for name in runs[0]:
        one = Summary.of(runs, name)
        each = " ".join(f"{share:.2f}" for share in one.shares)
        yield (
            f"{name:16}{one.share:8.3f}{min(one.shares):8.3f}{one.promise:9.2f}"
            f"{one.spend:8.2f}{one.events:8.0f}   {each}"
        )


def overall(found: dict[str, list[Runs]]) -> Iterator[str]:
    """The mean of the kinds for each subject, and promises over all money."""
    everything = [run for runs in found.values() for run in runs]
    yield f"all: {len(everything)} markets"
    yield f"{'':16}{'share':>8}{'promise':>9}   share by kind"
    for name in everything[0]:
        shares = [Summary.of(runs, name).share for runs in found.values()]
        each = " ".join(f"{share:.2f}" for share in shares)
        promise = Summary.of(everything, name).promise
        yield f"{name:16}{float(np.mean(shares)):8.3f}{promise:9.2f}   {each}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_choices(parser, seeds=5)
    parser.add_argument("--gap", type=float, default=0.02, help="at which a search may end")
    parser.add_argument("--seconds", type=float, default=60.0, help="at most, for each plan")
    parser.add_argument("--keep", type=Path, default=None, help="a JSON file of others' outcomes")
    asked = parser.parse_args(arguments)
    if arguments is None:
        start_again("benchmarks.decision_regret")
    for name, reason in runnable(asked.peers)[1].items():
        print(f"{name}: skipped, {reason}")
    question = Question(asked.peers, SolveOptions(asked.gap, asked.seconds), asked.small)
    kept, found = Kept(asked.keep), {}
    for kind in asked.kinds:
        found[kind] = [measure(kind, seed, question, kept) for seed in seeds_of(asked)]
        print(*lines(kind, found[kind]), "", sep="\n", flush=True)
    print(*overall(found), sep="\n")


if __name__ == "__main__":
    main()
