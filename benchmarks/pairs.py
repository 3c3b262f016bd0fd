"""Changes whose effect is known beforehand: does the best plan follow, on a thousand pairs?

    ./run bench pairs [--seeds 220] [--first 0]

Tiny instances with random rules, every third with base prices to decide, are solved until proven,
then again with more budget, a rule dropped, accounts renamed, rows permuted (read from files) and
all money in cents instead of euros. More budget and one rule less never earn less; new names and
another order change nothing; in cents a plan earns a hundred times as much, apart from the rounding
of each line to whole cents (`tests.oracle.pairs.rounding`). Prints each contradiction and a
summary; exit 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict

from optimizer.master import Solver
from tests.oracle.changes import CHANGES, Relation
from tests.oracle.instance import Tiny
from tests.oracle.memory import inputs_of
from tests.oracle.pairs import Pair, Solve, found_of, pair_of, solver_of
from tests.oracle.tiny import tiny
from tests.oracle.tiny_prices import tiny_priced


def instance_of(seed: int) -> Tiny:
    """The instance of a seed."""
    return tiny_priced(seed) if seed % 3 == 2 else tiny(seed)


def pairs_of(seed: int, solved: Solve) -> list[Pair]:
    """A seed's instance beside each change of it."""
    instance = instance_of(seed)
    before = found_of(inputs_of(instance), solved)
    pairs = (pair_of(instance, before, name, seed, solved) for name in CHANGES)
    return [pair for pair in pairs if pair is not None]


def count(pair: Pair, tally: Counter[str]) -> None:
    """Add a pair to what is known of its change."""
    tally["pairs"] += 1
    tally["proven"] += pair.before.proven and pair.after.proven
    tally["with a plan"] += bool(pair.before.events)
    tally["same plan"] += pair.same_plan()
    if pair.relation is Relation.NO_LESS:
        tally["earns more"] += pair.after.low > pair.before.low + 0.01
    if pair.relation is Relation.HUNDREDFOLD:
        tally["on an edge"] += pair.on_an_edge()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=220)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    started = time.perf_counter()
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = 0
    with Solver(seed=1) as solver:
        for seed in range(options.first, options.first + options.seeds):
            for pair in pairs_of(seed, solver_of(solver)):
                count(pair, tallies[pair.name])
                for text in pair.contradictions():
                    wrong += 1
                    print(f"seed {seed}, {pair.name}: {text}", flush=True)
    summary = {
        "pairs": sum(tally["pairs"] for tally in tallies.values()),
        "contradictions": wrong,
        "changes": {name: dict(tally) for name, tally in tallies.items()},
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(summary, indent=2))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
