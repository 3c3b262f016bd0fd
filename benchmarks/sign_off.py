"""Thousands of random sequences of edits, submissions and approvals by random people.

    python -m benchmarks.sign_off [--sequences 10000] [--first 0] [--steps 20]

Every step is taken in a store and in a reference that fits on a page
(tests/scenarios/signoff/reference.py); the two must never disagree on what is allowed, on who has
signed, or on the money that is held. Then the audit trail is verified. Prints each disagreement and
a summary; exit 1 if there is any, or if the trail is not whole.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.proposals import all_proposals
from scenarios.store.store import open_store
from tests.scenarios.signoff.walk import DisagreementError, walk

AT_ONCE = 250  # sequences in one store


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    began = time.perf_counter()
    last = options.first + options.sequences
    refused = entries = broken = 0
    states: Counter[str] = Counter()
    for first in range(options.first, last, AT_ONCE):
        with tempfile.TemporaryDirectory() as home, open_store(Path(home)) as store:
            for seed in range(first, min(last, first + AT_ONCE)):
                try:
                    refused += walk(store, seed, options.steps)
                except DisagreementError as error:
                    broken += 1
                    print(error, flush=True)
            verdict = verify_trail(store)
            states += Counter(found.state.value for found in all_proposals(store))
        entries += verdict.number
        broken += len(verdict.faults)
        for fault in verdict.faults:
            print(fault, flush=True)
    summary = {
        "sequences": options.sequences,
        "steps": options.sequences * options.steps,
        "refused": refused,
        "disagreements": broken,
        "proposals": dict(sorted(states.items())),
        "trail_entries": entries,
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(summary))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
