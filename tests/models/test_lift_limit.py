"""Deals far beyond those of the past: bounded, told, and a fit all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.fit import Fit, FitOptions, fit
from models.lift_limit import AT_LEAST
from models.simulator import MarketOptions, make_market, write_market
from workspace.load import load


def fitted(folder: Path, depth: float) -> Fit:
    options = MarketOptions(accounts=2, brands=(2,), competitors=0, weeks=30, future=20)
    write_market(make_market(options, 3), folder)
    tactics = pd.read_csv(folder / "tactics.csv", dtype=str)
    more = tactics.iloc[[0]].assign(tactic="DEEP", depth=str(depth), account="")
    pd.concat([tactics, more]).to_csv(folder / "tactics.csv", index=False)
    return fit(load(folder), FitOptions(draws=50))


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return fitted(tmp_path_factory.mktemp("deep"), 0.995)


def test_a_deal_of_nearly_nothing_still_has_a_response(deep: Fit) -> None:
    lift, draws = deep.response.lift, deep.response.draws
    far = lift[lift["tactic"] == "DEEP"]
    assert len(far) == 4
    drawn = draws.loc[draws["tactic"] == "DEEP", "log_lift"]
    assert drawn.max() <= 20.0
    assert far["log_lift"].max() <= 20.0
    assert (far["log_lift"] >= AT_LEAST - 1e-9).all()
    assert (far["pressure"] <= far["log_lift"] + 1e-9).all()
    assert np.isfinite(far["pull"]).all()
    told = [str(text) for text in deep.warnings if "held at a limit" in str(text)]
    assert told == [
        "4 lifts lie so far beyond what was ever run that they are held at a limit, not"
        " estimated: DEEP"
    ]


def test_deals_like_those_of_the_past_are_left_alone(deep: Fit) -> None:
    """The control: the limit touches neither other tactics nor a market without such a deal."""
    usual = deep.response.draws[deep.response.draws["tactic"] == "OFERTA-20"]["log_lift"]
    assert usual.max() < AT_LEAST
    assert usual.nunique() == len(usual)


def test_it_should_not_be_trusted(deep: Fit) -> None:
    assert not deep.trust.trusted
    assert "only 30 weeks" in str(deep.trust.reasons[0])
