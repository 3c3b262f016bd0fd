"""History as arrays: one row a series (account x product), one column a week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workspace.weeks import week_index, weeks_between
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Weeks = NDArray[np.datetime64]
Array = TypeVar("Array", bound=NDArray[np.generic])


@dataclass(frozen=True)
class Panel:
    """N series by T weeks, sorted by account, then product. Arrays are read-only.

    Units are consumer units per week; prices are in the workspace's currency per unit, VAT
    included. Weeks without a row in `sales` are NaN everywhere. A listed pair that never sold is a
    series without any week.
    """

    accounts: tuple[str, ...]  # codes
    products: tuple[str, ...]
    weeks: Weeks  # (T,) datetime64[D], consecutive Mondays
    account: Ints  # (N,) index into accounts
    product: Ints  # (N,) index into products
    category: Ints  # (N,) same number: same category
    own: Bools  # (N,) False: a competitor's product
    units: Floats  # (N, T)
    price: Floats  # (N, T) average paid
    base_price: Floats  # (N, T) regular shelf price as given, NaN where it is not
    feature: Floats  # (N, T) 0..1, NaN where not given
    display: Floats  # (N, T) 0..1, NaN where not given
    distribution: Floats  # (N, T) 0..1, NaN where not given
    used: Bools  # (N, T) weeks to learn from: sold, in stock
    weight: Floats | None = None  # (N, T) how far weeks are believed (`robust`); None: wholly
    zero: Bools | None = None  # (N, T) weeks in stock, at a price, without a unit sold
    brand: Ints | None = None  # (N,) same number: same brand
    size: Floats | None = None  # (N,) of the pack, NaN where not given
    working: Floats | None = None  # (N, T) what stands for ln units (`counts`); None: they do

    @property
    def series(self) -> int:
        """N."""
        return len(self.account)

    @cached_property
    def recorded(self) -> Bools:
        """Weeks that have a row in `sales`: (N, T)."""
        return _fixed(~np.isnan(self.units))

    @property
    def logs(self) -> Floats:
        """ln units of the weeks learned from, 0 elsewhere: (N, T)."""
        if self.working is not None:
            return np.where(self.used, self.working, 0.0)
        return np.asarray(np.log(np.where(self.used, self.units, 1.0)))

    def only(self, chosen: Bools) -> Panel:
        """The series where `chosen` (N,) is true; codes keep their indices."""
        return Panel(
            accounts=self.accounts,
            products=self.products,
            weeks=self.weeks,
            account=_fixed(self.account[chosen]),
            product=_fixed(self.product[chosen]),
            category=_fixed(self.category[chosen]),
            own=_fixed(self.own[chosen]),
            units=_fixed(self.units[chosen]),
            price=_fixed(self.price[chosen]),
            base_price=_fixed(self.base_price[chosen]),
            feature=_fixed(self.feature[chosen]),
            display=_fixed(self.display[chosen]),
            distribution=_fixed(self.distribution[chosen]),
            used=_fixed(self.used[chosen]),
            weight=None if self.weight is None else _fixed(self.weight[chosen]),
            brand=None if self.brand is None else _fixed(self.brand[chosen]),
            size=None if self.size is None else _fixed(self.size[chosen]),
            zero=None if self.zero is None else _fixed(self.zero[chosen]),
            working=None if self.working is None else _fixed(self.working[chosen]),
        )

    def learning(self, used: Bools) -> Panel:
        """The same panel with fewer weeks to learn from: (N, T), combined with `used`."""
        zero = None if self.zero is None else _fixed(self.zero & used)
        return replace(self, used=_fixed(self.used & used), zero=zero)

    def believed(self, weight: Floats) -> Panel:
        """The same panel with its weeks believed as far as `weight` (N, T)."""
        return replace(self, weight=_fixed(weight))

    def codes(self, series: int) -> tuple[str, str]:
        """Account and product of a series."""
        return self.accounts[self.account[series]], self.products[self.product[series]]


def panel_of(workspace: Workspace) -> Panel:
    """The panel of a workspace's history: every pair of `sales`, and every listed one.

    Weeks run from the first to the last week of the history. Weeks out of stock, and weeks
    without any unit sold, are not used to learn from: their logarithm says nothing about demand.
    """
    pair = ["account", "product"]
    sales, products = workspace.sales, workspace.products
    listed = workspace.listings[pair]
    pairs = pd.concat([sales[pair], listed]).drop_duplicates().sort_values(pair, ignore_index=True)
    weeks = weeks_between(
        np.datetime64(workspace.settings.history_from), np.datetime64(workspace.settings.history_to)
    )
    told = products[["product", "category", "own", "brand", "size"]]
    table = pairs.merge(told, on="product", how="left")
    account, accounts = _coded(pairs["account"])
    product, products_sold = _coded(pairs["product"])
    category, _ = _coded(table["category"])
    brand, _ = _coded(table["brand"])

    position = pairs.reset_index(names="series").merge(
        sales[pair].reset_index(names="row"), on=pair
    )
    series = np.empty(len(sales), dtype=np.int64)
    series[position["row"].to_numpy()] = position["series"].to_numpy()
    week = week_index(sales["week"].to_numpy(), weeks[0]) if len(weeks) else series[:0]
    inside = (week >= 0) & (week < len(weeks))

    def grid(column: str) -> Floats:
        cells = np.full((len(pairs), len(weeks)), np.nan)
        cells[series[inside], week[inside]] = sales[column].to_numpy(dtype=np.float64)[inside]
        return _fixed(cells)

    units, price, stockout = grid("units"), grid("price"), grid("stockout")
    with np.errstate(invalid="ignore"):
        in_stock = (price > 0.0) & (stockout != 1.0)
        used, zero = (units > 0.0) & in_stock, (units == 0.0) & in_stock
    return Panel(
        accounts=accounts,
        products=products_sold,
        weeks=weeks,
        account=account,
        product=product,
        category=category,
        own=_fixed((table["own"] == 1).to_numpy(dtype=np.bool_)),
        units=units,
        price=price,
        base_price=grid("base_price"),
        feature=grid("feature"),
        display=grid("display"),
        distribution=grid("distribution"),
        used=_fixed(used),
        zero=_fixed(zero),
        brand=brand,
        size=_fixed(table["size"].to_numpy(dtype=np.float64)),
    )


def _coded(codes: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    index, found = pd.factorize(codes, sort=True)
    return _fixed(index.astype(np.int64)), tuple(str(code) for code in found)


def _fixed(array: Array) -> Array:
    array.flags.writeable = False
    return array
