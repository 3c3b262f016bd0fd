"""Numbers for charts against closed forms and a regression of each account by another program."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from models import terms
from models.base_price import regular_prices
from models.estimator import Estimate, estimate
from models.fit_charts import TYPICAL_CUT, charts_of, deepest
from models.member import Member
from tests.models.simulated import simulate


@pytest.fixture(scope="module")
def fitted() -> Estimate:
    # One member without optional terms: its curve is a closed form.
    panel = simulate(accounts=5, products=3, weeks=90).panel
    return estimate(panel, regular_prices(panel), (Member(),), "ES")


def test_the_curve_is_the_mean_of_the_series(fitted: Estimate) -> None:
    curves = {curve.name: curve for curve in charts_of(fitted).curves}
    assert set(curves) == {"", "feature"}
    deal, feature = fitted.coefficient("deal"), fitted.coefficient("feature")
    weight = fitted.panel.units.sum(axis=1) / fitted.panel.units.sum()
    alone, shown = curves[""], curves["feature"]
    assert alone.depth[-1] == pytest.approx(deepest(fitted)) == pytest.approx(0.3, abs=1e-3)
    assert shown.shown == 1.0
    for curve, more in ((alone, 0.0), (shown, feature)):
        for depth, lift in zip(curve.depth, curve.lift, strict=True):
            expected = weight @ np.expm1(-np.log1p(-depth) * deal + more)
            assert lift == pytest.approx(expected)
        assert (curve.low <= curve.lift + 1e-9).all()
        assert (curve.high >= curve.lift - 1e-9).all()
        assert (np.diff(curve.lift) > 0.0).all()
    assert alone.lift[0] == 0.0


def test_alone_is_the_regression_of_an_accounts_own_weeks(fitted: Estimate) -> None:
    panel = fitted.panel
    names = [term.name for term in fitted.design.terms]
    wanted = [
        names.index(t.name) for t in (terms.BASE_PRICE, terms.DEAL, terms.FEATURE)
    ]  # fmt: skip
    for reaction in charts_of(fitted).reactions:
        mine = np.flatnonzero(panel.account == panel.accounts.index(reaction.account))
        x = fitted.design.x[mine][:, :, wanted].reshape(-1, 3)
        each = np.repeat(np.eye(len(mine)), panel.units.shape[1], axis=0)
        found = sm.OLS(np.log(panel.units[mine]).ravel(), np.hstack([x, each])).fit().params
        expected = np.expm1(-np.log1p(-TYPICAL_CUT) * found[1])
        assert reaction.alone == pytest.approx(expected, rel=0.01)


def test_the_fit_lies_between_the_account_and_the_others(fitted: Estimate) -> None:
    reactions = charts_of(fitted).reactions
    assert [r.fitted for r in reactions] == sorted((r.fitted for r in reactions), reverse=True)
    assert np.std([r.fitted for r in reactions]) < np.std([r.alone for r in reactions])
    assert all(r.weeks == 270 for r in reactions)
