"""Builds `examples/market`: a simulated market with its truth beside it.

    python -m examples.build_market examples/market

The same seed gives the same files, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path

from models.simulator import MarketOptions, make_market, write_market

SEED = 5


def build(folder: Path) -> None:
    """Six accounts, seven products of ours and a competitor's, two years, log-linear demand."""
    write_market(make_market(MarketOptions(), SEED), folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
