"""Every rule alone, then mixtures of rules and prices: is the plan the best of all calendars?

    ./run bench each_rule [--seeds 300] [--mixtures 2000] [--first 0] [--rules slots apart ..]
                          [--gigabytes 6]

A rule alone stands beside a cap on events and one budget. Prints each contradiction, and by rule
how many instances there were, in how many nothing keeps the rule, in how many the rule changes
what can be earned, and what contradicts the search by looking at all; exit 1 if anything does. A
few mixtures have more calendars than `--gigabytes` of memory hold: they are counted as too large.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from optimizer.master import Solver
from tests.oracle.contest import CLOSE, Contest, contest
from tests.oracle.exhaustive import best_plan
from tests.oracle.memory import inputs_of
from tests.oracle.tiny_alone import DRAWS, is_priced, tiny_alone, tiny_without
from tests.oracle.tiny_prices import tiny_priced

MIXTURES = "mixtures"
FIRST_MIXTURE = 20_000  # no seed of the tests

Tallies = dict[str, Counter[str]]


def each_rule(seed: int, rules: list[str], solver: Solver, tallies: Tallies) -> list[str]:
    """Contests of a seed's instance with each rule alone; what contradicts them."""
    wrong = []
    without = {priced: tiny_without(seed, priced=priced) for priced in (False, True)}
    best: dict[bool, float | None] = {}
    for rule in rules:
        priced = is_priced(rule, seed)
        if priced not in best:
            best[priced] = best_plan(*inputs_of(without[priced]))[0]
        found = contest(seed, solver, instance=tiny_alone(seed, rule, without[priced]))
        wrong += [f"{rule}, {text}" for text in _counted(found, tallies[rule])]
        tallies[rule]["felt"] += differs(found.best, best[priced])
    return wrong


def mixture(seed: int, solver: Solver, tally: Counter[str]) -> list[str]:
    """The contest of a mixture, every second one with base prices to decide."""
    try:
        found = contest(seed, solver, instance=tiny_priced(seed) if seed % 2 else None)
    except MemoryError:
        tally["too large"] += 1
        return []
    return [f"{MIXTURES}, {text}" for text in _counted(found, tally)]


@contextmanager
def at_most(gigabytes: float) -> Iterator[None]:
    """Let nothing inside take more memory: MemoryError where it would."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (int(gigabytes * 1e9), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def differs(one: float | None, other: float | None) -> bool:
    """Whether two bests, in cents, are not the same."""
    if one is None or other is None:
        return one is not other
    return abs(one - other) > CLOSE


def _counted(found: Contest, tally: Counter[str]) -> list[str]:
    complaints = found.complaints()
    tally["instances"] += 1
    tally["infeasible"] += found.best is None
    tally["contradictions"] += bool(complaints)
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="instances of each rule")
    parser.add_argument("--mixtures", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="seed to begin with")
    parser.add_argument("--rules", nargs="*", choices=sorted(DRAWS), default=list(DRAWS))
    parser.add_argument("--gigabytes", type=float, default=6.0)
    options = parser.parse_args()
    started = time.perf_counter()
    tallies: Tallies = {name: Counter() for name in (*options.rules, MIXTURES)}
    wrong = 0
    mixtures = FIRST_MIXTURE + options.first
    with at_most(options.gigabytes), Solver(seed=1) as solver:
        for seed in range(options.first, options.first + options.seeds):
            for text in each_rule(seed, options.rules, solver, tallies):
                wrong += 1
                print(text, flush=True)
        for seed in range(mixtures, mixtures + options.mixtures):
            for text in mixture(seed, solver, tallies[MIXTURES]):
                wrong += 1
                print(text, flush=True)
    told = {name: dict(tally) for name, tally in tallies.items() if tally}
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"contradictions": wrong, "by_rule": told, "seconds": seconds}, indent=2))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
