"""Slips that people and feeds make, each put into a clean workspace, and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workspace.workspace import Workspace

Ints = NDArray[np.int64]
Place = Mapping[str, str]  # fields of the suspicion that has to be there
Corruption = Callable[[Workspace, np.random.Generator], tuple[Workspace, Place]]

KINDS: dict[str, Corruption] = {}
LEAST_WEEKS = 40
QUIET = 0.04


class Unfit(Exception):
    """This workspace has nothing that this slip could happen to."""


def kind(corruption: Corruption) -> Corruption:
    """Register it under its name."""
    KINDS[corruption.__name__] = corruption
    return corruption


def groups(space: Workspace) -> dict[tuple[str, str], Ints]:
    """Rows of each long series of ours."""
    own = set(space.products.loc[space.products["own"] == 1, "product"])
    found = space.sales.groupby(["account", "product"], sort=True).indices
    return {
        (str(a), str(p)): np.asarray(rows)
        for (a, p), rows in found.items()
        if len(rows) >= LEAST_WEEKS and p in own
    }


def pick(space: Workspace, rng: np.random.Generator) -> tuple[str, str, Ints]:
    """A random long series of ours: account, product, rows of sales."""
    found = groups(space)
    account, product = list(found)[int(rng.integers(len(found)))]
    return account, product, found[account, product]


def quiet_row(space: Workspace, rows: Ints, rng: np.random.Generator) -> int:
    """A row of a series without a deal, away from its ends."""
    part = space.sales.iloc[rows]
    usual = part["price"].rolling(9, center=True, min_periods=3).median()
    calm = (part["price"] / usual - 1.0).abs().to_numpy() < QUIET
    calm &= part[["feature", "display"]].fillna(0.0).max(axis=1).to_numpy() < 0.05
    inner = rows[8:-8][calm[8:-8]]
    if not len(inner):
        raise Unfit
    return int(rng.choice(inner))


def changed(space: Workspace, rows: Ints | int, **columns: object) -> Workspace:
    """The workspace with these cells of sales in place of its own."""
    sales = space.sales.copy()
    for name, values in columns.items():
        sales.loc[rows, name] = values
    return replace(space, sales=sales)


def week_of(space: Workspace, row: int) -> str:
    """ISO date of a row of sales."""
    return str(space.sales["week"].iloc[row].date())


def needs(space: Workspace, column: str) -> None:
    """Unfit where a column of sales is blank."""
    if space.sales[column].isna().all():
        raise Unfit


def _cell(name: str, column: str, times: float) -> None:
    def corruption(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
        needs(space, column)
        account, product, rows = pick(space, rng)
        row = quiet_row(space, rows, rng)
        value = space.sales[column].iloc[row] * times
        place = {"file": "sales.csv", "account": account, "product": product}
        return changed(space, row, **{column: value}), {**place, "week": week_of(space, row)}

    KINDS[name] = corruption


def _series(name: str, times: float, first: float, *names: str, file: str = "sales.csv") -> None:
    """From this share of its weeks on, columns of a series are multiplied."""

    def corruption(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
        account, product, rows = pick(space, rng)
        late = rows[int(first * len(rows)) :]
        cells = {column: space.sales.loc[late, column].to_numpy() * times for column in names}
        return changed(space, late, **cells), {"file": file, "account": account, "product": product}

    KINDS[name] = corruption


_cell("price_in_cents", "price", 100.0)
_cell("price_wrong_decimal", "price", 10.0)
_cell("price_a_tenth", "price", 0.1)
_cell("base_price_wrong_decimal", "base_price", 10.0)
_cell("units_wrong_decimal", "units", 10.0)
_cell("units_a_tenth", "units", 0.1)
_series("cents_from_a_date", 100.0, 0.6, "price", "base_price")
_series("series_in_cents", 100.0, 0.0, "price", "base_price")
_series("cases_from_a_date", 1.0 / 12.0, 0.5, "units")
_series("series_in_cases", 1.0 / 12.0, 0.0, "units")
_series("series_in_thousands", 0.001, 0.0, "units")


@kind
def row_swapped(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Price and units of one row stand in each other's column."""
    account, product, rows = pick(space, rng)
    row = quiet_row(space, rows, rng)
    price, units = space.sales["price"].iloc[row], space.sales["units"].iloc[row]
    place = {"account": account, "product": product, "week": week_of(space, row)}
    return changed(space, row, price=units, units=price), place


@kind
def columns_swapped(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """The same in a whole series."""
    account, product, rows = pick(space, rng)
    part = space.sales.loc[rows]
    cells = {"price": part["units"].to_numpy(), "units": part["price"].to_numpy()}
    return changed(space, rows, **cells), {"account": account, "product": product}


@kind
def base_and_price_swapped(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Regular price and price paid stand in each other's column."""
    needs(space, "base_price")
    account, product, rows = pick(space, rng)
    part = space.sales.loc[rows]
    cells = {"price": part["base_price"].to_numpy(), "base_price": part["price"].to_numpy()}
    return changed(space, rows, **cells), {"account": account, "product": product}


@kind
def tax_in_half_the_rows(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Half the rows of an account come without VAT."""
    needs(space, "base_price")
    account, _, _ = pick(space, rng)
    rate = float(space.accounts.set_index("account")["vat_rate"][account])
    if rate == 0.0:
        raise Unfit
    mine = np.flatnonzero((space.sales["account"] == account).to_numpy())
    half = rng.permutation(mine)[: len(mine) // 2]
    net = (space.sales.loc[half, "price"] / (1.0 + rate)).round(4).to_numpy()
    return changed(space, half, price=net), {"account": account}


@kind
def another_currency(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """All prices of an account."""
    account, _, _ = pick(space, rng)
    if (space.products["own"] == 1).sum() < 3:
        raise Unfit
    mine = np.flatnonzero((space.sales["account"] == account).to_numpy())
    part = space.sales.loc[mine]
    cells = {name: (part[name] * 1.7).to_numpy() for name in ("price", "base_price")}
    return changed(space, mine, **cells), {"account": account}


@kind
def decimals_lost(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Prices of a series are whole numbers."""
    account, product, rows = pick(space, rng)
    whole = space.sales.loc[rows, "price"].round().clip(lower=1.0).to_numpy()
    return changed(space, rows, price=whole), {"account": account, "product": product}


@kind
def products_swapped(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Two products of an account under each other's code."""
    account, product, rows = pick(space, rng)
    price = space.sales.loc[rows, "price"].median()
    for (other_account, _), theirs in groups(space).items():
        apart = abs(np.log(space.sales.loc[theirs, "price"].median() / price))
        if other_account == account and apart > 0.3 and len(theirs) == len(rows):
            names = ["units", "price", "base_price", "feature", "display"]
            sales = space.sales.copy()
            sales.loc[rows, names] = space.sales.loc[theirs, names].to_numpy()
            sales.loc[theirs, names] = space.sales.loc[rows, names].to_numpy()
            return replace(space, sales=sales), {"account": account, "product": product}
    raise Unfit


@kind
def accounts_swapped(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Units of one product swapped between two accounts."""
    account, product, rows = pick(space, rng)
    for (other, same), theirs in groups(space).items():
        if same == product and other != account and len(theirs) == len(rows):
            sales = space.sales.copy()
            sales.loc[rows, "units"] = space.sales.loc[theirs, "units"].to_numpy()
            sales.loc[theirs, "units"] = space.sales.loc[rows, "units"].to_numpy()
            return replace(space, sales=sales), {"product": product, "either": f"{account},{other}"}
    raise Unfit


@kind
def week_doubled(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Two weeks of an account booked in one."""
    account, _, rows = pick(space, rng)
    if (space.products["own"] == 1).sum() < 3:
        raise Unfit
    week = space.sales["week"].iloc[int(rng.choice(rows[8:-8]))]
    both = (space.sales["account"] == account) & (space.sales["week"] == week)
    mine = np.flatnonzero(both.to_numpy())
    twice = (2.0 * space.sales.loc[mine, "units"]).to_numpy()
    return changed(space, mine, units=twice), {"account": account, "week": str(week.date())}


@kind
def dead_store(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Rows go on, units do not."""
    account, product, rows = pick(space, rng)
    return changed(space, rows[-10:], units=0.0), {"account": account, "product": product}


@kind
def store_that_vanishes(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """No rows in the last weeks."""
    account, product, rows = pick(space, rng)
    kept = np.setdiff1d(np.arange(len(space.sales)), rows[-12:])
    sales = space.sales.iloc[kept].reset_index(drop=True)
    table = {**space.rows, "sales": space.rows["sales"][kept]}
    return replace(space, sales=sales, rows=table), {"account": account, "product": product}


@kind
def frozen_feed(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """The same units for six weeks."""
    account, product, rows = pick(space, rng)
    first = int(rng.integers(8, len(rows) - 14))
    same = space.sales["units"].iloc[rows[first]]
    place = {"account": account, "product": product, "week": week_of(space, int(rows[first]))}
    return changed(space, rows[first : first + 6], units=same), place


@kind
def series_copied(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """An account's series stands in another's place."""
    account, product, rows = pick(space, rng)
    for (other, same), theirs in groups(space).items():
        if same == product and other != account and len(theirs) == len(rows):
            names = ["units", "price", "base_price", "feature", "display"]
            cells = {name: space.sales.loc[rows, name].to_numpy() for name in names}
            place = {"product": product, "either": f"{account},{other}"}
            return changed(space, theirs, **cells), place
    raise Unfit


@kind
def week_copied(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """A week of an account stands in the next one too."""
    account, _, rows = pick(space, rng)
    if (space.products["own"] == 1).sum() < 3:
        raise Unfit
    week = space.sales["week"].iloc[int(rng.choice(rows[8:-8]))]
    mine = space.sales["account"] == account
    before = np.flatnonzero((mine & (space.sales["week"] == week)).to_numpy())
    after_week = week + pd.Timedelta(days=7)
    after = np.flatnonzero((mine & (space.sales["week"] == after_week)).to_numpy())
    if len(before) != len(after):
        raise Unfit
    cells = {name: space.sales.loc[before, name].to_numpy() for name in ("units", "price")}
    place = {"account": account, "week": str(after_week.date())}
    return changed(space, after, **cells), place


@kind
def series_shifted(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Units of a series a week late."""
    account, product, rows = pick(space, rng)
    late = np.roll(space.sales.loc[rows, "units"].to_numpy(), 1)
    return changed(space, rows, units=late), {"account": account, "product": product}


@kind
def account_shifted(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Units of an account a week late."""
    account, _, _ = pick(space, rng)
    out = space
    for (other, _), rows in groups(space).items():
        if other == account:
            out = changed(out, rows, units=np.roll(space.sales.loc[rows, "units"].to_numpy(), 1))
    return out, {"account": account}


def _inverted(name: str) -> None:
    def corruption(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
        needs(space, name)
        found = {
            key: rows
            for key, rows in groups(space).items()
            if (space.sales.loc[rows, name] > 0.3).sum() >= 4
        }
        if not found:
            raise Unfit
        account, product = list(found)[int(rng.integers(len(found)))]
        rows = found[account, product]
        flipped = 1.0 - space.sales.loc[rows, name].to_numpy()
        place = {"column": name, "account": account, "product": product}
        return changed(space, rows, **{name: flipped}), place

    KINDS[f"{name}_inverted"] = corruption


_inverted("feature")
_inverted("display")


@kind
def stockouts_inverted(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """1 where it was in stock."""
    account, product, rows = pick(space, rng)
    return changed(space, rows, stockout=1), {"account": account, "product": product}


@kind
def monthly_totals(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Four weeks' units in one of them."""
    account, product, rows = pick(space, rng)
    units = space.sales.loc[rows, "units"].to_numpy().copy()
    whole = len(units) // 4 * 4
    totals = np.zeros((whole // 4, 4))
    totals[:, 3] = units[:whole].reshape(-1, 4).sum(axis=1)
    cells = np.concatenate([totals.ravel(), units[whole:]])
    return changed(space, rows, units=cells), {"account": account, "product": product}


@kind
def rounded_units(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
    """Units to the hundred."""
    found = {
        key: rows
        for key, rows in groups(space).items()
        if space.sales.loc[rows, "units"].median() > 500
    }
    if not found:
        raise Unfit
    account, product = list(found)[int(rng.integers(len(found)))]
    rows = found[account, product]
    near = (space.sales.loc[rows, "units"] / 100).round().to_numpy() * 100
    return changed(space, rows, units=near), {"account": account, "product": product}


def _table(name: str, table: str, column: str, change: Callable[[float], float]) -> None:
    """One row of another table; what is wrong shows in the listings where money meets."""

    def corruption(space: Workspace, rng: np.random.Generator) -> tuple[Workspace, Place]:
        frame = space.table(table).copy()
        fit = frame[frame["own"] == 1] if table == "products" else frame
        if not len(fit):
            raise Unfit
        i = int(rng.choice(fit.index))
        frame.loc[i, column] = change(float(frame[column].loc[i]))
        place = {code: str(frame[code].loc[i]) for code in ("account", "product") if code in frame}
        out: Workspace = replace(space, **{table: frame})
        if table in ("tactics", "budgets", "listings"):
            place = {"file": f"{table}.csv"} | (place if table == "listings" else {})
        return out, place

    KINDS[name] = corruption


_table("listing_in_cents", "listings", "base_price", lambda old: old * 100)
_table("invoice_per_case", "listings", "list_price", lambda old: old * 12)
_table("invoice_below_cost", "listings", "list_price", lambda old: old * 0.3)
_table("cost_per_case", "products", "unit_cost", lambda old: old * 12)
_table("cost_in_another_unit", "products", "unit_cost", lambda old: old * 0.01)
_table("handling_in_cents", "accounts", "handling_cost", lambda old: old * 100)
_table("depth_that_is_left", "tactics", "depth", lambda old: min(1.0 - old, 0.95))
_table("budget_in_cents", "budgets", "amount", lambda old: old * 100)
