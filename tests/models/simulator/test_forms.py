"""Each form's defining property, and the log-linear one against the contract's equation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.simulator import FORMS, Deals, MarketOptions, Truth, make_market
from models.simulator.forms.logit import Logit

Floats = np.ndarray


def truth_of(form: str, **options: float) -> Truth:
    small = MarketOptions(accounts=2, brands=(2, 1), weeks=20, future=10, cross_lags=1)
    return make_market(replace(small, form=form, **options), seed=3).truth


def quiet(truth: Truth) -> Truth:
    nothing = np.zeros_like(truth.log_base)
    return truth.planned(Deals(nothing, nothing, nothing))


def with_cut(truth: Truth, depth: float, product: int = 0, week: int = 12) -> Truth:
    """Only one deal anywhere: a cut of `product` in account 0 in one week."""
    cut = np.zeros_like(truth.log_base)
    nothing = np.zeros_like(cut)
    cut[0, product, week] = depth
    return truth.planned(Deals(cut, nothing, nothing))


def change(truth: Truth, depth: float) -> Floats:
    units = FORMS[truth.form].units
    return np.asarray(units(with_cut(truth, depth)) / units(quiet(truth)))


def contract_units(truth: Truth, account: int, product: int, week: int) -> float:
    """Contract section 3, one cell, term by term."""
    tastes, deals = truth.tastes, truth.deals

    def effect(p: int, t: int) -> float:
        if t < 0:
            return 0.0
        return float(
            tastes.elasticity[account, p] * np.log(1 - deals.depth[account, p, t])
            + tastes.feature[account, p] * deals.feature[account, p, t]
            + tastes.display[account, p] * deals.display[account, p, t]
        )

    price = truth.base_price[account, product, week] / truth.listed_price[account, product]
    total = truth.log_base[account, product, week]
    total += tastes.base_elasticity[account, product] * np.log(price) + effect(product, week)
    for lag in range(1, tastes.carry.shape[2] + 1):
        total -= tastes.carry[account, product, lag - 1] * effect(product, week - lag)
    for q in range(len(truth.products)):
        for lag in range(tastes.cross.shape[2]):
            if q != product and truth.category[q] == truth.category[product]:
                lift = np.exp(effect(q, week - lag))
                pull = np.log(1 + tastes.share[account, q] * (lift - 1))
                total -= tastes.cross[account, product, lag] * pull
    return float(np.exp(total))


def test_log_linear_is_the_equation_of_the_contract() -> None:
    truth = truth_of("log-linear", deals_a_year=15.0)
    units = FORMS["log-linear"].units(truth)
    for cell in np.ndindex(2, 4, 30):
        assert units[cell] == pytest.approx(contract_units(truth, *cell), rel=1e-12)


def test_control_another_form_is_not_that_equation() -> None:
    truth = truth_of("saturating", deals_a_year=15.0)
    units = FORMS["saturating"].units(truth)
    expected = [contract_units(truth, *cell) for cell in np.ndindex(2, 4, 30)]
    assert not np.allclose(units.ravel(), expected, rtol=1e-3)


def test_cuts_below_the_threshold_do_nothing_at_all() -> None:
    truth = truth_of("threshold", threshold=0.12)
    assert (change(truth, 0.119) == 1.0).all()
    assert change(truth, 0.12)[0, 0, 12] > 1.3
    # Past it the response is the log-linear one.
    same = truth_of("log-linear", threshold=0.12)
    np.testing.assert_array_equal(change(truth, 0.2), change(same, 0.2))


def test_control_log_linear_has_no_threshold() -> None:
    assert change(truth_of("log-linear"), 0.05)[0, 0, 12] > 1.05


def test_a_saturating_lift_is_bounded_and_small_deals_are_log_linear() -> None:
    truth = truth_of("saturating", ceiling=1.5)
    lifts = [change(truth, depth)[0, 0, 12] for depth in (0.05, 0.2, 0.5, 0.9, 0.99)]
    assert (np.diff(lifts) > -1e-12).all()
    assert 2.4 < lifts[-1] <= 2.5 + 1e-12
    same = truth_of("log-linear", ceiling=1.5)
    assert change(truth, 0.005)[0, 0, 12] == pytest.approx(change(same, 0.005)[0, 0, 12], rel=1e-3)
    assert change(same, 0.9)[0, 0, 12] > 100  # control: without a ceiling there is none


def test_logit_shares_sum_to_one_with_the_outside_good() -> None:
    truth = truth_of("logit")
    bought, outside = Logit().shares(truth)
    assert truth.category == ("CAFE", "CAFE", "INFUSIONES", "CAFE")
    coffee = [0, 1, 3]
    np.testing.assert_allclose(bought[:, coffee].sum(axis=1) + outside[:, 0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(bought[:, 2] + outside[:, 2], 1.0, rtol=1e-12)
    np.testing.assert_array_equal(outside[:, 1], outside[:, 0])
    assert (bought > 0).all()
    assert (outside > 0).all()


def test_a_deal_in_the_logit_takes_the_same_part_of_every_sibling_and_of_the_outside() -> None:
    truth = truth_of("logit")
    cut, outside_cut = Logit().shares(with_cut(truth, 0.2))
    plain, outside = Logit().shares(quiet(truth))
    ratio = cut / plain
    assert ratio[0, 0, 12] > 1.2
    lost = outside_cut[0, 0, 12] / outside[0, 0, 12]
    assert lost < 0.99
    np.testing.assert_allclose(ratio[0, [1, 3], 12], lost, rtol=1e-12)
    np.testing.assert_array_equal(ratio[0, 2], 1.0)  # nothing crosses to another category
    np.testing.assert_array_equal(ratio[1], 1.0)  # nor to another account


def test_logit_without_deals_sells_its_typical_units_where_the_season_stands_at_one() -> None:
    truth = quiet(truth_of("logit"))
    flat = np.repeat(truth.log_base.mean(axis=2, keepdims=True), 30, axis=2)
    listed = np.repeat(truth.listed_price[:, :, None], 30, axis=2)
    still = replace(truth, log_base=flat, base_price=listed)
    np.testing.assert_allclose(FORMS["logit"].units(still), np.exp(flat), rtol=1e-12)


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"stockpiling"}))
def test_a_deal_is_followed_by_a_dip_that_ends_with_the_lags(form: str) -> None:
    path = change(truth_of(form), 0.25)[0, 0]
    assert (path[:12] == 1.0).all()
    assert path[12] > 1.3
    assert (path[13:16] < 1.0).all()
    np.testing.assert_array_equal(path[16:], 1.0)


@pytest.mark.parametrize("form", ["log-linear", "threshold", "saturating", "s-shaped"])
def test_siblings_lose_in_the_week_and_in_the_lagged_one(form: str) -> None:
    path = change(truth_of(form), 0.25)[0, 1]
    assert path[12] < path[13] < 1.0
    np.testing.assert_array_equal(np.delete(path, [12, 13]), 1.0)


def test_regular_prices_have_their_own_elasticity() -> None:
    truth = quiet(truth_of("log-linear"))
    dearer = truth.base_price.copy()
    dearer[0, 0, 5] = 1.1 * truth.listed_price[0, 0]
    listed = np.repeat(truth.listed_price[:, :, None], 30, axis=2)
    before = FORMS["log-linear"].units(replace(truth, base_price=listed))
    after = FORMS["log-linear"].units(replace(truth, base_price=dearer))
    change_of_log = np.log(after / before)[0, 0, 5]
    assert change_of_log == pytest.approx(truth.tastes.base_elasticity[0, 0] * np.log(1.1))


def test_small_cuts_go_unnoticed_in_the_s_shape_unless_they_are_shown() -> None:
    truth = truth_of("s-shaped", threshold=0.12, ceiling=1.5)
    lifts = [np.log(change(truth, depth)[0, 0, 12]) for depth in (0.02, 0.06, 0.12, 0.2, 0.5, 0.9)]
    assert lifts[1] < 0.02
    steps = np.diff(lifts) / np.diff([0.02, 0.06, 0.12, 0.2, 0.5, 0.9])
    assert steps.argmax() in (1, 2)  # steepest around the threshold, flat at both ends
    assert np.exp(lifts[-1]) <= 2.5 + 1e-9
    cut = np.full((1, 1, 1), 0.06)
    shown, hidden = np.ones((1, 1, 1)), np.zeros((1, 1, 1))
    form = FORMS["s-shaped"]
    gain = [
        form.own_effect(truth.tastes, Deals(depth, feature, hidden))[0, 0, 0]
        for depth, feature in ((cut, shown), (hidden, shown), (cut, hidden))
    ]
    assert gain[0] > gain[1] + 2 * gain[2]  # the two interact


def test_control_the_log_linear_form_is_steepest_at_its_deepest_cut() -> None:
    truth = truth_of("log-linear")
    lifts = [np.log(change(truth, depth)[0, 0, 12]) for depth in (0.02, 0.06, 0.12, 0.2, 0.5, 0.9)]
    assert (np.diff(lifts) / np.diff([0.02, 0.06, 0.12, 0.2, 0.5, 0.9])).argmax() == 4
