"""The stockpiling form: dips, siblings and new demand come out of cupboards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.simulator import FORMS, Deals, MarketOptions, Truth, make_market

SMALL = MarketOptions(
    form="stockpiling", accounts=2, brands=(3, 1), competitors=1, weeks=20, future=30
)


def quiet_truth() -> Truth:
    truth = make_market(SMALL, 3).truth
    nothing = np.zeros_like(truth.log_base)
    flat = np.repeat(truth.log_base.mean(axis=2, keepdims=True), truth.log_base.shape[2], axis=2)
    listed = np.repeat(truth.listed_price[:, :, None], truth.log_base.shape[2], axis=2)
    return replace(
        truth.planned(Deals(nothing, nothing, nothing)), log_base=flat, base_price=listed
    )


def gains(truth: Truth, depth: float, week: int = 22) -> np.ndarray:
    """Units with a cut of product 0 in account 0, less those without: (A, N, W)."""
    cut = np.zeros_like(truth.log_base)
    cut[0, 0, week] = depth
    nothing = np.zeros_like(cut)
    units = FORMS["stockpiling"].units
    return np.asarray(units(truth.planned(Deals(cut, nothing, nothing))) - units(truth))


def test_without_deals_the_typical_units_are_sold() -> None:
    truth = quiet_truth()
    units = FORMS["stockpiling"].units(truth)
    np.testing.assert_allclose(units, np.exp(truth.log_base), rtol=1e-6)


def test_a_deal_borrows_from_its_own_and_its_siblings_later_weeks_and_some_is_new() -> None:
    change = gains(quiet_truth(), 0.2)
    gain = change[0, 0, 22]
    coffee = [1, 2, 4]
    assert gain > 0
    assert -0.30 < change[0, 0, 23:].sum() / gain < -0.05
    assert -0.40 < change[0, coffee, 22].sum() / gain < -0.10
    assert -0.50 < change[0, coffee, 23:].sum() / gain < -0.10
    assert 0.1 < change[0].sum() / gain < 0.6
    np.testing.assert_allclose(change[0, 3], 0.0, atol=1e-9)  # another category
    np.testing.assert_array_equal(change[1], 0.0)  # another account
    np.testing.assert_array_equal(change[:, :, :22], 0.0)


def test_deeper_deals_fill_cupboards_more_than_in_proportion() -> None:
    truth = quiet_truth()
    shallow, deep = gains(truth, 0.1), gains(truth, 0.3)
    later = [change[0, :, 23:].sum() for change in (shallow, deep)]
    assert later[1] / later[0] > 3.0


def test_the_effect_of_a_deal_alone_is_what_a_simulation_finds() -> None:
    truth = quiet_truth()
    units = FORMS["stockpiling"].units(truth)
    simulated = np.log(1.0 + gains(truth, 0.2)[0, 0, 22] / units[0, 0, 22])
    cut, nothing = np.full((1, 1, 1), 0.2), np.zeros((1, 1, 1))
    alone = FORMS["stockpiling"].own_effect(truth.tastes, Deals(cut, nothing, nothing))
    np.testing.assert_allclose(alone[0, 0, 0], simulated, rtol=1e-4)


def test_control_in_the_log_linear_form_no_later_week_of_a_sibling_changes() -> None:
    log_linear = make_market(replace(SMALL, form="log-linear"), 3).truth
    nothing = np.zeros_like(log_linear.log_base)
    cut = nothing.copy()
    cut[0, 0, 22] = 0.2
    units = FORMS["log-linear"].units
    quiet = log_linear.planned(Deals(nothing, nothing, nothing))
    change = units(quiet.planned(Deals(cut, nothing, nothing))) - units(quiet)
    assert (change[0, [1, 2, 4], 22] < 0).all()
    np.testing.assert_array_equal(change[0, [1, 2, 4], 23:], 0.0)
