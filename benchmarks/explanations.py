"""Are explanations true? What a plan says it would lose without an event, beside planning anew.

    ./run bench explanations [--events 100] [--tolerance 0.05]

Tiny markets with budgets, slots, floors and supply, each solved exactly; every event of a plan is
barred in turn and the market solved again. Prints how many of the losses named are within the
tolerance of the loss found (or within a cent), and how far off the others are.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from optimizer.instead import instead
from optimizer.master import Solver
from optimizer.solve import solve
from tests.optimizer.test_instead import EXACT, barred, plan_for, rebates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--tolerance", type=float, default=0.05)
    options = parser.parse_args()
    named: list[float] = []
    true: list[float] = []
    earned: list[float] = []
    seed = 0
    with Solver() as solver:
        while len(true) < options.events:
            plan = plan_for(seed, solver)
            seed += 1
            if plan is None:
                continue
            before = plan.objective_cents / 100.0 + rebates(plan)
            for one in instead(plan, np.arange(plan.calendar.block.size)):
                anew = solve(barred(plan.problem, plan, one.event), EXACT, solver=solver)
                if anew.objective is not None and len(true) < options.events:
                    named.append(one.loses)
                    true.append(before - anew.objective)
                    earned.append(abs(before))
    said, lost = np.array(named), np.array(true)
    off = np.abs(said - lost)
    good = (off <= options.tolerance * np.abs(lost)) | (off < 0.02)
    print(
        json.dumps(
            {
                "events": len(true),
                "markets": seed,
                "within_tolerance": int(good.sum()),
                "correlation": round(float(np.corrcoef(said, lost)[0, 1]), 3),
                "total_named_to_total_lost": round(float(said.sum() / lost.sum()), 3),
                "others_off_by_share_of_plan_median": round(
                    float(np.median(off[~good] / np.maximum(1.0, np.array(earned)[~good])))
                    if (~good).any()
                    else 0.0,
                    4,
                ),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
