"""The unit money of every block and tactic: contract section 4."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.problem import Floats, Money
from optimizer.tactics import Offers
from workspace.workspace import Workspace


def money_of(
    workspace: Workspace, blocks: Pairs, offers: Offers, base_price: Floats | None = None
) -> Money:
    """Look up prices, costs and terms. `blocks` must be listed; `offers` are theirs.

    `base_price` (P,), incl. VAT, stands in the place of the listed ones.
    """
    listed = Pairs(tuple(workspace.listings["account"]), tuple(workspace.listings["product"]))
    row = listed.find(
        pd.Series(blocks.account, dtype="str"), pd.Series(blocks.product, dtype="str")
    )
    list_price, listed_price = (
        workspace.listings[name].to_numpy(dtype=np.float64)[row]
        for name in ("list_price", "base_price")
    )
    base_price = listed_price if base_price is None else base_price
    vat, handling, forward = (
        _looked_up(workspace.accounts, "account", name, blocks.account)
        for name in ("vat_rate", "handling_cost", "forward_buy")
    )
    depth = offers.numbers("depth")
    shelf = base_price[:, None] * (1.0 - depth)
    untaxed = 1.0 + vat[:, None]
    funding = offers.numbers("funding_share") * depth * base_price[:, None] / untaxed
    return Money(
        list_price=list_price,
        unit_cost=_looked_up(workspace.products, "product", "unit_cost", blocks.product),
        base_price=base_price,
        shelf_price=shelf,
        funding=funding * (1.0 + offers.off_invoice * forward[:, None]),
        event_fee=offers.numbers("event_fee"),
        weekly_fee=offers.numbers("weekly_fee"),
        retail_margin=shelf / untaxed - list_price[:, None] - handling[:, None],
    )


def _looked_up(table: pd.DataFrame, key: str, column: str, codes: tuple[str, ...]) -> Floats:
    values = dict(zip(table[key], table[column], strict=True))
    return np.array([values[code] for code in codes], dtype=np.float64)
