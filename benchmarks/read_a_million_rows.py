"""How long a workspace with a million rows of sales takes to read and check, and in what memory.

The peer is a plain `pandas.read_csv` of the same file: it types the columns it can guess and
checks nothing. Each subject runs in a process of its own, so that its peak memory is its own;
imports are not timed, and both pay for their memory.

    python benchmarks/read_a_million_rows.py [--rows 1000000] [--format csv|parquet] [--quoted]
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from workspace import load

WEEKS = 104
PRODUCTS = 100
LIMIT_SECONDS, LIMIT_BYTES = 30.0, 1.5e9


def write(folder: Path, rows: int, form: str, quoted: bool) -> Path:
    """A workspace of accounts x 100 products x 104 weeks; returns the file of its sales."""
    accounts = [f"{i:05d}" for i in range(-(-rows // (PRODUCTS * WEEKS)))]
    products = [f"P{i:04d}" for i in range(PRODUCTS)]
    mondays = pd.date_range("2024-01-01", periods=WEEKS, freq="7D").strftime("%Y-%m-%d")
    generator = np.random.default_rng(1)
    index = pd.MultiIndex.from_product([accounts, products, mondays])[:rows]
    sales = pd.DataFrame(index=index).reset_index(names=["account", "product", "week"])
    sales["units"] = generator.integers(0, 5000, rows).astype(float)
    sales["price"] = generator.uniform(1, 9, rows).round(4)
    sales["base_price"] = (sales["price"] * 1.05).round(4)
    sales["feature"] = generator.integers(0, 2, rows) * 1.0
    sales["display"] = generator.uniform(0, 1, rows).round(3)
    sales["distribution"] = 0.95
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workspace.yaml").write_text("name: million\ncurrency: EUR\ncountry: ES\n")
    pd.DataFrame({"account": accounts, "vat_rate": 0.1}).to_csv(
        folder / "accounts.csv", index=False
    )
    pd.DataFrame({"product": products, "brand": "B", "category": "C", "unit_cost": 0.5}).to_csv(
        folder / "products.csv", index=False
    )
    path = folder / f"sales.{form}"
    shuffled = sales.sample(frac=1.0, random_state=2)
    if form == "parquet":
        shuffled.to_parquet(path, index=False)
    else:
        style = csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL
        shuffled.to_csv(path, index=False, quoting=style)
    return path


def read_ours(path: Path) -> int:
    """Read, check, type and hash the whole workspace."""
    workspace = load(path.parent)
    assert len(workspace.sha256) == 64
    return len(workspace.sales)


def read_peer(path: Path) -> int:
    """What pandas does unasked."""
    read = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
    return len(read(path))


def _measured(
    subject: Callable[[Path], int], path: Path, results: multiprocessing.SimpleQueue[object]
) -> None:
    start = time.perf_counter()
    rows = subject(path)
    seconds = time.perf_counter() - start
    results.put((rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def measure(subject: Callable[[Path], int], path: Path) -> tuple[int, float, float]:
    """Rows read, seconds and peak bytes of one subject in a fresh process."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=_measured, args=(subject, path, results))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{subject.__name__} failed")
    rows, seconds, peak = results.get()
    return rows, seconds, peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--quoted", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), asked.rows, asked.format, asked.quoted)
        print(f"{asked.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, {asked.format}")
        ours, peer = measure(read_ours, path), measure(read_peer, path)
    for name, (rows, seconds, peak) in (("tradewind", ours), ("pandas alone", peer)):
        print(f"{name:>12}: {rows:,} rows in {seconds:.2f} s, peak {peak / 1e6:.0f} MB")
    print(f"{'ratios':>12}: {ours[1] / peer[1]:.1f} x the time, {ours[2] / peer[2]:.1f} x the peak")
    held = ours[1] <= LIMIT_SECONDS and ours[2] <= LIMIT_BYTES
    print(f"limits (30 s, 1.5 GB): {'held' if held else 'BROKEN'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
