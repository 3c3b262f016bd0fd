"""Thousands of tiny instances: is every plan the best of all calendars, every bound valid?

    python -m benchmarks.exhaustive [--seeds 5000] [--first 0] [--prices alone|mixed]

With `--prices` base prices are decided too, with hardly any other rule or with all of them.

Prints each contradiction and a summary; exit 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter

from optimizer.master import Solver
from tests.oracle.contest import contest
from tests.oracle.instance import Tiny
from tests.oracle.tiny_prices import tiny_priced


def instance_of(seed: int, prices: str | None) -> Tiny | None:
    """The instance of a seed with a ladder of prices; None: the usual one."""
    return None if prices is None else tiny_priced(seed, alone=prices == "alone")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--prices", choices=("alone", "mixed"))
    options = parser.parse_args()
    started = time.perf_counter()
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    with Solver(seed=1) as solver:
        for seed in range(options.first, options.first + options.seeds):
            found = contest(seed, solver, instance=instance_of(seed, options.prices))
            statuses[str(found.solution.status)] += 1
            for text in found.complaints():
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
