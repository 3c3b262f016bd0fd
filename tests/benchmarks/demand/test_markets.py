from __future__ import annotations

import argparse

from benchmarks.demand.markets import add_choices, given, seeds_of
from models.simulator import KINDS


def test_a_small_market_is_of_its_kind_and_small() -> None:
    with given("shocks", 2, quick=True) as here:
        assert here.market.options.form == KINDS["shocks"].form
        assert len(here.workspace.accounts) == 3
        assert len(here.workspace.products) == 6
        assert here.spec.horizon.weeks == 26


def test_choices() -> None:
    parser = argparse.ArgumentParser()
    add_choices(parser, seeds=3)
    asked = parser.parse_args(["--first", "4", "--kinds", "timed", "--peers"])
    assert list(seeds_of(asked)) == [4, 5, 6]
    assert asked.kinds == ["timed"]
    assert asked.peers == []
    assert parser.parse_args([]).peers is None
    assert parser.parse_args([]).kinds == list(KINDS)
