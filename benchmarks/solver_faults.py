"""Solvers that die, hang, run out of memory and lie: does any wrong plan come out?

    ./run bench solver_faults [--instances 200] [--seconds 4]

Every instance is a tiny market whose best plan is known from exhaustive search; its solver is
sabotaged (`tests.oracle.sabotage`) at one, some or all of its solves. Wrong is: a plan that breaks
a rule or earns other than promised, a bound below the best, "infeasible" where a plan exists,
"within the gap" of a plan that is not the best, or a solve that outlives 1.2 x its limit + 5 s.
Exit 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from optimizer.master import Solver
from optimizer.solution import SolveOptions
from tests.oracle.contest import contest
from tests.oracle.sabotage import KINDS, command

STRIKES = ({0}, {1}, {2}, {3}, set(range(0, 40, 2)), set(range(200)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    kinds = list(KINDS)
    limit = 1.2 * options.seconds + 5.0
    statuses: Counter[str] = Counter()
    longest, noticed, wrong = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.instances):
            kind = kinds[number % len(kinds)]
            strikes = STRIKES[number // len(kinds) % len(STRIKES)]
            counter = Path(folder) / str(number)
            with Solver(command=command(kind, counter, strikes)) as solver:
                found = contest(number, solver, SolveOptions(0.0, options.seconds))
            complaints = found.falsehoods()
            if found.solution.seconds > limit:
                complaints.append(f"took {found.solution.seconds:.1f} s, limit {limit:.1f} s")
            longest = max(longest, found.solution.seconds)
            noticed += bool(found.solution.troubles)
            wrong += bool(complaints)
            statuses[f"{kind}: {found.solution.status}"] += 1
            for complaint in complaints:
                print(f"{kind} at {sorted(strikes)[:4]}: {complaint}", flush=True)
    summary = {
        "injected": options.instances,
        "wrong": wrong,
        "noticed": noticed,
        "longest_seconds": round(longest, 2),
        "limit_seconds": limit,
        "statuses": dict(sorted(statuses.items())),
    }
    print(json.dumps(summary, indent=2))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
