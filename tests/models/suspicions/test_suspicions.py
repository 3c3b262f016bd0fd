"""Slips put into a clean market one at a time: each is found at its place, and nothing before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.demand.corruptions import KINDS, Unfit
from benchmarks.suspicions import Tally, at
from models.simulator import KINDS as MARKETS
from models.simulator import make_market, write_market
from models.suspicions import Suspicion, suspicions_of
from workspace import Workspace, load

# What depends on chance: noise may hide one doubled week, and not every account's deals tell.
HARD = {"week_doubled", "accounts_swapped"}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    options = replace(MARKETS["timed"], accounts=4, brands=(3, 2), competitors=0, shock=0.1)
    folder = tmp_path_factory.mktemp("market")
    write_market(make_market(options, 4), folder)
    return load(folder, planning=True)


def test_a_clean_market_raises_no_suspicion(clean: Workspace) -> None:
    assert suspicions_of(clean) == ()


@pytest.mark.parametrize("name", KINDS)
def test_every_slip_is_found_at_its_place(name: str, clean: Workspace) -> None:
    found: list[bool] = []
    for seed in range(3 if name in HARD else 1):
        try:
            spoilt, place = KINDS[name](clean, np.random.default_rng([seed, 7]))
        except Unfit:
            pytest.skip("cannot happen in this market")
        found.append(any(at(one, place) for one in suspicions_of(spoilt)))
    assert any(found)


def test_a_place_is_a_row_of_the_file(clean: Workspace) -> None:
    spoilt, place = KINDS["price_in_cents"](clean, np.random.default_rng(3))
    (one,) = suspicions_of(spoilt)
    changed = np.flatnonzero((spoilt.sales["price"] != clean.sales["price"]).to_numpy())
    assert len(changed) == 1
    assert one.row == clean.row("sales", int(changed[0]))
    assert (one.kind, one.column) == ("price_scale", "price")
    assert str(one).startswith(f"sales.csv:{one.row}:price: price is 9")
    assert one.fields["week"] == place["week"]


def test_control_another_place_is_not_the_place(clean: Workspace) -> None:
    spoilt, place = KINDS["dead_store"](clean, np.random.default_rng(3))
    one = next(one for one in suspicions_of(spoilt) if at(one, place))
    assert isinstance(one, Suspicion)
    assert not at(one, {**place, "account": "elsewhere"})
    assert not at(one, {**place, "file": "listings.csv"})


def test_real_accounts_raise_at_most_one_in_a_hundred() -> None:
    tally = Tally()
    found = tally.clean(load(Path(__file__).parents[3] / "examples" / "cheese", planning=True))
    assert tally.series == 88
    # One week of 11,102 units at full price, 15 times its neighbours: nobody knows what it was.
    assert [(one.kind, one.account) for one in found] == [("odd_week", "BOSTON-STAR-MARKET")]
