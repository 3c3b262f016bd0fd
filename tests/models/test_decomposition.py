"""Parts sum to the units to the last digit; each part is what the market really had of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.base_price import regular_prices
from models.decomposition import COLUMNS, PARTS, decomposition
from models.estimator import Estimate, estimate
from models.member import Member
from tests.models.simulated import Simulated

SUMMED = ["base", *PARTS, "unexplained"]


@pytest.fixture(scope="module")
def known(simulated: Simulated) -> Estimate:
    return estimate(simulated.panel, regular_prices(simulated.panel), (Member(),), "ES")


@pytest.fixture(scope="module")
def found(known: Estimate) -> pd.DataFrame:
    return decomposition(known)


def test_a_row_for_each_recorded_week_that_sums_exactly(
    found: pd.DataFrame, simulated: Simulated
) -> None:
    assert tuple(found.columns) == COLUMNS
    assert len(found) == int(simulated.panel.recorded.sum())
    thousandths = (found[SUMMED] * 1000).round().astype("int64").sum(axis=1)
    assert (thousandths == (found["units"] * 1000).round().astype("int64")).all()
    assert np.isfinite(found[SUMMED].to_numpy()).all()


def test_deals_get_what_deals_gave(found: pd.DataFrame, simulated: Simulated) -> None:
    """In weeks with a cut alone, depth is close to units with the deal less units without."""
    panel = simulated.panel
    rows = panel.recorded
    cut = -np.log(panel.price / panel.base_price)
    only = (cut > 0.05) & (np.nan_to_num(panel.feature) == 0.0)
    true = simulated.expected * -np.expm1(-simulated.deal[:, None] * cut)
    believed = found["depth"].to_numpy()
    inside = only[rows]
    assert inside.sum() > 50
    # With a price effect beside it the change is shared, so not exactly but nearly.
    assert believed[inside].sum() == pytest.approx(true[only].sum(), rel=0.1)
    assert believed[(cut == 0.0)[rows]] == pytest.approx(0.0, abs=1e-3)


def test_without_a_feature_none_is_credited(found: pd.DataFrame, simulated: Simulated) -> None:
    none = (np.nan_to_num(simulated.panel.feature) == 0.0)[simulated.panel.recorded]
    assert (found["feature"].to_numpy()[none] == 0.0).all()
    assert (found["feature"].to_numpy()[~none] > 0.0).all()


def test_what_is_expected_is_base_and_parts(found: pd.DataFrame, simulated: Simulated) -> None:
    made = found[["base", *PARTS]].sum(axis=1).to_numpy()
    expected = simulated.expected[simulated.panel.recorded] * np.exp(0.5 * simulated.noise**2)
    assert np.median(np.abs(np.log(made / expected))) < 0.06
