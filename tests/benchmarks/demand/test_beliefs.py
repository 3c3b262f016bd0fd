"""A peer that is a formula: its response must say that formula again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.demand.beliefs import AHEAD, beliefs
from benchmarks.demand.markets import given
from models.base_price import RegularPrices
from models.panel import Floats, Panel


def formula(panel: Panel, regular: RegularPrices) -> Floats:
    """100 units, 2.5 for the depth, .4 for the feature; a fifth more in a display."""
    shown = 0.4 * np.nan_to_num(panel.feature) + 0.2 * np.nan_to_num(panel.display)
    return 100.0 * np.exp(2.5 * regular.depth_log(panel.price) + shown)


def test_lifts_are_what_the_peer_forecasts() -> None:
    with given("thresholds", 1, quick=True) as here:
        response = beliefs(here.workspace, formula)
        kinds = here.workspace.tactics.drop_duplicates("tactic").set_index("tactic")
        listed = len(here.workspace.listings)
    lift = response.lift.merge(kinds[["depth", "feature", "display"]], on="tactic")
    expected = -2.5 * np.log1p(-lift["depth"]) + 0.4 * lift["feature"] + 0.2 * lift["display"]
    assert lift["log_lift"].to_numpy() == pytest.approx(expected.to_numpy())
    assert len(lift) == listed * len(kinds)
    assert (response.baseline["units"] == 100.0).all()
    assert len(response.baseline) == listed * AHEAD
    assert not len(response.carry)
    assert not len(response.cross)
