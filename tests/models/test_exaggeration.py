"""The lifts that a plan would pick are not those that chance has exaggerated.

Of two pairs with the same tactic, the one believed to lift more by so much should lift more by
about as much: a plan picks the highest lifts and pays for what they fall short.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from benchmarks.demand.markets import given
from models import terms
from models.fit import FitOptions, fit
from models.simulator import known_response

PAIR = ["account", "product", "tactic"]
SEEDS = (21, 22, 23)


def slope() -> float:
    """Of true on believed ln lifts, both against the means of their tactics, in small markets."""
    found = []
    for seed in SEEDS:
        with given("timed", seed, quick=True) as here:
            believed = fit(here.workspace, FitOptions(draws=0)).response.lift
            true = known_response(here.market.truth, here.workspace.tactics).lift
        both = believed.merge(true, on=PAIR, suffixes=("", "_true"))
        lifts = both[["log_lift", "log_lift_true"]]
        found.append(lifts - lifts.groupby(both["tactic"]).transform("mean"))
    apart = pd.concat(found).to_numpy()
    return float(apart[:, 0] @ apart[:, 1]) / float(apart[:, 0] @ apart[:, 0])


def test_pairs_differ_about_as_much_as_they_are_believed_to() -> None:
    assert 0.55 < slope() < 1.4


def test_wide_prior_spreads_would_exaggerate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the spreads are for."""
    for name, spread in (("DEAL", 0.5), ("FEATURE", 0.3), ("DISPLAY", 0.3)):
        monkeypatch.setattr(terms, name, replace(getattr(terms, name), spread=spread))
    assert slope() < 0.55
