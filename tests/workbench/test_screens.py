"""The screens of check, fit and backtest on objects made by hand."""

import io
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from models.trust import Trust
from workbench.language import Code, Language
from workbench.screens.backtest import backtest_screen
from workbench.screens.check import check_screen
from workbench.screens.fit import fit_screen
from workbench.screens.parts import bar
from workspace import load
from workspace.faults import Note
from workspace.text import Text

ENGLISH, SPANISH = Language(), Language(Code.SPANISH)
ROOT = Path(__file__).resolve().parents[2]


def shown(renderables, width=80):
    console = Console(width=width, file=io.StringIO(), highlight=False)
    for renderable in renderables:
        console.print(renderable)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def cheese():
    return load(ROOT / "examples" / "cheese")


def test_check_sums_up_notes_and_says_what_planning_needs(cheese):
    notes = tuple(Note("sales.csv", row, "units", Text("none")) for row in range(2, 40))
    from dataclasses import replace

    text = shown(check_screen(replace(cheese, notes=notes), (), ENGLISH))
    assert text.count("sales.csv:") == 21
    assert "sales.csv: and 18 more" in text
    bare = replace(
        cheese,
        tactics=cheese.tactics[:0],
        budgets=cheese.budgets[:0],
        response_folder=Path("response"),
    )
    text = shown(check_screen(bare, (), ENGLISH))
    assert "Planning also needs: tactics, budgets." in text
    assert "A response of your own" in text


def report(**more):
    return {
        "weeks": 5555,
        "series": 88,
        "first_week": "2024-09-16",
        "last_week": "2025-12-29",
        "wape_in_sample": 0.183,
        "elasticity": {"0.1": -3.2, "0.5": -2.1, "0.9": -1.3},
        **more,
    }


def fitted(accounts, found, warnings=(), reasons=()):
    price = pd.DataFrame(
        {
            "account": [f"A{i:02d}" for i in range(accounts)],
            "product": ["P"] * accounts,
            "elasticity": [-3.0 + 0.1 * i for i in range(accounts)],
        }
    )
    return SimpleNamespace(
        report=found,
        response=SimpleNamespace(price=price),
        warnings=warnings,
        suspicions=(),
        decomposition=pd.DataFrame(),
        trust=Trust(reasons, {}),
        outliers=pd.DataFrame(),
        events=pd.DataFrame(),
    )


def test_fit_tells_where_past_lifts_came_from():
    found = fitted(1, report(elasticity={}))
    sources = {"later_weeks": 10.0, "own_products": 20.0, "own_products_later": 0.0}
    found.events = pd.DataFrame([{"gain": 100.0, **sources, "competitors": 30.0, "new": 40.0}])
    text = shown(fit_screen(found, ENGLISH))
    assert "Where the lift of past deals came from" in text
    assert any(line.split()[-1] == "30.0%" for line in text.splitlines() if "competitors" in line)
    assert "new to the shelf" in text


def test_a_fit_that_should_not_be_trusted_says_so_first():
    reasons = (Text("prices hardly ever change: they vary by {share:.1%} in the typical series",
                    share=0.004),)  # fmt: skip
    text = shown(fit_screen(fitted(1, report(elasticity={}), reasons=reasons), ENGLISH))
    first = " ".join(text.split())
    assert first.startswith("Do not trust this fit: prices hardly ever change: they vary by 0.4%")
    spanish = shown(fit_screen(fitted(1, report(elasticity={}), reasons=reasons), SPANISH))
    assert " ".join(spanish.split()).startswith(
        "No confíe en esta estimación: los precios apenas cambian"
    )
    calm = shown(fit_screen(fitted(1, report(elasticity={})), ENGLISH))
    assert calm.strip().startswith("Learned from")


def test_fit_tells_what_units_were_made_of():
    shares = {"base": 70.0, "season": 0.0, "own_price": -2.0, "depth": 25.0, "feature": 4.0}
    rest = dict.fromkeys(["display", "carry_over", "cannibalisation", "rivals"], 0.0)
    found = fitted(1, report(elasticity={}))
    found.decomposition = pd.DataFrame([{"units": 100.0, **shares, **rest, "unexplained": 3.0}])
    text = shown(fit_screen(found, SPANISH))
    assert "De qué se componen las unidades" in text
    lines = [line.split("  ")[0] for line in text.splitlines()]
    assert {"ventas base", "precio propio", "rebajas de precio", "folleto"} <= set(lines)
    assert "estacionalidad" not in lines


def test_fit_shows_the_ends_and_what_to_doubt():
    rows = [{"account": f"A{i:02d}", "product": "P"} for i in range(7)]
    found = report(signs_enforced=rows, little_data=rows[:1])
    text = shown(fit_screen(fitted(12, found, (Text("none"),)), ENGLISH))
    assert "-2.10  typical; 8 in 10 between -3.20 and -1.30" in text
    assert text.index("A00") < text.index("…") < text.index("A11")
    assert "A06" not in text
    assert "- none" in text
    assert "a sign in doubt 7 times: A00, A01, A02, A03, A04, …" in " ".join(text.split())
    assert "1 price elasticity comes mostly from other accounts: A00" in text


def test_fit_with_nothing_to_say():
    text = shown(fit_screen(fitted(1, report(elasticity={})), ENGLISH))
    assert "nothing stands out" in text
    assert "typical" not in text


SUMMARY = {
    "wape": 0.208,
    "bias": 0.005,
    "coverage": {"50": 0.49, "90": 0.91},
    "peers": {"moving_average": {"wape": 0.376, "bias": -0.01}, "new_one": {"wape": float("nan")}},
    "accounts": [{"account": f"A{i}", "wape": 0.1 * i} for i in range(12)],
}


def test_backtest_stands_beside_its_peers():
    text = shown(backtest_screen(SUMMARY, ENGLISH))
    assert "20.8%  +0.5%" in text
    assert "37.6%  -1.0%" in text
    assert "new one" in text
    assert text.index("A11") < text.index("A4")
    assert "A3 " not in text
    assert "20,8\xa0%" in shown(backtest_screen(SUMMARY, SPANISH))


def test_backtest_of_one_account_names_no_hardest():
    one = {**SUMMARY, "accounts": SUMMARY["accounts"][:1], "peers": None}
    assert "Hardest" not in shown(backtest_screen(one, ENGLISH))


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, "░░░░ "), (0.5, "██░░ "), (1.0, "████ "), (1.2, "████►")]
)
def test_bars(share, drawn):
    assert bar(share, 4).plain == drawn
