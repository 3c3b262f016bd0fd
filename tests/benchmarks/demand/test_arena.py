"""A plan is lived through in the market: who knows it earns, who believes nonsense loses."""

from __future__ import annotations

import pytest

from benchmarks.demand.arena import clairvoyant, larger, live
from benchmarks.demand.markets import given
from models.response import Response
from models.simulator import known_response
from optimizer.solution import SolveOptions

EFFORT = SolveOptions(gap=0.1)


def test_knowledge_earns_and_nonsense_loses() -> None:
    with given("thresholds", 1, quick=True) as here:
        known = known_response(here.market.truth, here.workspace.tactics)
        best = clairvoyant(here, EFFORT)
        lift = known.lift.assign(log_lift=1.5 - known.lift["log_lift"], pressure=0.0, pull=0.0)
        wrong = live(here, Response.of(baseline=known.baseline, lift=lift), EFFORT)
    assert best.events > 0
    assert best.true > 0
    # The tables of this form are exact, so what they promise comes.
    assert best.promised == pytest.approx(best.true, rel=0.01)
    assert best.spend_planned == pytest.approx(best.spend_true, rel=0.01)
    assert wrong.true < 0.6 * best.true
    assert wrong.promised > wrong.true


def test_larger_losses_are_larger_and_nothing_else() -> None:
    with given("switching", 1, quick=True) as here:
        known = known_response(here.market.truth, here.workspace.tactics)
    more = larger(known, 2.0)
    assert more.lift.equals(known.lift)
    for table in ("carry", "cross"):
        before = getattr(known, table)["coefficient"].to_numpy()
        assert getattr(more, table)["coefficient"].to_numpy() == pytest.approx(2.0 * before)
        assert (before != 0.0).any()
