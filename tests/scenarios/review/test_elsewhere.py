"""What an event does elsewhere against the design with the event taken out of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.base_price import regular_prices
from models.estimator import estimate
from models.member import members_of
from models.otherwise import Cells, Otherwise
from scenarios.review.elsewhere import REACH, Surroundings, elsewhere_of
from scenarios.review.seen import Status, Window
from tests.models.simulated import simulate


def test_rows_are_what_the_design_loses_without_the_event() -> None:
    panel = simulate(accounts=3, products=3, weeks=60, dip=0.2).panel
    members = members_of((), ())
    fitted = estimate(panel, regular_prices(panel), members, "ES")
    otherwise = Otherwise(fitted, np.full(panel.price.shape, 3.0))
    cut = otherwise.actual.cut.copy()
    series = 4
    weeks = np.array([30, 31])
    cut[series, weeks] = 0.3
    ran = replace(otherwise.actual, cut=cut)
    moved = Otherwise(fitted, otherwise.base_price)
    moved.__dict__["actual"] = ran  # as if sales had shown it
    yes = np.ones(2, dtype=np.bool_)
    window = Window(0, 0, series, weeks, yes, yes, Status.DONE, 0)
    shape = (panel.series, 60 + REACH)
    around = Surroundings(np.ones(shape), np.ones(shape))
    found = elsewhere_of([window], moved, around)
    gone = np.zeros(panel.units.shape, dtype=np.bool_)
    gone[series, weeks] = True
    without = ran.where(~gone)
    every = Cells(*(a.ravel() for a in np.meshgrid(np.arange(9), np.arange(60), indexing="ij")))
    change = -moved.around(every, without)
    there = np.abs(change).sum(axis=1) > 1e-12
    pairs = zip(every.series[there].tolist(), every.week[there].tolist(), strict=True)
    touched = set(pairs)
    assert touched
    assert all(s // 3 == series // 3 for s, _ in touched)
    own = sorted(w for s, w in touched if s == series and w not in weeks)
    mine = found.rows[found.own]
    expected = np.array([change[series * 60 + w] for w in own])
    some = np.abs(mine).sum(axis=1) > 1e-12
    np.testing.assert_allclose(mine[some], expected, atol=1e-12)
    for other in {s for s, _ in touched if s != series}:
        theirs = found.rows[found.series == other]
        some = np.abs(theirs).sum(axis=1) > 1e-12
        weeks_there = sorted(w for s, w in touched if s == other)
        expected = np.array([change[other * 60 + w] for w in weeks_there])
        np.testing.assert_allclose(theirs[some], expected, atol=1e-12)
