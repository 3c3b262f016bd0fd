"""The cheese example: loads cleanly, keeps its notice, and comes out of its script again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from examples.build_cheese import FIRST_WEEK, build, code_of
from workspace import Workspace, load

FOLDER = Path(__file__).parents[2] / "examples" / "cheese"


@pytest.fixture(scope="module")
def cheese() -> Workspace:
    return load(FOLDER, planning=True)


def raw_table(folder: Path) -> pd.DataFrame:
    """The raw table again, from the workspace: prices and units are copied unchanged."""
    accounts = pd.read_csv(folder / "accounts.csv", keep_default_na=False)
    sales = pd.read_csv(folder / "sales.csv", dtype={"price": "str", "display": "str"})
    raw = sales.merge(accounts[["account", "name", "market", "chain"]], on="account")
    raw["week_index"] = raw.groupby("account").cumcount() + 1
    columns = ["name", "market", "chain", "week_index", "units", "price", "display"]
    names = {"name": "account", "units": "volume", "display": "display_acv"}
    return raw[columns].rename(columns=names)


def test_it_loads_without_a_fault_or_a_note(cheese: Workspace) -> None:
    assert cheese.notes == ()
    assert cheese.settings.currency == "USD"
    assert len(cheese.accounts) == cheese.accounts["name"].nunique() == 88
    assert len(cheese.sales) == 5555
    assert set(cheese.sales.groupby("account").size().value_counts().items()) == {
        (61, 59),
        (68, 28),
        (52, 1),
    }


def test_the_late_account_starts_in_block_13_and_the_plan_after_the_last_week(
    cheese: Workspace,
) -> None:
    first = cheese.sales.groupby("account")["week"].min()
    late = first[first > FIRST_WEEK]
    assert list(late.index) == [code_of("DALLAS/FT. WORTH - WINN DIXIE")]
    assert (late.iloc[0] - FIRST_WEEK).days == 12 * 7
    scenario = yaml.safe_load((FOLDER / "scenarios" / "base.yaml").read_text())
    after = cheese.sales["week"].max() + pd.Timedelta(weeks=1)
    assert pd.Timestamp(scenario["horizon"]["first_week"]) == after
    rules = {guardrail["rule"] for guardrail in scenario["guardrails"]}
    assert {"slots", "min_gap_weeks", "retailer_margin_floor", "max_events"} <= rules


def test_assumed_money_is_as_plausible_as_the_readme_says(cheese: Workspace) -> None:
    listings = cheese.listings.set_index("account")
    front = 1 - listings["list_price"] / listings["base_price"]
    assert front.between(0.195, 0.305).all()
    cost = float(cheese.products["unit_cost"].iloc[0])
    margin = 1 - cost / listings["list_price"]
    units = cheese.sales.groupby("account")["units"].sum()
    invoiced = listings["list_price"] * units
    assert (margin * invoiced).sum() / invoiced.sum() == pytest.approx(0.39, abs=0.005)
    assert (margin.min(), margin.max()) == (
        pytest.approx(0.24, abs=0.005),
        pytest.approx(0.56, abs=0.005),
    )


def test_the_notice_stays_with_the_data() -> None:
    notice = (FOLDER / "README.md").read_text(encoding="utf-8")
    for words in ("GNU General Public", "Boatwright, McCulloch and Rossi (1999)", "ASSUMED"):
        assert words in notice
    licence = (FOLDER / "COPYING").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_the_script_builds_every_table_again(tmp_path: Path) -> None:
    raw = raw_table(FOLDER)
    raw.to_csv(tmp_path / "raw.csv", index=False)
    out = tmp_path / "out"
    out.mkdir()
    build(tmp_path / "raw.csv", out)
    built = sorted(path.name for path in out.iterdir())
    assert built == sorted(path.name for path in FOLDER.glob("*.csv"))
    for name in built:
        assert (out / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_control_another_price_gives_other_tables(tmp_path: Path) -> None:
    raw = raw_table(FOLDER)
    raw["price"] = raw["price"].astype(np.float64) * 1.1
    raw.to_csv(tmp_path / "raw.csv", index=False)
    build(tmp_path / "raw.csv", tmp_path)
    changed = (tmp_path / "listings.csv").read_bytes()
    assert changed != (FOLDER / "listings.csv").read_bytes()
