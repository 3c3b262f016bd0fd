"""What `fit` costs as the panel grows: CPU seconds and memory of its stages, at four sizes.

    ./run bench fit_at_scale [--accounts 15 30 60 120] [--products 30] [--weeks 104]

Simulated markets, log-linear. Every size runs in a process of its own, on one thread,
so that CPU seconds and the peak are its own; reading the files is counted apart.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.one_thread import ONE_THREAD
from models.fit import fit
from models.simulator import MarketOptions, make_market, write_market
from workspace import load

STAGES = ("read", "panel", "estimate", "calibrate", "response")


def measured(folder: Path) -> dict[str, float]:
    """CPU seconds of reading and of the stages of one fit, rows, and the peak in bytes."""
    found = dict.fromkeys(STAGES, 0.0)
    before, stage = time.process_time(), "read"

    def tell(name: str, share: float) -> None:
        nonlocal before, stage
        del share
        now = time.process_time()
        found[stage] += now - before
        before, stage = now, name

    workspace = load(folder)
    fit(workspace, progress=tell)
    tell("end", 1.0)
    peak = 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**found, "rows": float(len(workspace.sales)), "peak": peak}


def run(accounts: int, products: int, weeks: int) -> dict[str, float]:
    """One size, in a process of its own."""
    brands = (products // 3, products // 3, products - 2 * (products // 3))
    options = MarketOptions(accounts=accounts, brands=brands, competitors=0, weeks=weeks)
    with tempfile.TemporaryDirectory() as folder:
        write_market(make_market(options, 1), Path(folder), "scale")
        command = [sys.executable, "-m", "benchmarks.fit_at_scale", "--folder", folder]
        out = subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=True,
                             capture_output=True, text=True)  # fmt: skip
    return {name: float(value) for name, value in json.loads(out.stdout).items()}


def main() -> None:
    """Print a row for each size, and how cost grows from each to the next."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="+", default=[15, 30, 60, 120])
    parser.add_argument("--products", type=int, default=30)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder is not None:
        print(json.dumps(measured(asked.folder)))
        return
    heads = "".join(f"{stage:>11}" for stage in STAGES)
    print(f"{'rows':>10}{heads}{'all':>9}{'us a row':>10}{'MB':>8}{'growth':>8}")
    last: tuple[float, float] | None = None
    for accounts in asked.accounts:
        one = run(accounts, asked.products, asked.weeks)
        total = sum(one[stage] for stage in STAGES)
        # 1.00: twice the rows, twice the time.
        growth = "" if last is None else f"{(total / last[1]) / (one['rows'] / last[0]):8.2f}"
        cells = "".join(f"{one[stage]:11.2f}" for stage in STAGES)
        print(
            f"{one['rows']:10,.0f}{cells}{total:9.1f}{1e6 * total / one['rows']:10.0f}"
            f"{one['peak'] / 1e6:8.0f}{growth}",
            flush=True,
        )
        last = (one["rows"], total)


if __name__ == "__main__":
    main()
