"""What-ifs: each change does what its closed form says, and the verifier finds the same alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.response_files import read_response
from optimizer.spec import Spec
from optimizer.verify.what_if import suppose
from scenarios.answer import Facts
from scenarios.run import run
from scenarios.scenario import read_scenario
from scenarios.verify import verify_folder
from scenarios.what_if.assume import assume
from tests.oracle.tiny import tiny_workspace
from workspace import InputError, load

EVERY = """
  - {change: unit_cost, times: 1.1}
  - {change: list_price, plus: 0.05, account: "001"}
  - {change: handling_cost, set: 0.07, market: north}
  - {change: depth, plus: 0.05, tactic: T0, account: B2}
  - {change: display, set: 1, product: P1}
  - {change: funding_share, times: 0.9}
  - {change: event_fee, plus: 1, account: "001", tactic: T1}
  - {change: elasticity, times: 1.2, brand: X}
  - {change: feature_effect, times: 0.5}
  - {change: display_effect, times: 0, account: "001"}
  - {change: lift, times: 0.9, tactic: T1}
  - {change: dip, times: 1.3}
  - {change: cannibalisation, times: 0.5}
  - {change: rivalry, times: 2}
  - {change: demand, times: 0.9, account: "001"}
"""
LINES = [line.strip()[2:] for line in EVERY.strip().splitlines()]


def scenario(folder: Path, *changes: str) -> Path:
    path = folder / "scenarios" / "w.yaml"
    rows = "".join(f"  - {change}\n" for change in changes)
    path.write_text(f"scenario: w\nextends: tiny\nwhat_if:\n{rows}", encoding="utf-8")
    return path


def facts_of(folder: Path) -> Facts:
    workspace = load(folder, planning=True)
    return Facts(workspace, read_response(folder / "response", workspace))


def under(folder: Path, *changes: str) -> tuple[Facts, Facts, Spec]:
    """The facts, the same under the changes, and the specification."""
    read = read_scenario(scenario(folder, *changes))
    facts = facts_of(folder)
    return facts, assume(facts, read), read.spec


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_workspace(tmp_path_factory.mktemp("tiny") / "ws", 1, draws=3)[0]


def same_facts(one: Facts, other: Facts) -> None:
    for name in ("accounts", "products", "listings"):
        pd.testing.assert_frame_equal(one.workspace.table(name), other.workspace.table(name))
    for name in ("baseline", "lift", "carry", "cross", "rival", "price", "draws"):
        left, right = getattr(one.response, name), getattr(other.response, name)
        pd.testing.assert_frame_equal(left, right, check_exact=False, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(1, 13))
def test_planner_and_verifier_suppose_the_same(seed: int, tmp_path: Path) -> None:
    folder, _, _ = tiny_workspace(tmp_path / "ws", seed, draws=2)
    rng = np.random.default_rng(seed)
    known = load(folder, planning=True)
    lines = [
        line
        for line in LINES
        if ("T1" not in line or "T1" in set(known.tactics["tactic"])) and rng.random() < 0.7
    ]
    rng.shuffle(lines)
    facts, made, spec = under(folder, *lines)
    workspace, response = suppose(facts.workspace, facts.response, spec)
    same_facts(made, Facts(workspace, response))
    pairs = zip(known.listings["account"], known.listings["product"], strict=True)
    for account, product in pairs:
        assert in_force(made, account, product) == in_force(
            Facts(workspace, response), account, product
        )


def in_force(facts: Facts, account: str, product: str) -> dict[str, dict[str, object]]:
    """The terms of every tactic of a pair, found the slow way."""
    products = facts.workspace.products
    brand = products.loc[products["product"] == product, "brand"].item()
    best: dict[str, tuple[tuple[int, ...], dict[str, object]]] = {}
    for row in facts.workspace.tactics.to_dict("records"):
        scope = {"product": product, "account": account, "brand": brand}
        if any(row[name] not in ("", code) for name, code in scope.items()):
            continue
        used = tuple(int(row[name] != "") for name in ("product", "account", "brand"))
        rank = (sum(used), *used)
        if row["tactic"] not in best or rank > best[row["tactic"]][0]:
            terms = {str(k): v for k, v in row.items() if k not in scope}
            best[row["tactic"]] = (rank, terms)
    return {
        name: {k: round(v, 12) if isinstance(v, float) else v for k, v in terms.items()}
        for name, (_, terms) in best.items()
    }


def test_nothing_changes_without_what_ifs(tiny: Path) -> None:
    facts = facts_of(tiny)
    assert assume(facts, read_scenario(tiny / "scenarios" / "tiny.yaml")) is facts


def test_costs_prices_and_demand(tiny: Path) -> None:
    facts, made, _ = under(
        tiny,
        "{change: unit_cost, times: 1.5, product: P1}",
        "{change: list_price, plus: 0.25}",
        '{change: demand, times: 0.9, account: "001"}',
    )
    cost, before = made.workspace.products, facts.workspace.products
    first = (cost["product"] == "P1").to_numpy()
    assert np.allclose(cost["unit_cost"], before["unit_cost"] * np.where(first, 1.5, 1))
    assert np.allclose(
        made.workspace.listings["list_price"], facts.workspace.listings["list_price"] + 0.25
    )
    units, was = made.response.baseline, facts.response.baseline
    hit = (units["account"] == "001").to_numpy()
    assert np.allclose(units["units"], was["units"] * np.where(hit, 0.9, 1.0))
    assert facts.workspace.sha256 == facts_of(tiny).workspace.sha256  # untouched


def structural(folder: Path) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Make the lifts of a workspace exactly 3 x + .25 feature + .35 display, by pair scaled."""
    tactics = [
        ("A", 0.10, 0, 0), ("B", 0.25, 0, 0), ("C", 0.20, 1, 0), ("D", 0.15, 0, 1), ("E", 0.2, 1, 1)
    ]  # fmt: skip
    frame = pd.DataFrame(tactics, columns=["tactic", "depth", "feature", "display"])
    frame = frame.assign(min_weeks=1, max_weeks=1, funding="scan_back", funding_share=0.5)
    frame.to_csv(folder / "tactics.csv", index=False)
    truth, rows = {}, []
    lift = pd.read_csv(folder / "response" / "lift.csv", dtype=str, keep_default_na=False)
    pairs = lift[["account", "product"]].drop_duplicates().itertuples(index=False)
    for i, (account, product) in enumerate(pairs):
        e, f, g = truth[account, product] = (3.0 + 0.2 * i, 0.25 + 0.05 * i, 0.35 - 0.05 * i)
        rows += [
            (account, product, t, -e * np.log1p(-d) + f * feature + g * display, 0.1, 0.2)
            for t, d, feature, display in tactics
        ]
    columns = ["account", "product", "tactic", "log_lift", "pressure", "pull"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "response" / "lift.csv", index=False)
    for name in ("draws", "events"):
        for path in (folder / f"{name}.csv", folder / "response" / f"{name}.csv"):
            path.unlink(missing_ok=True)
    return truth


def test_parts_of_a_lift_are_recovered(tmp_path: Path) -> None:
    folder, _, _ = tiny_workspace(tmp_path / "ws", 1)
    truth = structural(folder)
    expected = {
        "{change: elasticity, times: 1.2}": lambda e, f, g: 0.2 * -e * np.log1p(-0.2),
        "{change: display_effect, times: 0}": lambda e, f, g: -g,
        "{change: feature_effect, times: 0.5}": lambda e, f, g: -0.5 * f,
        "{change: depth, set: 0.3, tactic: E}": lambda e, f, g: -e * np.log(0.7 / 0.8),
        "{change: display, set: 0, tactic: E}": lambda e, f, g: -g,
    }
    for change, formula in expected.items():
        facts, made, _ = under(folder, change)
        moved = (made.response.lift["log_lift"] - facts.response.lift["log_lift"]).to_numpy()
        rows = facts.response.lift
        for at in np.flatnonzero(rows["tactic"] == "E"):
            pair = (rows["account"][at], rows["product"][at])
            assert moved[at] == pytest.approx(formula(*truth[pair]), abs=5e-3), change
        ratio = made.response.lift["log_lift"] / facts.response.lift["log_lift"]
        assert np.allclose(made.response.lift["pressure"], 0.1 * ratio)
        assert np.allclose(made.response.lift["pull"], 0.2 * ratio)


def test_a_what_if_is_planned_and_verified_and_a_forged_one_is_not(
    tiny: Path, tmp_path: Path
) -> None:
    path = scenario(tiny, *LINES)
    found = run(tiny, path, out=tmp_path / "plan")
    plain = run(tiny, tiny / "scenarios" / "tiny.yaml", out=tmp_path / "plain")
    assert found.plan.objective_cents != plain.plan.objective_cents
    assert verify_folder(tmp_path / "plan") == ()
    # The control: the same plan, its scenario without (or with another) what-if.
    scenario(tiny, *LINES[1:])
    assert len(verify_folder(tmp_path / "plan")) > 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{change: unit_cost, times: 2, account: '001'}", "what_if.0.account: found 'account'"),
        ("{change: unit_cost}", "expected one of times, plus, set"),
        ("{change: unit_cost, times: 2, set: 1}", "found times, set"),
        ("{change: elasticity, plus: 1}", "what_if.0.plus: found plus, expected times"),
        ("{change: demand, times: 0}", "what_if.0.times: found 0, expected more than 0"),
        ("{change: depth, set: 1.5}", "what_if.0.set: found 1.5"),
        ("{change: dip, times: -1}", "what_if.0.times: found -1"),
    ],
)
def test_what_makes_no_sense_is_refused(change: str, said: str, tiny: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_scenario(scenario(tiny, change))
    assert said in str(caught.value)


def test_unknown_codes_have_lines(tiny: Path) -> None:
    with pytest.raises(InputError, match=r"w.yaml:4:what_if.0.product: found 'P9'"):
        under(tiny, "{change: unit_cost, times: 2, product: P9}")


def test_figures_stay_within_what_they_are(tiny: Path) -> None:
    _, made, _ = under(tiny, "{change: depth, plus: 0.9}", "{change: unit_cost, plus: -100}")
    assert made.workspace.tactics["depth"].max() <= 0.99
    assert (made.workspace.products["unit_cost"] == 0.0).all()
    assert replace(made.workspace, notes=()).tactics["depth"].min() >= 0.0
