"""Thousands of tiny instances: is every plan the best of all calendars, every bound valid?

    python -m benchmarks.exhaustive [--seeds 5000] [--first 0]

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    started = time.perf_counter()
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    with Solver(seed=1) as solver:
        for seed in range(options.first, options.first + options.seeds):
            found = contest(seed, solver)
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
