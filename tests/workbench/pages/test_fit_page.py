"""The page that a fit leaves, in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.fit import Fit, FitOptions, fit
from models.trust import Trust
from tests.workbench.pages.checked import Checked
from workbench.command_line import run
from workbench.language import Code, Language
from workbench.pages.fit import fit_page
from workspace.load import load
from workspace.text import Text


@pytest.fixture(scope="module")
def fitted(few_accounts: Path) -> Fit:
    return fit(load(few_accounts), FitOptions(draws=5))


@pytest.mark.parametrize("code", list(Code))
def test_the_page_is_whole_offline_and_escaped(fitted: Fit, code: Code) -> None:
    say = Language(code)
    text = fit_page(fitted, "<b>x</b>", say)
    page = Checked(text)
    assert page.outside == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 8  # four charts, wide and narrow
    assert "<b>" not in text
    assert ">nan" not in text
    assert fit_page(fitted, "<b>x</b>", say) == text
    assert say("Which accounts respond most") in text


def test_doubts_come_first(fitted: Fit) -> None:
    doubted = replace(fitted, trust=Trust((Text("none"),), {}))
    text = fit_page(doubted, "x", Language())
    assert text.index("Do not trust this fit: none") < text.index("<svg")
    assert "Do not trust" not in fit_page(fitted, "x", Language())


def test_without_an_estimate_there_is_what_there_is(fitted: Fit) -> None:
    text = fit_page(replace(fitted, estimate=None, calibration=None), "x", Language())
    assert Checked(text).tags.count("svg") == 2


def test_fit_leaves_it(few_accounts: Path) -> None:
    assert run(["fit", str(few_accounts), "--quiet"]) == 0
    page = few_accounts / "results" / "fit.html"
    Checked(page.read_text(encoding="utf-8"))
