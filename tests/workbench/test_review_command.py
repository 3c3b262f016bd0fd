"""`tradewind review`: files, words in both languages, and the page."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from models.simulator import MarketOptions
from tests.scenarios.review.played import Event, play
from tests.workbench.pages.checked import Checked
from workbench.command_line import run
from workbench.exit_codes import ExitCode

EVENTS = (
    Event(0, 0, "COMPLETA-20", 2, 2),
    Event(1, 1, "COMPLETA-20", 3, 2, "half"),
    Event(0, 1, "OFERTA-20", 8, 2),
)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = MarketOptions(accounts=2, brands=(2,), competitors=1, weeks=60, future=30)
    return play(tmp_path_factory.mktemp("review") / "market", EVENTS, 2, 6, options).folder


def test_files_and_answer_tie(market: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(market), "--plan", "played", "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    with (market / "results" / "review.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [row["status"] for row in table] == ["done", "to_come", "done"]
    assert told["totals"]["events"]["to_come"] == 1
    assert table[1]["planned_units"] == table[1]["roi"] == ""
    for name in ("planned_units", "actual_units", "actual_profit", "incremental_profit"):
        total = sum(float(row[name]) for row in table if row["status"] == "done")
        assert total == pytest.approx(told["totals"][name], abs=0.001)
    causes = [name for name in table[0] if name.startswith("units_") and "_p" not in name[-4:]]
    moved = sum(float(row[name]) for row in table if row["status"] == "done" for name in causes)
    expected = told["totals"]["actual_units"] - told["totals"]["planned_units"]
    assert moved == pytest.approx(expected, abs=0.001)
    assert [event["main_cause"] for event in told["events"]][2] == "depth"
    assert told["events"][1]["roi"] is None


@pytest.mark.parametrize(("lang", "words"), [("en", "Planned against actual"), ("es", "Previsto")])
def test_page_and_screen(
    market: Path, lang: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["review", str(market), "--plan", str(market / "results" / "plans" / "played")]
    assert run([*ask, "--lang", lang]) == ExitCode.DONE
    assert words in capsys.readouterr().out
    text = (market / "results" / "review.html").read_text(encoding="utf-8")
    page = Checked(text)
    assert page.outside == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 6  # units, money and sources, wide and narrow
    assert ">nan" not in text
    assert words in text


def test_nothing_sold_yet(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(copy), "--plan", "tiny", "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert {event["status"] for event in told["events"]} == {"to_come"}
    assert run(["review", str(copy), "--plan", "tiny"]) == ExitCode.DONE
    Checked((copy / "results" / "review.html").read_text(encoding="utf-8"))


def test_what_is_no_plan_is_told(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(copy), "--plan", "nope"]) == ExitCode.BAD_INPUT
    assert "nope" in capsys.readouterr().err
    plan = copy / "results" / "plans" / "tiny"
    weekly = (plan / "weekly.csv").read_text(encoding="utf-8").splitlines()
    (plan / "weekly.csv").write_text("\n".join(weekly[:-1]), encoding="utf-8")
    assert run(["review", str(copy), "--plan", "tiny"]) == ExitCode.BAD_INPUT
    assert "weekly.csv" in capsys.readouterr().err
    (plan / "weekly.csv").write_text("\n".join([weekly[0], "x" + weekly[1]]), encoding="utf-8")
    assert run(["review", str(copy), "--plan", "tiny"]) == ExitCode.BAD_INPUT
    (plan / "weekly.csv").write_text(
        "\n".join(line.replace("2026-", "20x6-") for line in weekly), encoding="utf-8"
    )
    assert run(["review", str(copy), "--plan", "tiny"]) == ExitCode.BAD_INPUT
    assert "YYYY-MM-DD" in capsys.readouterr().err
    shutil.rmtree(plan)
