"""Markets: the same seed the same market, options checked, history as the truth expects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.simulator import FORMS, MarketOptions, history_of, make_market, write_market
from models.simulator.market_files import budgets_of, recent_events
from workspace import load

SMALL = MarketOptions(accounts=2, brands=(2, 1), weeks=30, future=20)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first = contents(write_market(make_market(SMALL, 4), tmp_path / "a"))
    again = contents(write_market(make_market(SMALL, 4), tmp_path / "b"))
    other = contents(write_market(make_market(SMALL, 5), tmp_path / "c"))
    assert first == again
    assert first["sales.csv"] != other["sales.csv"]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_makes_a_workspace_that_loads(form: str, tmp_path: Path) -> None:
    options = MarketOptions(form=form, accounts=7, brands=(6, 2, 2), weeks=30, competitors=2)
    workspace = load(write_market(make_market(options, 2), tmp_path), planning=True)
    assert len(workspace.accounts) == 7
    assert sorted(workspace.accounts["vat_rate"].unique()) == [0.03, 0.10]
    assert workspace.products["own"].sum() == 10
    assert workspace.notes == ()
    assert (tmp_path / "truth" / "response").is_dir() == FORMS[form].tabular


def test_history_scatters_around_what_was_expected() -> None:
    market = make_market(MarketOptions(noise=0.1, shock=0.05), 1)
    sales = history_of(market)
    expected = market.expected[:, :, : market.options.weeks]
    ratio = sales["units"].to_numpy().reshape(expected.shape) / expected
    assert ratio.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(ratio).std() == pytest.approx(np.hypot(0.1, 0.05), abs=0.01)


def test_control_a_perturbed_truth_does_not_explain_the_history() -> None:
    market = make_market(SMALL, 1)
    wrong = market.truth.log_base + 0.05
    truth = replace(market.truth, log_base=wrong)
    expected = FORMS[truth.form].units(truth)[:, :, : SMALL.weeks]
    ratio = history_of(market)["units"].to_numpy().reshape(expected.shape) / expected
    assert abs(ratio.mean() - 1.0) > 0.02


def test_without_noise_history_is_the_expectation() -> None:
    market = make_market(MarketOptions(noise=0.0, shock=0.0), 1)
    expected = np.rint(market.expected[:, :, :104]).ravel()
    np.testing.assert_array_equal(history_of(market)["units"].to_numpy(), expected)


def test_deals_of_the_past_keep_their_gaps_and_are_ours_or_the_competitors() -> None:
    market = make_market(MarketOptions(), 3)
    truth = market.truth
    active = (truth.deals.depth + truth.deals.display + truth.deals.feature) > 0
    assert not active[:, truth.own, truth.history :].any()
    assert active[:, ~truth.own, truth.history :].any()
    for series in active.reshape(-1, active.shape[2]):
        week = np.flatnonzero(series)
        gaps = np.diff(week)
        assert ((gaps == 1) | (gaps > 3)).all()
    share = active[:, truth.own, : truth.history].mean()
    assert 0.15 < share < 0.35


def test_timing_puts_deals_where_demand_is_high() -> None:
    def mean_shock(timing: float) -> float:
        market = make_market(MarketOptions(timing=timing, weeks=300), 2)
        active = market.truth.deals.depth[:, market.truth.own, :300] > 0
        standard = market.shocks[:, :, :300] / market.options.shock
        return float(np.broadcast_to(standard, active.shape)[active].mean())

    assert abs(mean_shock(0.0)) < 0.1
    assert mean_shock(1.0) > 0.25


def test_recent_events_are_the_deals_that_reach_into_the_future() -> None:
    market = make_market(MarketOptions(), 5)
    truth = market.truth
    events = recent_events(market)
    assert len(events) > 0
    assert set(events["status"]) == {"actual"}
    deals = np.zeros_like(truth.deals.depth)
    depth = market.catalogue.tactics.drop_duplicates("tactic").set_index("tactic")["depth"]
    for event in events.itertuples():
        start = int((np.datetime64(event.start_week) - truth.weeks[0]).astype(int)) // 7
        at = (truth.accounts.index(event.account), truth.products.index(event.product))
        deals[at][start : start + event.weeks] = depth[event.tactic]
    last = slice(truth.history - 3, truth.history)
    own = truth.deals.depth * truth.own[None, :, None]
    np.testing.assert_array_equal(deals[:, :, last], own[:, :, last])


def test_every_budget_is_positive_and_the_year_is_less_than_its_parts() -> None:
    budgets = budgets_of(make_market(MarketOptions(), 1)).set_index("budget")["amount"]
    assert (budgets > 0).all()
    assert budgets["YEAR"] < budgets[[n for n in budgets.index if n.startswith("ACC")]].sum()
    assert budgets["YEAR"] < budgets["FIRST-HALF"] + budgets["SECOND-HALF"]


@pytest.mark.parametrize(
    "bad",
    [
        {"form": "cubic"},
        {"accounts": 0},
        {"brands": (2, 0)},
        {"competitors": -1},
        {"weeks": 3},
        {"future": 0},
        {"outside": 0.0},
        {"outside": 1.0},
        {"ceiling": 0.0},
        {"threshold": 1.0},
        {"noise": -0.1},
        {"cross_lags": -1},
        {"carry_lags": 0},
    ],
)
def test_options_out_of_range_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        MarketOptions(**bad)
