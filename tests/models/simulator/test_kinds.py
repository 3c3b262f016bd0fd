"""The kinds of markets that the estimator is judged on."""

from __future__ import annotations

import numpy as np
import pytest

from models.simulator import FORMS, make_market
from models.simulator.kinds import KINDS


def test_none_of_them_is_the_estimators_own_form() -> None:
    assert len(KINDS) >= 5
    assert "log-linear" not in {options.form for options in KINDS.values()}
    assert len({options.form for options in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_units_are_plausible_and_deals_were_timed_on_demand(kind: str) -> None:
    market = make_market(KINDS[kind], 1)
    truth = market.truth
    assert truth.form in FORMS
    units = market.expected
    assert np.isfinite(units).all()
    assert (units > 10.0).all()
    active = truth.deals.depth[:, truth.own, : truth.history] > 0
    shocks = np.broadcast_to(market.shocks[:, :, : truth.history], active.shape)
    assert shocks[active].mean() > shocks[~active].mean()
