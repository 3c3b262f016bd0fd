"""What retailers get back on the sales of the horizon (docs/readings.md, Rebates)."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.verify.cents import rounded, shared_out
from optimizer.verify.facts import Facts

Floats = NDArray[np.float64]
ByBrand = pd.Series
"""Whole cents by account and brand."""

Steps = dict[tuple[str, str, str], list[tuple[float, float]]]
"""(account, basis, reach) -> (threshold, rate), by rising threshold."""


def steps_of(rebates: pd.DataFrame) -> Steps:
    """The table `rebates` as a dictionary."""
    steps: Steps = {}
    for account, basis, reach, threshold, rate in rebates[
        ["account", "basis", "reach", "threshold", "rate"]
    ].itertuples(index=False, name=None):
        steps.setdefault((account, basis, reach), []).append((threshold, rate))
    return {key: sorted(rows) for key, rows in steps.items()}


def due(steps: Steps, account: str, units: float, net_sales: float) -> float:
    """The rebate on an account's units and net sales (currency), unrounded."""
    total = 0.0
    for basis, come_to in (("units", units), ("net_sales", net_sales)):
        reached = [row for row in steps.get((account, basis, "all"), []) if row[0] <= come_to]
        if reached:
            total += reached[-1][1] * net_sales
        above = steps.get((account, basis, "excess"), [])
        for (start, rate), (end, _) in pairwise([*above, (inf, 0.0)]):
            part = max(0.0, min(come_to, end) - start)
            total += rate * (part if basis == "net_sales" else part / units * net_sales)
    return total if net_sales > 0 else 0.0


def by_account(steps: Steps, facts: Facts, units: Floats, net: Floats) -> dict[str, float]:
    """Unrounded rebates of each account with steps; `units`, `net` (B, T), net in currency."""
    accounts = facts.blocks["account"].to_numpy()
    found = {}
    for account in sorted({key[0] for key in steps} & set(accounts)):
        here = accounts == account
        found[account] = due(steps, account, float(units[here].sum()), float(net[here].sum()))
    return found


def by_brand(steps: Steps, facts: Facts, units: Floats, net_cents: Floats) -> ByBrand:
    """Whole cents by account and brand: an account's rebate divided by its brands' net sales."""
    blocks = facts.blocks
    keys = [blocks["account"], blocks["brand"]]
    net = pd.Series(net_cents.sum(axis=1)).groupby(keys).sum().sort_index().clip(lower=0.0)
    shares = pd.Series(0.0, index=net.index)
    for account, amount in by_account(steps, facts, units, net_cents / 100).items():
        sizes = net[account].to_numpy(dtype=np.float64)
        if not sizes.any():
            sizes = np.eye(1, len(sizes)).ravel()
        some = np.flatnonzero(sizes)
        parts, _ = shared_out(
            rounded(np.array([amount])), np.zeros(len(some), dtype=np.int64), sizes[some], 1
        )
        for brand, part in zip(net[account].index[some], parts, strict=True):
            shares[account, brand] = part
    return shares
