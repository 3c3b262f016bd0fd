"""The truth on disk: to the last bit, refused when broken, and enough to redo the history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.simulator import FORMS, MarketOptions, make_market, read_truth, write_truth
from workspace import InputError

SMALL = MarketOptions(accounts=2, brands=(2, 1), weeks=20, future=10)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_is_read_gives_the_expected_units_to_the_last_bit(form: str, tmp_path: Path) -> None:
    market = make_market(replace(SMALL, form=form, cross_lags=1), 1)
    write_truth(market.truth, tmp_path, 1)
    truth = read_truth(tmp_path)
    assert (truth.form, truth.accounts, truth.products) == (
        form,
        market.truth.accounts,
        market.truth.products,
    )
    np.testing.assert_array_equal(truth.own, market.truth.own)
    np.testing.assert_array_equal(truth.weeks, market.truth.weeks)
    np.testing.assert_array_equal(FORMS[form].units(truth), market.expected)
    written = pd.read_csv(tmp_path / "demand.csv", dtype="str")["expected_units"]
    assert [float(cell) for cell in written] == market.expected.ravel().tolist()


def test_control_a_perturbed_table_gives_other_units(tmp_path: Path) -> None:
    market = make_market(SMALL, 1)
    write_truth(market.truth, tmp_path, 1)
    tastes = pd.read_csv(tmp_path / "tastes.csv")
    tastes["elasticity"] *= 1.01
    tastes.to_csv(tmp_path / "tastes.csv", index=False)
    units = FORMS["log-linear"].units(read_truth(tmp_path))
    assert not np.allclose(units, market.expected, rtol=1e-4)


@pytest.mark.parametrize("damage", ["no folder", "form", "yaml", "column", "row"])
def test_a_broken_truth_is_refused(damage: str, tmp_path: Path) -> None:
    market = make_market(SMALL, 1)
    folder = tmp_path / "truth"
    if damage != "no folder":
        write_truth(market.truth, folder, 1)
    settings, demand = folder / "truth.yaml", folder / "demand.csv"
    if damage == "form":
        settings.write_text(settings.read_text().replace("log-linear", "cubic"))
    elif damage == "yaml":
        settings.write_text("form: [")
    elif damage == "column":
        demand.write_text(demand.read_text().replace("log_base", "log"))
    elif damage == "row":
        demand.write_text("".join(demand.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(InputError, match=r"truth\.yaml, tastes\.csv, demand\.csv"):
        read_truth(folder)
