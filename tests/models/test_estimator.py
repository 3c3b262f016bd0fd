"""Known truth comes back, with intervals that hold; shuffled prices must not bring it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.base_price import regular_prices
from models.draws import coefficient_draws
from models.estimator import Estimate, estimate
from models.forecast import forecast
from models.member import Level, Member
from models.panel import Panel, panel_of
from tests.models.simulated import Simulated, simulate
from workspace import Workspace


def fitted(panel: Panel, member: Member | None = None) -> Estimate:
    return estimate(panel, regular_prices(panel), (member or Member(),), "ES")


@pytest.fixture(scope="module")
def known(simulated: Simulated) -> Estimate:
    return fitted(simulated.panel)


def coefficients(found: Estimate, name: str) -> np.ndarray:
    values = found.coefficient(name)
    assert values is not None
    return values


def test_effects_come_back(known: Estimate, simulated: Simulated) -> None:
    for name, truth in (
        ("deal", simulated.deal),
        ("feature", simulated.feature),
        ("base_price", simulated.elasticity),
    ):
        error = coefficients(known, name) - truth
        index = known.design.index(name)
        spread = np.sqrt(known.covariance[:, index, index])
        # Better than guessing the mean of all, unbiased, and as far off as it says.
        assert abs(error.mean()) < 4.0 * spread.mean() / np.sqrt(simulated.panel.series) + 0.02
        assert 0.5 < np.sqrt(np.mean((error / spread) ** 2)) < 1.5
    assert np.std(coefficients(known, "deal") - simulated.deal) < 0.5 * np.std(simulated.deal)
    assert np.sqrt(known.noise).mean() == pytest.approx(simulated.noise, rel=0.05)


def test_intervals_of_effects_hold(known: Estimate, simulated: Simulated) -> None:
    """Over four markets, 80 % intervals from the draws hold about 80 % of the true effects."""
    inside: list[bool] = []
    for seed in range(20, 24):
        truth = simulate(4, 4, 60, seed=seed)
        found = fitted(truth.panel)
        draws = np.array(
            list(
                coefficient_draws(
                    found.members[0].crossed.posterior, found.members[0].truncated, 200, 1
                )
            )
        )
        for name, true in (("deal", truth.deal), ("feature", truth.feature)):
            index = found.design.index(name)
            low, high = np.quantile(draws[:, :, index], [0.1, 0.9], axis=0)
            inside.extend((low <= true) & (true <= high))
    # 128 intervals: three standard errors are .11.
    assert 0.69 <= np.mean(inside) <= 0.91


def test_shuffled_prices_bring_nothing_back(simulated: Simulated) -> None:
    """The control: the same weeks with deals of other weeks."""
    panel = simulated.panel
    order = np.random.default_rng(1).permutation(len(panel.weeks))
    shuffled = replace(
        panel,
        price=panel.price[:, order],
        base_price=panel.base_price[:, order],
        feature=panel.feature[:, order],
    )
    found = fitted(shuffled)
    assert coefficients(found, "deal").mean() < 0.3 * simulated.deal.mean()
    assert found.wrong[:, found.design.index("deal")].max() > 0.05


def test_dip_is_found_where_there_is_one() -> None:
    truth = simulate(dip=0.3)
    found = fitted(truth.panel)
    dip = coefficients(found, "dip")
    # The index spreads over three weeks what the truth puts into one: .51 of it is a week later.
    assert -0.75 < dip.mean() < -0.2
    assert (dip <= 0.0).all()


def test_no_dip_and_no_siblings_where_there_are_none(known: Estimate) -> None:
    assert known.unidentified == (
        "dip",
        "long_dip",
        "siblings",
        "siblings_after",
        "stock",
    )
    assert known.coefficient("dip") is None


def test_siblings_are_found_where_they_lose(market: Workspace) -> None:
    found = fitted(panel_of(market))
    taken = coefficients(found, "siblings")
    assert -0.7 < taken.mean() < -0.2  # the simulator's truth: -.45
    assert (taken <= 0.0).all()


def test_no_price_raises_sales_on_cheese(cheese: Workspace) -> None:
    found = fitted(panel_of(cheese))
    price = coefficients(found, "price")
    assert price.max() < 0.0
    assert -2.6 < np.median(price) < -1.6  # cheese in the literature: near -2.1
    assert (coefficients(found, "display") >= 0.0).all()
    # Accounts whose prices hardly move have borrowed theirs.
    share = found.prior_share("price")
    borrowed = [found.panel.codes(int(i))[0] for i in np.argsort(-share)[:2]]
    assert borrowed == ["SOUTH-CAROLINA-WINN-DIXIE", "SOUTH-CAROLINA-BI-LO"]
    assert (found.prior_share("feature") == 1.0).all()


def test_one_account_and_one_product() -> None:
    for shape in ((1, 4), (4, 1), (1, 1)):
        truth = simulate(*shape, seed=8)
        found = fitted(truth.panel)
        assert np.abs(coefficients(found, "deal") - truth.deal).max() < 0.6
        assert found.members[0].crossed.variances.account is None


def test_pair_that_never_sold_borrows(simulated: Simulated) -> None:
    panel = simulated.panel
    used = panel.used.copy()
    used[7] = False
    found = fitted(panel.learning(used))
    index = found.design.index("deal")
    deal, spread = coefficients(found, "deal"), np.sqrt(found.covariance[:, index, index])
    assert abs(deal[7] - simulated.deal[7]) < 3.0 * spread[7]
    assert spread[7] > 1.25 * np.median(spread)
    assert found.levels.value[7] == 0.0


def test_season_and_distribution() -> None:
    truth = simulate(3, 3, 110, seed=5)
    panel = truth.panel
    week = np.arange(110)
    wave = 0.3 * np.sin(2 * np.pi * panel.weeks.astype(float) / 365.2425)
    spread = np.where(week % 20 < 10, 0.5, 1.0)
    distribution = np.broadcast_to(spread, panel.units.shape).copy()
    distribution[0, 3:6] = np.nan
    changed = replace(panel, units=panel.units * np.exp(wave) * spread, distribution=distribution)
    found = fitted(changed, Member(season=("fourier-1", "trend"), level=None))
    assert coefficients(found, "sin1").mean() == pytest.approx(0.3, abs=0.05)
    assert coefficients(found, "distribution").mean() == pytest.approx(1.0, abs=0.1)
    assert abs(coefficients(found, "trend").mean()) < 0.05
    short = fitted(changed.learning(week[None, :] < 40), Member(season=("fourier-1",)))
    assert short.refused == ("fourier-1",)


def test_recent_level_follows_a_shift(simulated: Simulated) -> None:
    panel = simulated.panel
    shifted = panel.units.copy()
    shifted[4, -6:] *= 1.5
    moved = replace(panel, units=shifted)
    found = fitted(moved, Member(level=Level(damping=1.0)))
    assert 0.15 < found.levels.value[4] < np.log(1.5)
    assert np.abs(np.delete(found.levels.value, 4)).max() < 0.2
    ahead = found.levels.ahead(np.array([100, 104, 110]))
    np.testing.assert_allclose(ahead[4], [0.0, *[found.levels.value[4]] * 2])
    none = fitted(moved, Member(level=None))
    assert (none.levels.ahead(np.array([110])) == 0.0).all()


def test_forecast_is_the_mean_of_units() -> None:
    hidden = np.arange(104) >= 78
    means: list[float] = []
    medians: list[float] = []
    for seed in range(11, 17):
        truth = simulate(5, 5, 104, seed=seed, noise=0.5)
        found = fitted(truth.panel.learning(~hidden[None, :]), Member(level=None))
        made = forecast(found, np.arange(78, 104))
        total = truth.expected[:, 78:].sum()
        means.append(made.expected.sum() / total)
        medians.append(np.exp(made.log_mean).sum() / total)
    # A market's mean is known to 2 %; six of them to .8 %.
    assert np.mean(means) == pytest.approx(1.0, abs=0.025)
    # The median is too low by exp(-.5^2 / 2) = .88.
    assert np.mean(medians) < 0.92


def test_forecast_far_from_the_data_is_capped(known: Estimate) -> None:
    far = known.design.x.copy()
    far[:, :, known.design.index("deal")] = 9.0
    made = forecast(replace(known, design=replace(known.design, x=far)), np.arange(3))
    assert (made.expected <= 5.0 * known.panel.units.max(axis=1)[:, None] + 1e-9).all()


def test_exact_demand_is_found_and_does_not_break_anything() -> None:
    truth = simulate(3, 2, 40, noise=0.0)
    found = fitted(truth.panel)
    np.testing.assert_allclose(coefficients(found, "deal"), truth.deal, atol=0.02)
    assert (found.noise > 0.0).all()


def test_prices_that_never_move_leave_the_prior(simulated: Simulated) -> None:
    panel = simulated.panel
    flat = np.full(panel.price.shape, 2.0)
    steady = replace(panel, price=flat, base_price=flat, feature=flat * 0.0)
    found = fitted(steady)
    assert found.design.index("feature") is None
    # The mean of N(-2.6, 1.5^2 + 3 x .2^2) below zero.
    np.testing.assert_allclose(coefficients(found, "base_price"), -2.755, atol=0.02)
    assert (found.prior_share("base_price") > 0.99).all()


@pytest.mark.parametrize("weeks", [1, 2, 5])
def test_hardly_any_weeks(weeks: int) -> None:
    found = fitted(simulate(1, 1, weeks).panel)
    made = forecast(found, np.arange(weeks))
    assert np.isfinite(made.expected).all()
    assert (coefficients(found, "base_price") < 0.0).all()
