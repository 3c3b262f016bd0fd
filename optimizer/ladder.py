"""The regular prices that a plan may choose from, and the unit money at each of them.

Reading: docs/readings.md, section Regular prices. Level 0 is the listed price; the others are the
ladder's rungs, ascending, rounded to cents.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.money import money_of
from optimizer.problem import Bools, Floats, Ladder, Money
from optimizer.spec import PriceLadder
from optimizer.tactics import Offers
from workspace.money import to_cents
from workspace.workspace import Workspace

SAME = 1e-9  # prices closer than this are equal


def ladder_of(
    workspace: Workspace,
    blocks: Pairs,
    offers: Offers,
    asked: PriceLadder,
    included: Bools,
    listed: Money,
    horizon: int,
) -> Ladder:
    """The ladder of the problem's blocks, before any guardrail. `included` (P,) may be priced.

    A rung is open to a block where it lies between the listing's min_price and max_price and is
    another price than the listed one and than every lower rung.
    """
    rungs = sorted(set(asked.ladder) - {1.0})
    low, high = _corridor(workspace, blocks)
    money = [listed]
    kinds = len(offers.tactics)
    permitted = np.zeros((len(blocks), 1 + len(rungs)), dtype=np.bool_)
    permitted[:, 0] = True
    for level, rung in enumerate(rungs, start=1):
        price = to_cents(listed.base_price * rung) / 100.0
        taken = [np.abs(price - other.base_price) <= SAME for other in money]
        fits = included & (price > 0.0) & ~np.any(taken, axis=0)
        fits &= (price >= low - SAME) & (price <= high + SAME)
        permitted[fits, level] = True
        money.append(money_of(workspace, blocks, offers, price))
    is_open = np.tile(permitted[:, :, None, None], (1, 1, kinds, horizon))
    is_open[:, 1:] &= asked.changes > 0
    priced: Bools = np.asarray(is_open[:, 1:].any(axis=(1, 2, 3)))
    return Ladder(asked.changes, tuple(money), is_open, priced, permitted)


def _corridor(workspace: Workspace, blocks: Pairs) -> tuple[Floats, Floats]:
    """The least and the highest regular price of each block: (P,) each, infinite where blank."""
    listings = workspace.listings
    listed = Pairs(tuple(listings["account"]), tuple(listings["product"]))
    row = listed.find(
        pd.Series(blocks.account, dtype="str"), pd.Series(blocks.product, dtype="str")
    )
    low, high = (
        listings[name].to_numpy(dtype=np.float64)[row] for name in ("min_price", "max_price")
    )
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
