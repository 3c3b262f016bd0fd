"""Weeks far off are found where they were put, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.base_price import regular_prices
from models.estimator import estimate
from models.member import members_of
from models.outliers import COLUMNS, listed, outliers
from models.residuals import autocorrelation, diagnostics
from tests.models.simulated import simulate


def test_what_was_put_in_comes_out() -> None:
    panel = simulate(accounts=4, products=3, weeks=80, noise=0.15).panel
    clean = estimate(panel, regular_prices(panel), members_of((), ()), "ES")
    assert len(outliers(clean)) == 0
    calm = diagnostics(clean)
    assert abs(calm["excess_kurtosis"]) < 1.0
    assert calm["beyond_3"] < 0.01
    units = panel.units.copy()
    units[2, 40] *= 8.0
    units[7, 11] /= 5.0
    panel = replace(panel, units=units)
    fitted = estimate(panel, regular_prices(panel), members_of((), ()), "ES")
    found = outliers(fitted)
    assert tuple(found.columns) == COLUMNS
    places = {(row.account, row.product, str(row.week)[:10]) for row in found.itertuples()}
    for series, week in ((2, 40), (7, 11)):
        assert (*panel.codes(series), str(panel.weeks[week])) in places
    assert len(found) <= 3
    assert (found["weight"].iloc[:2] < 0.3).all()
    first = listed(found)[0]
    assert first["expected"] == found["expected"].iloc[0]
    assert (first["account"], first["product"]) in {panel.codes(2), panel.codes(7)}
    assert found["deviations"].abs().is_monotonic_decreasing
    assert diagnostics(fitted)["excess_kurtosis"] > 3.0


def test_autocorrelation_is_that_of_the_series() -> None:
    random = np.random.default_rng(2)
    cells = np.zeros((20, 300))
    for week in range(1, 300):
        cells[:, week] = 0.6 * cells[:, week - 1] + random.normal(size=20)
    used = np.ones(cells.shape, dtype=np.bool_)
    assert abs(autocorrelation(cells, used) - 0.6) < 0.05
    shuffled = random.permuted(cells, axis=1)
    assert abs(autocorrelation(shuffled, used)) < 0.05
    assert autocorrelation(cells, np.zeros(cells.shape, dtype=np.bool_)) is None
