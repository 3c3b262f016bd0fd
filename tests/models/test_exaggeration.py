"""The lifts that a plan would pick are not those that chance, or good weeks, have exaggerated.

Of two pairs with the same tactic, the one believed to lift more by so much should lift more by
about as much: a plan picks the highest lifts and pays for what they fall short. And deals that were
put into good weeks should not be believed to have made them.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from benchmarks.demand.markets import given
from models import shock, terms
from models.fit import FitOptions, fit
from models.simulator import known_response

PAIR = ["account", "product", "tactic"]
SEEDS = (21, 22, 23)


def lifts() -> pd.DataFrame:
    """Believed and true ln lifts in small markets whose deals were timed on demand, by market."""
    found = []
    for seed in SEEDS:
        with given("timed", seed, quick=True) as here:
            believed = fit(here.workspace, FitOptions(draws=0)).response.lift
            true = known_response(here.market.truth, here.workspace.tactics).lift
        both = believed.merge(true, on=PAIR, suffixes=("", "_true"))
        found.append(both[["tactic", "log_lift", "log_lift_true"]].assign(seed=seed))
    return pd.concat(found)


def slope(found: pd.DataFrame) -> float:
    """Of true on believed ln lifts, both against the means of their tactics in a market."""
    means = found.groupby(["seed", "tactic"])[["log_lift", "log_lift_true"]].transform("mean")
    apart = (found[["log_lift", "log_lift_true"]] - means).to_numpy()
    return float(apart[:, 0] @ apart[:, 1]) / float(apart[:, 0] @ apart[:, 0])


def too_high(found: pd.DataFrame) -> float:
    """The mean over all lifts."""
    return float((found["log_lift"] - found["log_lift_true"]).mean())


def test_pairs_differ_as_they_are_believed_to_and_lifts_are_not_too_high() -> None:
    found = lifts()
    assert 0.55 < slope(found) < 1.4
    assert abs(too_high(found)) < 0.005


def test_wide_prior_spreads_would_exaggerate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the spreads are for."""
    for name, spread in (("DEAL", 0.5), ("FEATURE", 0.3), ("DISPLAY", 0.3)):
        monkeypatch.setattr(terms, name, replace(getattr(terms, name), spread=spread))
    assert slope(lifts()) < 0.55


def test_deals_that_tell_nothing_of_their_weeks_get_the_credit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what a deal tells of the shock that it was put on."""
    monkeypatch.setattr(shock, "timing", lambda *_: 0.0)
    assert too_high(lifts()) > 0.005
