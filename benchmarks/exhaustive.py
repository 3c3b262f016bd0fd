"""Thousands of tiny instances: is every plan the best of all calendars, every bound valid?

    python -m benchmarks.exhaustive [--seeds 5000] [--first 0] [--prices alone|mixed]
    python -m benchmarks.exhaustive --goal nash [--rebates] [--seeds 300]
    python -m benchmarks.exhaustive --weight 0.5 [--seeds 80]

Without --goal every rule is among the instances and profit is maximised; with it the scenario's
objective is `revenue`, `volume`, `weights`, `nash` or `profit`, and --rebates gives accounts steps
of rebates near what they sell. With --weight the worst of 12 draws count that much. With
--prices base prices are decided too, with hardly any other
rule or with all of them. Prints each contradiction and a summary; exit 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter

from optimizer.master import Solver
from tests.oracle.contest import contest
from tests.oracle.goal_contest import contest as goal_contest
from tests.oracle.goal_contest import instance_of
from tests.oracle.tiny_goals import KINDS
from tests.oracle.tiny_prices import tiny_priced

DRAWS = 12  # where the worst of them count
GAP = 0.001  # of a plan that counts as proven, though another is the best


def by_rules(seed: int, solver: Solver, prices: str | None) -> tuple[str, list[str]]:
    """How a seed ended where profit is maximised under random rules, and what contradicts it."""
    instance = None if prices is None else tiny_priced(seed, alone=prices == "alone")
    found = contest(seed, solver, instance=instance)
    return str(found.solution.status), list(found.complaints())


def by_goal(
    seed: int, solver: Solver, goal: str, rebates: bool, weight: float
) -> tuple[str, list[str]]:
    """The same for another objective, or for a weight of the worst draws."""
    draws = DRAWS if weight else 0
    instance = instance_of(seed, goal, rebates=rebates, draws=draws, weight=weight)
    found = goal_contest(instance, seed, solver)
    complaints = [f"seed {seed}: {text}" for text in found.complaints]
    if found.best is None:
        return "none", complaints
    if not found.worse:
        return "best", complaints
    if found.bound is None or found.found is None:
        return "worse", complaints
    near = found.bound - found.found <= GAP * max(1.0, abs(found.found))
    return "within the gap" if near else "worse", complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--prices", choices=("alone", "mixed"))
    parser.add_argument("--goal", choices=KINDS)
    parser.add_argument("--rebates", action="store_true")
    parser.add_argument("--weight", type=float, default=0.0)
    options = parser.parse_args()
    started = time.perf_counter()
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    with Solver(seed=1) as solver:
        for seed in range(options.first, options.first + options.seeds):
            if options.goal is None and not options.weight:
                status, complaints = by_rules(seed, solver, options.prices)
            else:
                status, complaints = by_goal(
                    seed, solver, options.goal or "profit", options.rebates, options.weight
                )
            statuses[status] += 1
            for text in complaints:
                wrong.append(text)
                print(text, flush=True)
    summary = {
        "instances": options.seeds,
        "contradictions": len(wrong),
        "statuses": dict(sorted(statuses.items())),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(summary))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
