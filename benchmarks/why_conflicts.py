"""Does `why` name what cannot be kept together, all of it and nothing else?

    ./run bench why_conflicts [--instances 200] [--size 3x8x26]

Rules at odds with each other, and others at random, are laid over instances with a supplied
response; of those that nothing keeps, `why` names a conflict. It has to have no plan, and with any
one of its demands left out there has to be one: both are searched for anew, with more time. Prints
how many conflicts hold, how many demands they have, how long `why` took, relaxations included, and
each conflict that does not hold; exit 1 below 95 %.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.instances import FIRST_WEEK, supplied_response_workspace
from models.response import Response
from models.response_files import read_response
from optimizer.conflict.case import Case, Demand
from optimizer.conflict.report import explain
from optimizer.master import Solver
from optimizer.solution import SolutionStatus, SolveOptions
from optimizer.solve import solve
from optimizer.spec import Guardrail, Spec
from scenarios.scenario import read_scenario
from workspace.load import load
from workspace.workspace import Workspace

Rule = dict[str, Any]

PER_WORKSPACE = 10  # instances that share a response
AGAIN = 30.0  # seconds to search anew for a plan that keeps some demands
ENOUGH = 0.95


@dataclass(frozen=True)
class Market:
    """What rules are laid over."""

    workspace: Workspace
    response: Response
    spec: Spec
    accounts: tuple[str, ...]
    brands: tuple[str, ...]
    products: tuple[str, ...]


def market(folder: Path, size: tuple[int, int, int], seed: int) -> Market:
    """An instance of `benchmarks.instances`."""
    supplied_response_workspace(folder, *size, seed)
    workspace = load(folder, planning=True)
    listings = workspace.listings
    return Market(
        workspace,
        read_response(folder / "response", workspace),
        read_scenario(folder / "scenarios" / "base.yaml").spec,
        tuple(sorted(set(listings["account"]))),
        tuple(sorted(set(workspace.products["brand"]))),
        tuple(sorted(set(listings["product"]))),
    )


def rules(one: Market, rng: random.Random) -> list[Guardrail]:
    """Rules at odds with each other, and up to four at random among them."""
    said = rng.choice(ODDS)(one, rng)
    for _ in range(rng.randint(0, 4)):
        rule = rng.choice(list(MILD))
        said.append({"rule": rule, "value": rng.choice(MILD[rule]), **_place(one, rng)})
    rng.shuffle(said)
    return [Guardrail(**rule) for rule in said]


MILD: dict[str, list[float]] = {
    "slots": [2, 3, 4],
    "max_events": [2, 4],
    "max_weeks_on_deal": [3, 6],
    "min_gap_weeks": [2, 4],
    "max_depth": [0.15, 0.2, 0.25],
    "required": [1],
}


def _at_odds_in_weeks(one: Market, rng: random.Random) -> list[Rule]:
    """Events asked for where, or more often than, other rules let them be."""
    place, least = _place(one, rng), rng.randint(2, 4)
    start = rng.randrange(one.spec.horizon.weeks - 10)
    window = {"first_week": _week(start), "last_week": _week(start + rng.randint(4, 9))}
    asked: Rule = {"rule": "required", "value": least, **place, **window}
    others: list[Rule] = [
        {"rule": "blackout", **place, **window},
        {"rule": "max_events", "value": least - 1, **place},
        {"rule": "max_weeks_on_deal", "value": least - 1, **place},
        {"rule": "max_depth", "value": 0.05, **place},
        {"rule": "min_gap_weeks", "value": 10, **place},
    ]
    return [asked, rng.choice(others)]


def _at_odds_in_slots(one: Market, rng: random.Random) -> list[Rule]:
    """Products that all ask for events in the same few weeks, of which there is room for some."""
    account, size = rng.choice(one.accounts), rng.randint(2, 4)
    start = rng.randrange(one.spec.horizon.weeks - 4)
    window = {"first_week": _week(start), "last_week": _week(start + size - 2)}
    asked: list[Rule] = [
        {"rule": "required", "value": 1, "account": account, "product": product, **window}
        for product in rng.sample(one.products, size)
    ]
    return [*asked, {"rule": "slots", "value": 1, "account": account}]


def _at_odds_in_units(one: Market, rng: random.Random) -> list[Rule]:
    """Units that can only be sold on deal, and hardly any deals."""
    place = _place(one, rng)
    floor = round(_quiet(one, place) * rng.choice([1.01, 1.03, 1.06]), 1)
    others: list[Rule] = [
        {"rule": "max_events", "value": 0, **place},
        {"rule": "max_weeks_on_deal", "value": 0, **place},
        {"rule": "max_depth", "value": 0.05, **place},
        {"rule": "blackout", **place},
    ]
    return [{"rule": "volume_floor", "value": floor, **place}, rng.choice(others)]


ODDS = (_at_odds_in_weeks, _at_odds_in_slots, _at_odds_in_units)


def _place(one: Market, rng: random.Random) -> Rule:
    account: Rule = {"account": rng.choice(one.accounts)} if rng.random() < 0.6 else {}
    about: tuple[Rule, ...] = (
        {}, {"brand": rng.choice(one.brands)}, {"product": rng.choice(one.products)},
    )  # fmt: skip
    return account | rng.choice(about)


def _week(number: int) -> str:
    return str((FIRST_WEEK + pd.Timedelta(weeks=number)).date())


def _quiet(one: Market, where: Rule) -> float:
    """Units sold there over the horizon with nothing promoted."""
    table = one.response.baseline
    table = table[table["week"] < FIRST_WEEK + pd.Timedelta(weeks=one.spec.horizon.weeks)]
    brands = one.workspace.products.set_index("product")["brand"]
    keep = np.ones(len(table), dtype=bool)
    for key in ("account", "product"):
        keep &= np.ones(len(table), bool) if key not in where else table[key] == where[key]
    if "brand" in where:
        keep &= table["product"].map(brands) == where["brand"]
    return float(table.loc[keep, "units"].sum())


def cases(size: tuple[int, int, int], solver: Solver, first: int = 0) -> Iterator[Case]:
    """Scenarios of which it is proven that nothing keeps all of their rules, without end."""
    seed = first
    while True:
        with tempfile.TemporaryDirectory() as folder:
            one = market(Path(folder), size, seed)
        rng, found = random.Random(seed), 0
        while found < PER_WORKSPACE:
            laid = (*one.spec.guardrails, *rules(one, rng))
            spec = one.spec.model_copy(update={"guardrails": laid})
            case = Case(one.workspace, one.response, spec, solver)
            if case.answer(case.demands()).status is SolutionStatus.INFEASIBLE:
                found += 1
                yield case
        seed += 1


def judged(case: Case, conflict: tuple[Demand, ...], solver: Solver) -> str:
    """What is wrong with a conflict, "" if nothing: each set is searched anew."""

    def status(kept: tuple[Demand, ...]) -> SolutionStatus:
        options = SolveOptions(1e12, AGAIN, case.spec.solver.seed + 1)
        return solve(case.problem(kept), options, solver=solver).status

    if not conflict:
        return "nothing named"
    if status(conflict) is not SolutionStatus.INFEASIBLE:
        return "a plan keeps all of it"
    for demand in conflict:
        left = tuple(one for one in conflict if one != demand)
        found = status(left)
        if found is SolutionStatus.INFEASIBLE:
            return f"nothing keeps it without {demand.name} either"
        if found is SolutionStatus.NOTHING:
            return f"no answer without {demand.name}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--size", default="3x8x26")
    options = parser.parse_args()
    accounts, products, weeks = (int(part) for part in options.size.split("x"))
    sizes: Counter[int] = Counter()
    seconds, wrong = [], 0
    with Solver(seed=1) as solver:
        for i, case in enumerate(cases((accounts, products, weeks), solver)):
            if i == options.instances:
                break
            began = time.perf_counter()
            asked = replace(case, _known={})  # as if nothing had been asked
            found = explain(asked)
            seconds.append(time.perf_counter() - began)
            sizes[len(found.demands)] += 1
            complaint = judged(case, found.demands, solver)
            if complaint:
                wrong += 1
                print(f"{i}: {complaint}; named {[d.name for d in found.demands]}", flush=True)
    told = {
        "instances": options.instances,
        "hold": options.instances - wrong,
        "demands named": dict(sorted(sizes.items())),
        "seconds": {
            "median": round(float(np.median(seconds)), 2),
            "95 %": round(float(np.quantile(seconds, 0.95)), 2),
            "most": round(max(seconds), 2),
        },
    }
    print(json.dumps(told, indent=2))
    return 0 if wrong <= (1.0 - ENOUGH) * options.instances else 1


if __name__ == "__main__":
    sys.exit(main())
