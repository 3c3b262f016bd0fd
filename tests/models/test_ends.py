"""What no longer sells is told, and not forecast; what has a gap, or is listed, still is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.ends import ENDED, ended, ends_of, ends_told
from models.fit import Fit, FitOptions, fit
from models.member import members_of
from models.panel import panel_of
from workspace import Workspace

QUICK = FitOptions(members=members_of(("fourier-2",), ()), draws=4)


def _rows(space: Workspace, account: str, product: str = "") -> pd.Series:
    sales = space.sales
    mine = sales["account"] == account
    return mine & (sales["product"] == product) if product else mine


@pytest.fixture(scope="module")
def codes(market: Workspace) -> tuple[str, str, str]:
    """An account that closes, and a pair of another that ends."""
    accounts = sorted(set(market.listings["account"]))
    return accounts[0], accounts[1], sorted(set(market.listings["product"]))[0]


@pytest.fixture(scope="module")
def shrunk(market: Workspace, codes: tuple[str, str, str]) -> Workspace:
    """The account stops twenty weeks before the end; the pair sells zero in the last ENDED."""
    closed, other, product = codes
    sales = market.sales.copy()
    last = sales["week"].max()
    late = sales["week"] > last - pd.Timedelta(weeks=20)
    zero = _rows(market, other, product) & (sales["week"] > last - pd.Timedelta(weeks=ENDED))
    sales.loc[zero, "units"] = 0.0
    gap = _rows(market, other) & (sales["week"] == last - pd.Timedelta(weeks=12))
    kept = ~(_rows(market, closed) & late) & ~gap
    return replace(market, sales=sales[kept].reset_index(drop=True))


@pytest.fixture(scope="module")
def unlisted(shrunk: Workspace) -> Fit:
    return fit(replace(shrunk, listings=shrunk.listings.iloc[:0]), QUICK)


def test_only_what_sells_is_forecast(
    unlisted: Fit, shrunk: Workspace, codes: tuple[str, str, str]
) -> None:
    closed, other, product = codes
    made = unlisted.response.baseline
    pairs = set(made[["account", "product"]].itertuples(index=False, name=None))
    assert not any(account == closed for account, _ in pairs)
    assert (other, product) not in pairs
    sold = set(shrunk.listings[["account", "product"]].itertuples(index=False, name=None))
    assert pairs == {
        pair for pair in sold if pair[0] != closed and pair != (other, product)
    }  # the gap ends nothing
    listed = unlisted.report["ended"]
    assert isinstance(listed, list)
    assert {one["account"] for one in listed if one["account_closed"]} == {closed}
    (pair,) = [one for one in listed if not one["account_closed"]]
    assert (pair["account"], pair["product"], pair["listed"]) == (other, product, False)
    told = " ".join(str(text) for text in unlisted.warnings)
    assert f"no longer sell anything: {closed}" in told
    assert f"{len(listed)} series ended" in told


def test_what_is_listed_keeps_its_forecast(shrunk: Workspace, codes: tuple[str, str, str]) -> None:
    found = fit(shrunk, QUICK)
    made = found.response.baseline
    assert codes[0] in set(made["account"])
    told = " ".join(str(text) for text in found.warnings)
    assert "listed pairs have sold nothing in the last" in told
    assert "series ended" not in told


def test_nothing_has_ended_in_a_market_that_lives(market: Workspace) -> None:
    panel = panel_of(market)
    assert not ended(panel).any()
    assert ends_of(market, panel) == ()
    assert ends_told(()) == ()
    # Where nobody sells any more, the history has ended, not the series.
    late = np.arange(len(panel.weeks)) >= len(panel.weeks) - ENDED
    silent = replace(panel, units=np.where(late[None, :], 0.0, panel.units))
    assert not ended(silent).any()
