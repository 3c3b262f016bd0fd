"""Does the money come? Learn from a market's history, plan its next year, live through the plan.

    python -m benchmarks.decision_regret [--seeds 5] [--seconds 5] [--kinds ..] [--peers ..]

Markets of `models.simulator.KINDS`, none of the estimator's form. Everybody's beliefs go through one
and the same search, then every plan is simulated in the market as it really is. Two figures:

    share      true profit of the plan / true profit of the plan of one who knows the truth
    promise    promised profit / true profit

The one who knows plans with `known_response`; where tables cannot say the truth (switching,
stockpiling), with its losses told several times as large as well, and keeps what really earned most.
Peers plan as they do in practice: lifts and a baseline, no dips, no cannibalisation.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.demand.beliefs import beliefs
from benchmarks.demand.subjects import runnable
from benchmarks.one_thread import ONE_THREAD
from models.fit import fit
from models.response import Response
from models.simulator import FORMS, KINDS, Market, known_response, make_market, write_market
from models.simulator.calendar import runs_of
from models.simulator.profit import value_runs
from optimizer.build import build
from optimizer.problem import Calendar, Problem
from optimizer.solve import SolveOptions, solve
from optimizer.spec import Spec
from optimizer.value import value
from scenarios.scenario import read_scenario
from workspace import Workspace, load

OURS, KNOWN = "ours", "truth known"
LARGER = (1.0, 1.4, 1.9, 2.5)  # how many times the known losses are told where tables fall short


@dataclass(frozen=True)
class Lived:
    """A plan and what came of it. Money in the market's currency, excl. VAT."""

    promised: float
    true: float
    spend_planned: float
    spend_true: float
    events: int

    @property
    def promise(self) -> float:
        """Promised over true; NaN where nothing came."""
        return self.promised / self.true if self.true > 0 else float("nan")


@dataclass(frozen=True)
class Arena:
    """One market, its workspace and its question."""

    market: Market
    workspace: Workspace
    spec: Spec
    seconds: float

    def live(self, response: Response) -> Lived:
        """Plan with these beliefs, then simulate."""
        problem = build(self.workspace, response, self.spec)
        found = solve(problem, SolveOptions(self.spec.solver.gap, self.seconds, 1)).calendar
        if found is None:
            return Lived(0.0, 0.0, 0.0, 0.0, 0)
        promised = value(problem, found)
        truth = self.market.truth
        runs = runs_of(events_of(problem, found), truth, self.workspace)
        true = value_runs(truth, self.workspace, runs)
        return Lived(
            promised.objective, true.profit, promised.spend_cents / 100, true.spend, len(runs)
        )

    def clairvoyant(self) -> Lived:
        """What one who knows the truth earns."""
        tactics = self.workspace.tactics
        known = known_response(self.market.truth, tactics)
        tabular = FORMS[self.market.truth.form].tabular
        lived = [self.live(_larger(known, times)) for times in (LARGER[:1] if tabular else LARGER)]
        return max(lived, key=lambda one: one.true)


def _larger(response: Response, times: float) -> Response:
    """The same response with every dip and cross effect so many times as large."""
    tables = {
        name: getattr(response, name).assign(
            coefficient=times * getattr(response, name)["coefficient"]
        )
        for name in ("carry", "cross")
    }
    return Response.of(
        baseline=response.baseline, lift=response.lift, price=response.price, **tables
    )


def events_of(problem: Problem, calendar: Calendar) -> pd.DataFrame:
    """account, product, tactic, start_week, weeks of every event."""
    return pd.DataFrame(
        {
            "account": [problem.account[block] for block in calendar.block],
            "product": [problem.product[block] for block in calendar.block],
            "tactic": [problem.tactics[tactic] for tactic in calendar.tactic],
            "start_week": [problem.weeks[start] for start in calendar.start],
            "weeks": calendar.weeks,
        }
    )


def arena(kind: str, seed: int, folder: Path, seconds: float) -> Arena:
    """The market of this kind and seed, written into `folder`."""
    market = make_market(KINDS[kind], seed)
    write_market(market, folder)
    workspace = load(folder, planning=True)
    spec = read_scenario(folder / "scenarios" / "base.yaml").spec
    return Arena(market, workspace, spec, seconds)


def measure(kind: str, seed: int, peers: list[str] | None, seconds: float) -> dict[str, Lived]:
    """Everybody in one market: the one who knows, ours, then the peers."""
    can, _ = runnable(peers)
    with tempfile.TemporaryDirectory() as name:
        here = arena(kind, seed, Path(name), seconds)
        lived = {KNOWN: here.clairvoyant(), OURS: here.live(_without_draws(here.workspace))}
        for peer, subject in can.items():
            lived[peer] = here.live(beliefs(here.workspace, subject.learn))
    return lived


def _without_draws(workspace: Workspace) -> Response:
    """Our own fit; its draws play no part in a plan's expected profit."""
    response = fit(workspace).response
    return replace(response, draws=response.draws.iloc[:0])


def show(kind: str, runs: list[dict[str, Lived]]) -> None:
    """One table: means over seeds of the two figures, and the worst."""
    print(f"{kind}: {len(runs)} markets")
    head = f"{'':16}{'share':>8}{'worst':>8}{'promise':>9}{'spend':>8}{'events':>8}"
    print(head + "   share of each market")
    for name in runs[0]:
        one = [(run[name], run[KNOWN].true) for run in runs]
        shares = np.array([lived.true / best for lived, best in one])
        # Money is summed before it is divided: a market where little came does not rule the mean.
        promise = sum(lived.promised for lived, _ in one) / sum(lived.true for lived, _ in one)
        over = sum(lived.spend_true for lived, _ in one) / max(
            sum(lived.spend_planned for lived, _ in one), 1e-9
        )
        events = np.mean([lived.events for lived, _ in one])
        each = " ".join(f"{share:.2f}" for share in shares)
        print(
            f"{name:16}{shares.mean():8.3f}{shares.min():8.3f}{promise:9.2f}{over:8.2f}"
            f"{events:8.0f}   {each}"
        )
    print(flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, default=5.0, help="of search for each plan")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--peers", nargs="*", default=None)
    asked = parser.parse_args()
    if os.environ.keys().isdisjoint(ONE_THREAD):
        again = [sys.executable, "-m", "benchmarks.decision_regret", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | ONE_THREAD)
    for name, reason in runnable(asked.peers)[1].items():
        print(f"{name}: skipped, {reason}")
    for kind in asked.kinds:
        seeds = range(asked.first, asked.first + asked.seeds)
        show(kind, [measure(kind, seed, asked.peers, asked.seconds) for seed in seeds])


if __name__ == "__main__":
    main()
