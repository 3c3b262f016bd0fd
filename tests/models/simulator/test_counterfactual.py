"""Counterfactual effects against closed forms, and the response of one who knows the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.simulator import FORMS, Deals, MarketOptions, make_market
from models.simulator.counterfactual import counterfactuals, known_response, lift_table
from models.simulator.truth import Truth

SMALL = MarketOptions(accounts=2, brands=(3, 1), competitors=1, weeks=20, future=50)


@pytest.mark.parametrize("form", ["log-linear", "threshold", "saturating", "s-shaped"])
def test_forms_that_multiply_have_the_lift_of_their_equation(form: str) -> None:
    market = make_market(replace(SMALL, form=form), 3)
    found = counterfactuals(market.truth, market.catalogue.tactics)
    kinds = market.catalogue.tactics.drop_duplicates("tactic").sort_values("tactic")
    deals = Deals(*(kinds[name].to_numpy(float) for name in ("depth", "feature", "display")))
    expected = FORMS[form].own_effect(market.truth.tastes, deals)[:, market.truth.own]
    np.testing.assert_allclose(found.log_lift, expected, atol=1e-9)
    assert found.tactics == tuple(kinds["tactic"])


def test_control_switching_has_less_than_the_change_of_utility() -> None:
    market = make_market(replace(SMALL, form="logit"), 3)
    found = counterfactuals(market.truth, market.catalogue.tactics)
    kinds = market.catalogue.tactics.drop_duplicates("tactic").sort_values("tactic")
    deals = Deals(*(kinds[name].to_numpy(float) for name in ("depth", "feature", "display")))
    utility = FORMS["logit"].own_effect(market.truth.tastes, deals)[:, market.truth.own]
    assert (found.log_lift < utility - 0.01).all()
    assert (found.net > 0.2).all()
    assert (found.net < 0.9).all()


def test_the_table_sums_later_weeks_and_siblings() -> None:
    market = make_market(replace(SMALL, form="log-linear", cross_lags=1), 3)
    truth = market.truth
    found = counterfactuals(truth, market.catalogue.tactics)
    table = lift_table(truth, found)
    assert len(table) == 2 * 4 * 6
    lost = -truth.tastes.carry[:, :4].sum(axis=2)
    later = table["later"].to_numpy().reshape(2, 4, 6) / found.log_lift
    np.testing.assert_allclose(later, np.broadcast_to(lost[:, :, None], later.shape), rtol=1e-6)
    alone = table[table["product"] == truth.products[3]]  # its brand has a category to itself
    assert (alone["siblings"] == 0.0).all()
    others = table[table["product"] != truth.products[3]]
    assert (others["siblings"] < 0.0).all()
    assert (others["siblings_later"] < 0.0).all()


def _after(truth: Truth, depth: float) -> tuple[np.ndarray, np.ndarray]:
    """Log changes of all units by a deal of product 0 in account 0, week 30: (A, N, W)."""
    quiet = truth.deals.without(truth.own, 0)
    cut = quiet.depth.copy()
    cut[0, 0, 30] = depth
    units = FORMS[truth.form].units
    before = units(truth.planned(quiet))
    after = units(truth.planned(Deals(cut, quiet.feature, quiet.display)))
    return before, np.log(after / before)


@pytest.mark.parametrize("form", ["logit", "stockpiling"])
def test_the_known_response_repeats_a_simulated_deal(form: str) -> None:
    """What tables can only come near to is near: lift, own dip and siblings' losses."""
    market = make_market(replace(SMALL, form=form), 3)
    truth = market.truth
    response = known_response(truth, market.catalogue.tactics)
    before, change = _after(truth, 0.20)
    first = {"account": truth.accounts[0], "product": truth.products[0]}

    def row(table: str, **keys: str) -> float:
        frame = getattr(response, table)
        for name, value in keys.items():
            frame = frame[frame[name] == value]
        return frame

    lift = row("lift", **first, tactic="OFERTA-20").iloc[0]
    assert lift["log_lift"] == pytest.approx(change[0, 0, 30], rel=0.08)
    carry = row("carry", **first)["coefficient"].sum() * lift["pressure"]
    assert -carry == pytest.approx(change[0, 0, 31:39].sum(), rel=0.25, abs=0.01)
    cross = response.cross
    mine = cross[(cross["account"] == first["account"]) & (cross["by_product"] == first["product"])]
    for p in (1, 2):
        told = mine[mine["product"] == truth.products[p]]["coefficient"].sum() * lift["pull"]
        assert told == pytest.approx(change[0, p, 30:39].sum(), rel=0.3, abs=0.01)
    weeks = response.baseline[
        (response.baseline["account"] == first["account"])
        & (response.baseline["product"] == first["product"])
    ]["units"]
    np.testing.assert_allclose(weeks, before[0, 0, truth.history :], rtol=1e-12)


def test_a_future_too_short_is_refused() -> None:
    market = make_market(replace(SMALL, future=5), 3)
    with pytest.raises(ValueError, match="too short"):
        counterfactuals(market.truth, market.catalogue.tactics)
