from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.base_price import regular_prices
from models.calendar_terms import SEASON_NEEDS
from models.calibration import calibrate
from models.estimator import estimate
from models.fit import Fit, FitOptions, fit
from models.fit_key import fit_key
from models.fit_report import warnings_of
from models.member import Member
from models.response_files import read_response, write_response
from tests.models.simulated import Simulated
from tests.workspaces import write_workspace
from workspace import InputError, Workspace, load


@pytest.fixture(scope="module")
def on_market(market: Workspace) -> Fit:
    return fit(market)


@pytest.fixture(scope="module")
def on_cheese(cheese: Workspace) -> Fit:
    return fit(cheese)


def truth(market: Workspace, table: str) -> pd.DataFrame:
    return pd.read_csv(
        market.folder / "truth" / "response" / f"{table}.csv", dtype={"product": str}
    )


def test_every_listed_pair_and_tactic(on_market: Fit, market: Workspace) -> None:
    response = on_market.response
    pairs = market.listings[["account", "product"]]
    assert len(response.lift) == len(truth(market, "lift"))
    weeks = np.sort(response.baseline["week"].unique())
    assert len(weeks) == 106
    assert weeks[0] == np.datetime64(market.settings.history_to) + np.timedelta64(7, "D")
    assert len(response.baseline) == 106 * len(pairs)
    assert len(response.price) == len(pairs)
    assert response.draws["draw"].nunique() == 200


def test_lifts_come_back(on_market: Fit, market: Workspace) -> None:
    key = ["account", "product", "tactic"]
    both = on_market.response.lift.merge(truth(market, "lift"), on=key, suffixes=("", "_true"))
    error = both["log_lift"] - both["log_lift_true"]
    assert abs(error.mean()) < 0.03
    assert np.sqrt((error**2).mean()) < 0.10
    # Draws say how far off: 80 % intervals hold the truth about as often.
    draws = on_market.response.draws
    by_key = draws[draws["tactic"] != ""].groupby(key)["log_lift"]
    ends = by_key.quantile(0.1).to_frame("low").join(by_key.quantile(0.9).rename("high"))
    inside = both.join(ends, on=key)
    held = inside["log_lift_true"].between(inside["low"], inside["high"]).mean()
    assert 0.65 < held < 0.92


def test_baseline_carry_and_cross_come_back(on_market: Fit, market: Workspace) -> None:
    base = truth(market, "baseline")
    base["week"] = pd.to_datetime(base["week"])
    both = on_market.response.baseline.merge(
        base, on=["account", "product", "week"], suffixes=("", "_true")
    )
    assert len(both) > 1000
    assert both["units"].sum() / both["units_true"].sum() == pytest.approx(1.0, abs=0.04)
    for table, key in (("carry", []), ("cross", ["by_product"])):
        key = ["account", "product", *key]
        found = getattr(on_market.response, table).groupby(key)["coefficient"].sum()
        true = truth(market, table).groupby(key)["coefficient"].sum()
        assert found.index.equals(true.index)
        assert found.mean() / true.mean() == pytest.approx(1.0, abs=0.25)


def test_draws_keep_the_mean_of_the_baseline(on_cheese: Fit) -> None:
    draws = on_cheese.response.draws
    shifts = np.exp(draws.loc[draws["tactic"] == "", "log_baseline"])
    assert shifts.mean() == pytest.approx(1.0, abs=0.005)
    assert (draws["elasticity"].dropna() <= 0.0).all()
    assert (draws["log_lift"].dropna() >= 0.0).all()


def test_report(on_cheese: Fit, cheese: Workspace) -> None:
    report = json.loads(json.dumps(on_cheese.report))
    assert report == on_cheese.report
    assert report["series"] == 88
    assert report["weeks"] == 5555
    assert report["wape_in_sample"] < 0.19
    assert report["elasticity"]["1"] < 0.0
    assert report["key"] == fit_key(cheese)
    assert report["response_sha256"] == on_cheese.response.sha256
    shares = report["lift_prior_share"]
    assert set(shares) == set(cheese.accounts["account"])
    assert 0.0 <= min(shares.values()) < 0.3
    assert max(shares.values()) == shares["SOUTH-CAROLINA-WINN-DIXIE"] > 0.8
    assert {"account", "product", "share_of_prior"} == set(report["little_data"][0])
    assert {row["term"] for row in report["signs_enforced"]} == {"display", "price"}
    assert report["members"] == 16
    assert report["warnings"] == [str(text) for text in on_cheese.warnings]
    assert any("averages paid" in text for text in report["warnings"])
    assert any("no feature" in text for text in report["warnings"])
    assert "seconds" not in report
    assert "88 pairs" in str(on_cheese)


def test_same_inputs_same_bytes(cheese: Workspace, on_cheese: Fit, tmp_path: Path) -> None:
    again = fit(cheese)
    assert json.dumps(again.report) == json.dumps(on_cheese.report)
    for name, one in (("a", again), ("b", on_cheese)):
        write_response(one.response, tmp_path / name)
    a, b = ({p.name: p.read_bytes() for p in (tmp_path / x).iterdir()} for x in "ab")
    assert a == b
    assert read_response(tmp_path / "a", cheese).sha256 == again.response.sha256


def test_another_seed_moves_draws_only(cheese: Workspace, on_cheese: Fit) -> None:
    other = fit(cheese, FitOptions(draws=5, seed=2))
    pd.testing.assert_frame_equal(other.response.lift, on_cheese.response.lift)
    first = on_cheese.response.draws.query("draw < 5").reset_index(drop=True)
    assert not first.equals(other.response.draws)
    assert fit(cheese, FitOptions(draws=0)).response.draws.empty


def test_estimate_that_did_not_converge_says_so(simulated: Simulated) -> None:
    panel = simulated.panel
    regular = regular_prices(panel)
    found = estimate(panel, regular, (Member(),), "ES")
    calibration = calibrate(panel, regular, (Member(),), "ES", found)
    assert not any("converged" in str(text) for text in warnings_of(found, calibration))
    (m,) = found.members
    stopped = replace(found, members=(replace(m, crossed=replace(m.crossed, converged=False)),))
    assert any("converged" in str(text) for text in warnings_of(stopped, calibration))


def test_distribution_of_today_is_in_the_baseline(tmp_path: Path) -> None:
    rows = sales(60)
    for i, row in enumerate(rows):
        row["distribution"] = 0.5 if i % 60 < 40 else 1.0
        row["units"] = float(row["units"]) * row["distribution"]
    response = fit(build(tmp_path, sales=rows)).response
    assert response.baseline["units"].mean() == pytest.approx(102.0, rel=0.1)


def test_wrong_options() -> None:
    with pytest.raises(ValueError, match="negative"):
        FitOptions(draws=-1)


def sales(weeks: int, accounts: tuple[str, ...] = ("A", "B")) -> list[dict[str, object]]:
    random = np.random.default_rng(4)
    rows: list[dict[str, object]] = []
    for account in accounts:
        for week in range(weeks):
            depth = 0.25 if random.random() < 0.2 else 0.0
            units = 100.0 * (1 - depth) ** -2.5 * np.exp(random.normal(0.0, 0.2))
            day = np.datetime64("2024-01-01") + 7 * week
            price = 2.0 * (1 - depth)
            rows.append(
                {
                    "account": account,
                    "product": "p",
                    "week": str(day),
                    "units": round(units),
                    "price": price,
                }
            )
    return rows


PRODUCTS = [
    {"product": "p", "brand": "b", "category": "c", "unit_cost": 1.0, "own": 1},
    {"product": "q", "brand": "b", "category": "c", "unit_cost": 1.0, "own": 1},
    {"product": "z", "brand": "z", "category": "c", "unit_cost": None, "own": 0},
]


def build(folder: Path, **tables: list[dict[str, object]]) -> Workspace:
    base: dict[str, list[dict[str, object]]] = {
        "accounts": [{"account": "A"}, {"account": "B"}],
        "products": PRODUCTS,
        "sales": sales(40),
    }
    return load(write_workspace(folder, {**base, **tables}, {"season": ["fourier-2"]}))


def test_small_workspace_without_listings(tmp_path: Path) -> None:
    rows = sales(40)
    rows[3]["units"] = 0
    rival = {"account": "A", "product": "z", "week": "2024-01-01", "units": 9, "price": 1.0}
    found = fit(build(tmp_path, sales=[*rows, rival]))
    response = found.response
    assert response.lift.empty
    assert set(response.baseline["product"]) == {"p"}  # a competitor's product is never planned
    mean = response.baseline.groupby("account")["units"].mean()
    assert mean.between(85.0, 118.0).all()  # 100 x exp(.2^2 / 2)
    texts = found.report["warnings"]
    assert any("estimated from the prices paid" in text for text in texts)
    assert any("too short for fourier-2" in text for text in texts)
    assert any("1 weeks without any unit" in text for text in texts)
    assert any("held out" in text for text in texts)
    assert SEASON_NEEDS > 40


def test_listed_pair_that_never_sold(tmp_path: Path) -> None:
    listings = [
        {"account": a, "product": p, "base_price": 2.0, "list_price": 1.2}
        for a, p in (("A", "p"), ("B", "p"), ("B", "q"))
    ]
    tactic = {
        "tactic": "t",
        "depth": 0.25,
        "feature": 0.0,
        "display": 0.0,
        "min_weeks": 1,
        "max_weeks": 2,
        "funding": "scan_back",
        "funding_share": 0.5,
    }
    found = fit(build(tmp_path, listings=listings, tactics=[tactic]))
    lift = found.response.lift.set_index(["account", "product"])["log_lift"]
    assert len(lift) == 3
    assert lift["A", "p"] == pytest.approx(-2.5 * np.log(0.75), abs=0.15)
    assert np.isfinite(found.response.baseline["units"]).all()
    assert any("never sold" in text for text in found.report["warnings"])


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    rows = [{**row, "units": 0} for row in sales(10)]
    with pytest.raises(InputError, match="no week with units sold"):
        fit(build(tmp_path, sales=rows))


def test_options_and_progress(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    options = FitOptions(members=(Member(level=None),), draws=3)
    fit(build(tmp_path), options, lambda stage, share: told.append((stage, share)))
    assert told[0] == ("panel", 0.0)
    assert told[-1] == ("response", 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_key_follows_what_a_fit_reads(tmp_path: Path) -> None:
    one = build(tmp_path / "a")
    shuffled = build(tmp_path / "b", sales=sales(40)[::-1])
    other = build(tmp_path / "c", sales=sales(39))
    budget = build(tmp_path / "d", budgets=[{"budget": "x", "amount": 5.0}])
    assert fit_key(one) == fit_key(shuffled) == fit_key(budget) != fit_key(other)
