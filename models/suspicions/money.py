"""Costs, invoice prices, tactics and budgets that leave somebody without a margin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.suspicions.evidence import Evidence
from models.suspicions.suspicion import Suspicion
from workspace.text import Text

OFF_HISTORY = 0.35  # ln base price of the listing against the last regular prices
LITTLE_COST = 0.03  # of the invoice price
DEEP = 0.7
LAST = 13  # weeks
FULL_SHARE = 1.0001
HANDLING = 0.5  # of the invoice price


def listings(evidence: Evidence) -> Iterator[Suspicion]:
    """Margins of both sides at the regular price, and listings that history does not know."""
    space = evidence.workspace
    table = space.listings.merge(space.products[["product", "unit_cost"]], on="product")
    table = table.merge(space.accounts[["account", "vat_rate", "handling_cost"]], on="account")
    table = table.set_index(["account", "product"])
    usual = _recent_prices(evidence)
    for i, key in enumerate(space.listings[["account", "product"]].itertuples(index=False)):
        row = table.loc[tuple(key)]
        net = row["base_price"] / (1.0 + row["vat_rate"])
        invoice, cost = row["list_price"], row["unit_cost"]
        recent = usual.get(tuple(key), np.nan)
        if np.isfinite(recent) and abs(np.log(row["base_price"]) - recent) > OFF_HISTORY:
            message = Text(
                "base_price {price} is far from the {recent} of the last weeks",
                price=f"{row['base_price']:g}",
                recent=f"{np.exp(recent):.2f}",
            )
            yield evidence.places.table("listing_off_history", "listings", i, "base_price", message)
        elif invoice >= net:
            message = Text(
                "the retailer pays {invoice} for what it sells at {net} without VAT: no margin",
                invoice=f"{invoice:g}",
                net=f"{net:.2f}",
            )
            yield evidence.places.table("retailer_margin", "listings", i, "list_price", message)
        if cost >= invoice or cost < LITTLE_COST * invoice:
            message = Text(
                "the product costs {cost} and is invoiced at {invoice}: a cost per case or in "
                "another unit?",
                cost=f"{cost:g}",
                invoice=f"{invoice:g}",
            )
            yield evidence.places.table("our_margin", "listings", i, "list_price", message)
        if row["handling_cost"] > HANDLING * invoice:
            message = Text(
                "handling costs {handling} a unit, invoiced at {invoice}: in cents?",
                handling=f"{row['handling_cost']:g}",
                invoice=f"{invoice:g}",
            )
            yield evidence.places.table("handling", "listings", i, "list_price", message)


def _recent_prices(evidence: Evidence) -> dict[tuple[str, ...], float]:
    """ln of the highest usual price of each series' last weeks, base_price where it is given."""
    panel = evidence.panel
    base = np.where(np.isfinite(panel.base_price), panel.base_price, panel.price)
    found: dict[tuple[str, ...], float] = {}
    for i in range(panel.series):
        known = base[i][np.isfinite(base[i])][-LAST:]
        if len(known):
            found[evidence.codes(i)] = float(np.log(np.quantile(known, 0.75)))
    return found


def tactics(evidence: Evidence) -> Iterator[Suspicion]:
    """Depths that look like what is left of the price."""
    table = evidence.workspace.tactics
    for i in np.flatnonzero((table["depth"] >= DEEP).to_numpy()):
        message = Text(
            "a deal of {depth} % off: is the share that is left meant?",
            depth=f"{100.0 * table['depth'].iloc[i]:.0f}",
        )
        yield evidence.places.table("deep_tactic", "tactics", int(i), "depth", message)


def budgets(evidence: Evidence) -> Iterator[Suspicion]:
    """Budgets beyond a year's sales at invoice prices."""
    space = evidence.workspace
    if not len(space.listings):
        return
    price = space.listings.set_index(["account", "product"])["list_price"]
    sales = space.sales
    keys = sales.set_index(["account", "product"]).index
    weeks = max(len(evidence.panel.weeks), 1)
    money = sales["units"].to_numpy() * np.nan_to_num(price.reindex(keys).to_numpy())
    brand = sales["product"].map(space.products.set_index("product")["brand"]).to_numpy()
    amounts = space.budgets["amount"].to_numpy(dtype=np.float64)
    for i, row in enumerate(space.budgets.itertuples(index=False)):
        mine = np.ones(len(sales), dtype=np.bool_)
        for name, values in (
            ("account", sales["account"].to_numpy()),
            ("product", sales["product"].to_numpy()),
            ("brand", brand),
        ):
            if getattr(row, name):
                mine &= values == getattr(row, name)
        year = float(money[mine].sum()) * 52.0 / weeks
        if row.kind == "ceiling" and 0.0 < year < amounts[i]:
            message = Text(
                "a budget of {amount} is more than the {year} that a year of these sales is "
                "invoiced at",
                amount=f"{amounts[i]:.0f}",
                year=f"{year:.0f}",
            )
            yield evidence.places.table("budget", "budgets", i, "amount", message)
