"""Small counts: forecasts and intervals beside those of logarithms, whose zero weeks are lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import counts, metrics
from models.base_price import regular_prices
from models.calibration import LEVELS, calibrate
from models.counts import count_interval, counted, small_counts
from models.estimator import estimate
from models.forecast import forecast
from models.member import members_of
from models.panel import Panel, panel_of
from tests.models.simulated import Simulated, simulate
from workspace import Workspace

NOISE = 0.3
HIDDEN = 13


def _market(level: float, seed: int) -> tuple[Simulated, Panel]:
    """A market whose units are Poisson counts of gamma means."""
    made = simulate(5, 5, 104, seed=seed, noise=NOISE)
    random = np.random.default_rng([seed, 9])
    mean = made.expected * level / 400.0
    shape = 1.0 / np.expm1(NOISE**2)
    units = random.poisson(mean * random.gamma(shape, 1.0 / shape, mean.shape)).astype(float)
    panel = replace(made.panel, units=units, used=units > 0.0, zero=units == 0.0)
    return made, panel


def _scores(level: float, seed: int) -> tuple[float, float, list[float], float]:
    """WAPE, bias and coverage of hidden weeks, and the error of the deal's coefficients."""
    made, panel = _market(level, seed)
    hidden = np.zeros(panel.units.shape, dtype=np.bool_)
    hidden[:, -HIDDEN:] = True
    learning = panel.learning(~hidden)
    regular, members = regular_prices(learning), members_of((), ())
    fitted = estimate(learning, regular, members, "ES")
    calibration = calibrate(learning, regular, members, "ES", fitted)
    ahead = forecast(fitted, np.arange(panel.units.shape[1]))
    expected, units = ahead.expected[hidden], panel.units[hidden]
    held = []
    for level_of in LEVELS:
        low, high = calibration.interval(ahead, fitted.promoted, level_of)
        held.append(metrics.coverage(low[hidden], high[hidden], units))
    deal = fitted.coefficient("deal")
    assert deal is not None
    error = float(np.sqrt(np.mean((deal - made.deal) ** 2)))
    return metrics.wape(expected, units), metrics.bias(expected, units), held, error


@pytest.mark.parametrize(("level", "seed"), [(1.0, 3), (4.0, 2)])
def test_counts_beside_logarithms(level: float, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control is the same estimator that takes logarithms of whatever was sold."""
    wape, bias, held, error = _scores(level, seed)
    monkeypatch.setattr(counts, "SMALL", 0.0)
    before_wape, before_bias, before_held, before_error = _scores(level, seed)
    assert wape < before_wape
    assert abs(bias) < 0.06
    assert error < 0.8 * before_error
    # Of whole units intervals hold what they say, or more; logarithms' do not.
    for level_of, share in zip(LEVELS, held, strict=True):
        assert share > level_of - 0.03
    if level == 1.0:
        assert before_held[2] < 0.7
        assert before_bias > 0.08
        assert wape < 0.96 * before_wape


def test_large_series_are_fitted_as_they_were(market: Workspace) -> None:
    panel = panel_of(market)
    assert not small_counts(panel).any()
    assert panel.zero is not None
    fitted = estimate(panel, regular_prices(panel), members_of((), ()), "ES")
    np.testing.assert_array_equal(fitted.mean_noise, fitted.noise)


def test_intervals_are_those_of_the_negative_binomial() -> None:
    random = np.random.default_rng(3)
    mean, variance = 3.0, 0.2
    shape = 1.0 / np.expm1(variance)
    drawn = random.poisson(mean * random.gamma(shape, 1.0 / shape, 200_000))
    for level in LEVELS:
        low, high = count_interval(np.array([[mean]]), np.array([[variance]]), level)
        np.testing.assert_allclose(
            [low[0, 0], high[0, 0]], np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2]), atol=0
        )
    # The control: with less variance the interval is narrower.
    assert count_interval(np.array([mean]), np.array([1e-6]), 0.9)[1][0] < high[0, 0]


def test_working_observations_and_weeks_without_a_unit() -> None:
    _, panel = _market(1.0, 2)
    units = panel.units.copy()
    units[0, :5] = 0.0  # before the first sale nobody knows whether it was there
    units[0, 5], units[0, 6] = 2.0, 0.0
    panel = replace(panel, units=units, used=units > 0.0, zero=units == 0.0)
    small = small_counts(panel)
    assert small.all()
    small[1] = False
    shape = units.shape
    found = counted(panel, small, np.zeros(shape), np.full(shape[0], 0.25), np.full(shape, 0.7))
    assert not found.used[0, :5].any()
    assert found.used[0, 6]
    assert found.logs[0, 5] == pytest.approx(1.0)  # ln 1 + (2 - 1) / 1
    assert found.logs[0, 6] == pytest.approx(-1.0)
    assert found.weight is not None
    assert found.weight[0, 5] == pytest.approx(0.25 / 1.25)
    assert (found.weight[1] == 0.7).all()
    np.testing.assert_array_equal(found.used[1], panel.used[1])
    np.testing.assert_array_equal(found.logs[1], panel.logs[1])
