"""A plan made by hand, small enough to read, for the screens."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.tiny import tiny_workspace
from workbench.command_line import run
from workbench.plan_view import PlanView

ROOT = Path(__file__).resolve().parents[2]


def make_view(accounts: int = 3, products: int = 2, weeks: int = 52, events: int = 3) -> PlanView:
    mondays = tuple(date(2026, 1, 5) + timedelta(weeks=t) for t in range(weeks))
    blocks = tuple((f"A{a:02d}", f"P{p}") for a in range(accounts) for p in range(products))
    rows = []
    for at, (account, product) in enumerate(blocks):
        for e in range(events):
            start = (3 + 11 * e + at) % (weeks - 3)
            rows.append(
                {
                    "event": f"E{len(rows) + 1:04d}",
                    "account": account,
                    "product": product,
                    "tactic": ("TPR-10", "TPR-20", "FEATURE-20")[(at + e) % 3],
                    "start_week": mondays[start].isoformat(),
                    "weeks": 1 + e % 3,
                    "depth": (0.1, 0.2, 0.2)[(at + e) % 3],
                    "feature": (0.0, 0.0, 1.0)[(at + e) % 3],
                    "display": 0.0,
                    "spend": 1000.0,
                    "incremental_profit": 500.0 + 10 * at,
                    "retailer_incremental_profit": 100.0,
                }
            )
    columns = [
        "event", "account", "product", "tactic", "start_week", "weeks", "depth", "feature",
        "display", "spend", "incremental_profit", "retailer_incremental_profit",
    ]  # fmt: skip
    calendar = pd.DataFrame(rows, columns=columns)
    objective = float(calendar["incremental_profit"].sum()) if rows else 0.0
    return PlanView(
        folder=Path("results/plans/base"),
        plan={
            "scenario": "base",
            "status": "optimal",
            "objective": objective,
            "bound": objective * 1.003,
            "gap": 0.003,
            "verified": True,
            "totals": {
                "incremental_profit": objective,
                "incremental_profit_p10": objective * 0.8,
                "incremental_profit_p90": objective * 1.2,
            },
        },
        calendar=calendar,
        budgets=pd.DataFrame(
            {
                "budget": ["YEAR", "H1"],
                "amount": [10000.0, 5000.0],
                "planned": [9999.5, 1200.0],
                "left": [0.5, 3800.0],
                "spend_p95": [10500.0, 1300.0],
                "marginal_profit": [0.42, 0.0],
            }
        ),
        guardrails=pd.DataFrame(
            {
                "rule": ["slots", "min_gap_weeks"],
                "selection": ["account=A00", "all"],
                "value": [1.0, 3.0],
                "worst": [1.0, 5.0],
                "slack": [0.0, 2.0],
            }
        ),
        pnl=pd.DataFrame(),
        weeks=mondays,
        blocks=blocks,
        account_names={f"A{a:02d}": f"Account number {a}" for a in range(accounts)},
        product_names={f"P{p}": f"Product {p}" for p in range(products)},
        currency="EUR",
    )


@pytest.fixture
def view() -> PlanView:
    return make_view()


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny workspace with a plan in it. For reading: tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("planned") / "tiny"
    _, scenario, _ = tiny_workspace(folder, seed=3, draws=20)
    assert run(["plan", str(folder), "--scenario", str(scenario), "--quiet"]) == 0
    return folder


@pytest.fixture
def copy(planned: Path, tmp_path: Path) -> Path:
    """The planned workspace, to spoil."""
    return Path(shutil.copytree(planned, tmp_path / "copy"))


@pytest.fixture(scope="session")
def few_accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four accounts of the cheese example: enough to estimate in a moment."""
    folder = tmp_path_factory.mktemp("cheese") / "few"
    shutil.copytree(ROOT / "examples" / "cheese", folder, ignore=shutil.ignore_patterns("*.py"))
    accounts = pd.read_csv(folder / "accounts.csv", dtype=str)["account"][:4]
    for name in ("accounts", "sales", "listings", "tactics", "budgets"):
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        frame[frame["account"].isin([*accounts, ""])].to_csv(folder / f"{name}.csv", index=False)
    return folder
