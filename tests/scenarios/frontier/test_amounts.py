"""Grids of amounts, and what the total budget is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios.frontier.amounts import purse_of, read_grid
from tests.oracle.memory import tiny_inputs
from workspace import InputError


def test_amounts_in_currency_and_in_shares() -> None:
    assert read_grid("0:500:200").amounts(1000.0) == (0.0, 200.0, 400.0)
    assert read_grid(" 50%:150%:50% ").amounts(1000.0) == (500.0, 1000.0, 1500.0)
    assert read_grid("0.1:0.3:0.1").amounts(1.0) == (0.1, 0.2, 0.3)


@pytest.mark.parametrize(
    "text",
    ["", "1:2", "1:2:3:4", "a:b:c", "2:1:1", "1:1:1", "0:10:0", "0:10:-1", "0:nan:1", "-1:1:1",
     "0:1:2", "50%:100:10", "0:1000:1", "0:inf:1"],
)  # fmt: skip
def test_what_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text itself is all there is to say
        read_grid(text)


def test_the_total_is_the_lowest_ceiling_over_everything() -> None:
    workspace, _, spec = tiny_inputs(1)
    frame = workspace.budgets.iloc[[0, 0, 0, 0]].reset_index(drop=True)
    frame = frame.assign(
        budget=["a", "b", "c", "d"], amount=[900.0, 700.0, 50.0, 10.0],
        kind=["ceiling", "ceiling", "ceiling", "floor"], account=["", "", "001", ""],
        brand="", product="", first_week=None, last_week=None,
    ).astype({"first_week": "datetime64[ns]", "last_week": "datetime64[ns]"})  # fmt: skip
    workspace = replace(workspace, budgets=frame)
    spec = spec.model_copy(update={"budget_scale": 2.0, "budgets": {"a": 1000.0}})
    purse = purse_of(workspace, spec)
    assert purse.in_force == 1000.0  # b is 1400, a is replaced
    half = purse.at(spec, 500.0)
    assert half.budgets == {"a": 500.0, "b": 700.0, "c": 50.0, "d": 10.0}
    one = purse_of(workspace, spec, "c")
    assert one.at(spec, 5.0).budgets == {"a": 1000.0, "b": 1400.0, "c": 5.0, "d": 20.0}
    without = replace(workspace, budgets=frame[frame["account"] == "001"])
    assert purse_of(without, spec).in_force == 100.0
    with pytest.raises(InputError, match="--budget"):
        purse_of(workspace, spec, "cc")
    with pytest.raises(InputError, match="total budget of 0"):
        purse_of(workspace, spec.model_copy(update={"budget_scale": 0.0, "budgets": {}}))
