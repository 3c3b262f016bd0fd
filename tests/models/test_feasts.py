"""Feasts that move: on their dates, learned where they were, forecast where they will be."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from dateutil.easter import EASTER_ORTHODOX
from dateutil.easter import easter as known_easter

from models.base_price import regular_prices
from models.calendar_terms import calendar_columns
from models.decomposition import decomposition
from models.estimator import Estimate, estimate
from models.feasts import easter, feast_columns, feasts, orthodox_easter, seen_too_rarely
from models.lifts import response_of
from models.member import members_of
from models.panel import panel_of
from models.simulator import Market, MarketOptions, make_market, write_market
from workspace import Workspace, load

BUMP = 0.6
SEASON = ("fourier-2", "holidays")


def test_easter_is_where_another_program_has_it() -> None:
    for year in range(1900, 2200):
        assert easter(year) == known_easter(year)
        assert orthodox_easter(year) == known_easter(year, EASTER_ORTHODOX)


def test_each_country_has_its_own() -> None:
    years = range(2025, 2027)
    assert feasts("ES", years) == {"easter": [date(2025, 4, 20), date(2026, 4, 5)]}
    assert feasts("GR", years)["easter"] == [date(2025, 4, 20), date(2026, 4, 12)]
    assert feasts("TR", years)["eid"] == [date(2025, 3, 30), date(2026, 3, 20)]
    assert feasts("KR", years)["lunar_new_year"] == [date(2025, 1, 28), date(2026, 2, 16)]
    assert list(feasts("XX", years)) == ["easter"]


def test_columns_are_the_weeks_around() -> None:
    weeks = np.datetime64("2025-01-06", "D") + 7 * np.arange(104)
    columns = feast_columns(weeks, "ES")
    assert list(columns) == ["easter_before", "easter", "easter_after"]
    for name, monday in zip(columns, ("04-07", "04-14", "04-21"), strict=True):
        assert str(weeks[columns[name] > 0.0][0]) == f"2025-{monday}"
        assert columns[name].sum() == 2.0
    assert feast_columns(weeks[:0], "ES") == {}
    seen = np.ones(104, dtype=np.bool_)
    assert seen_too_rarely(weeks, seen, "ES") == ()
    seen[60:] = False  # the second Easter is not there to learn from
    assert seen_too_rarely(weeks, seen, "ES") == ("easter",)


def _made(tmp_path_factory: pytest.TempPathFactory, bump: float) -> tuple[Market, Workspace]:
    market = make_market(MarketOptions(accounts=5, easter=bump, timing=0.0, shock=0.04), seed=4)
    folder = tmp_path_factory.mktemp("market")
    write_market(market, folder, "easter")
    return market, load(folder)


def _fitted(space: Workspace) -> Estimate:
    panel = panel_of(space)
    return estimate(panel, regular_prices(panel), members_of(SEASON, ()), "ES")


@pytest.fixture(scope="module")
def with_easter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Workspace, Estimate]:
    market, space = _made(tmp_path_factory, BUMP)
    return market, space, _fitted(space)


def _first(market: Market, fitted: Estimate) -> np.ndarray:
    """The series of the category that Easter is of."""
    category = dict(zip(market.catalogue.products["product"], market.truth.category, strict=True))
    of = np.array([category[fitted.panel.codes(i)[1]] for i in range(fitted.panel.series)])
    return of == market.truth.category[0]


def test_a_bump_that_moves_comes_back(with_easter: tuple[Market, Workspace, Estimate]) -> None:
    market, _, fitted = with_easter
    first = _first(market, fitted)
    own, before = fitted.coefficient("easter"), fitted.coefficient("easter_before")
    after = fitted.coefficient("easter_after")
    assert own is not None
    assert before is not None
    assert after is not None
    assert own[first].mean() == pytest.approx(BUMP, abs=0.08)
    assert before[first].mean() == pytest.approx(BUMP / 2, abs=0.08)
    assert abs(after[first].mean()) < 0.08
    # The control: the category without Easter gets none.
    for cells in (own, before, after):
        assert abs(cells[~first].mean()) < 0.08


def test_it_is_forecast_in_its_week(with_easter: tuple[Market, Workspace, Estimate]) -> None:
    """Three weeks later in 2025 than in 2024, two weeks earlier again in 2026: that is followed."""
    market, space, fitted = with_easter
    made = response_of(space, fitted, 0, 1).baseline
    weekly = made.pivot_table(index="product", columns="week", values="units", aggfunc="sum")
    truth = market.truth
    coming = [str(week)[:10] for week in weekly.columns]
    for code in market.catalogue.products.query("own == 1")["product"]:
        place = truth.products.index(code)
        true = np.exp(truth.log_base[:, place]).sum(axis=0)[truth.history :]
        found = weekly.loc[code].to_numpy()[: len(true)]
        bump = np.log(found) - np.log(true)
        at = coming.index("2026-03-30")
        around = [at - 3, at - 2, at + 1, at + 2]
        # Against the weeks around, so that the level's own error does not count.
        assert abs(bump[at] - bump[around].mean()) < 0.15
        if truth.category[place] == truth.category[0]:
            assert int(np.argmax(found[5:25])) + 5 == at


def test_it_is_season_in_the_decomposition(
    with_easter: tuple[Market, Workspace, Estimate],
) -> None:
    market, _, fitted = with_easter
    parts = decomposition(fitted)
    kind = dict(zip(market.catalogue.products["product"], market.truth.category, strict=True))
    first = parts[parts["product"].map(kind) == market.truth.category[0]]
    share = first.groupby("week")["season"].sum() / first.groupby("week")["base"].sum()
    week = np.datetime64("2025-04-14")
    assert share.loc[week] - share.loc[week - np.timedelta64(21, "D")] > 0.4


def test_without_easter_there_is_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    _, space = _made(tmp_path_factory, 0.0)
    fitted = _fitted(space)
    for name in ("easter_before", "easter", "easter_after"):
        found = fitted.coefficient(name)
        assert found is not None
        assert np.abs(found).mean() < 0.06


def test_a_history_with_one_easter_has_no_term(
    with_easter: tuple[Market, Workspace, Estimate],
) -> None:
    _, space, fitted = with_easter
    panel = panel_of(space)
    shown = panel.weeks >= np.datetime64("2024-06-03")
    short = panel.learning(np.broadcast_to(shown, panel.used.shape))
    found = estimate(short, regular_prices(short), members_of(SEASON, ()), "ES")
    assert found.coefficient("easter") is None
    assert "easter" in found.refused
    assert "easter" not in fitted.refused


def test_without_the_option_there_are_no_columns() -> None:
    weeks = np.datetime64("2025-01-06", "D") + 7 * np.arange(104)
    assert "easter" not in calendar_columns(("fourier-2",), weeks, weeks[-1], "ES")
    assert "easter" in calendar_columns(("holidays",), weeks, weeks[-1], "ES")
