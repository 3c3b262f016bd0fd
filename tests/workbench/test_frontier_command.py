"""`tradewind frontier`: files, words in both languages, and the page."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scenarios.frontier.curve import Curve, Point, Tangent
from tests.workbench.pages.checked import Checked
from workbench.command_line import run
from workbench.exit_codes import ExitCode
from workbench.language import Code, Language
from workbench.pages.frontier import frontier_page
from workbench.screens.frontier import headlines


def a_curve(**changes) -> Curve:
    slopes = (2.0, 1.5, 0.5, 0.0)
    points = tuple(
        Point(
            1000.0 * (i + 1), True, 900.0 * (i + 1), 900.0 * (i + 1), 950.0 * (i + 1), 990.0,
            50.0, 70.0, 4, 800.0, 1000.0 * (i + 2), slope,
            Tangent(1000.0 * (i + 1), 950.0 * (i + 1), slope),
        )
        for i, slope in enumerate(slopes)
    )  # fmt: skip
    values = {"scenario": "<b>base</b>", "budget": "", "in_force": 2000.0, "currency": "EUR"}
    return Curve(**{**values, "asked": 0.001, "points": points, **changes})


@pytest.mark.parametrize("code", list(Code))
def test_the_page_is_whole_offline_and_escaped(code):
    text = frontier_page(a_curve(), Language(code))
    page = Checked(text)
    assert page.outside == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 4  # two charts, wide and narrow
    assert "<b>" not in text
    assert "&lt;b&gt;base" in text
    assert ">nan" not in text
    assert frontier_page(a_curve(), Language(code)) == text


def test_headlines_say_where_it_turns():
    say = Language(Code.ENGLISH)
    curve = a_curve()
    assert curve.turning == 2500.0
    assert curve.saturation == 4000.0
    words = list(headlines(curve, say))
    assert "€2,500" in words[0]
    assert "€4,000" in words[1]
    assert "€2,000" in words[2]
    early = list(headlines(a_curve(points=curve.points[2:]), say))
    assert early[0].startswith("Already at €3,000")
    late = list(headlines(a_curve(points=curve.points[:2]), say))
    assert late[0].startswith("Even at €2,000")


def test_files_answer_and_words(copy: Path, capsys):
    ask = ["frontier", str(copy), "--scenario", "tiny", "--budgets", "50%:100%:50%"]
    assert run([*ask, "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    folder = copy / "results" / "frontier" / "tiny"
    with (folder / "frontier.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [float(row["amount"]) for row in table] == [p["amount"] for p in told["points"]]
    assert float(table[-1]["incremental_profit"]) == told["points"][-1]["incremental_profit"]
    Checked((folder / "frontier.html").read_text(encoding="utf-8"))
    assert run([*ask, "--lang", "es", "--out", str(copy / "x")]) == ExitCode.DONE
    assert "presupuesto" in capsys.readouterr().out
    assert (copy / "x" / "frontier.html").is_file()


def test_what_is_no_grid_is_told(copy: Path, capsys):
    ask = ["frontier", str(copy), "--scenario", "tiny", "--budgets"]
    assert run([*ask, "1:2"]) == ExitCode.BAD_COMMAND_LINE
    assert "A:B:STEP" in capsys.readouterr().err
    assert run([*ask, "50%:100%:50%", "--budget", "nope"]) == ExitCode.BAD_INPUT
    assert "--budget" in capsys.readouterr().err
