"""`tradewind ledger`: what it shows, answers, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.command_line import run

HEAD = "claim,account,product,start_week,received,amount\n"


@pytest.fixture
def signed(copy: Path) -> Path:
    plan = str(copy / "results/plans/tiny")
    for arguments in (
        ["submit", plan, "--as", "ana"],
        ["approve", plan, "--as", "bo"],
        ["approve", plan, "--as", "cy"],
        ["approve", plan, "--lock", "--as", "cy"],
    ):
        assert run([*arguments, "--quiet"]) == 0
    return copy


def test_screens_and_answers(signed: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    (signed / "claims.csv").write_text(HEAD + "C1,B2,NA,2026-02-16,2026-02-25,10.50\n")
    for width in ("80", "160"):
        monkeypatch.setenv("COLUMNS", width)
        assert run(["ledger", str(signed), "--on", "2026-03-01"]) == 0
        shown = capsys.readouterr().out
        assert "10.50" in shown
        assert "…" not in shown
        assert max(map(len, shown.splitlines())) <= int(width)
    assert run(["ledger", str(signed), "--on", "2026-03-01", "--lang", "es", "--all"]) == 0
    assert "comprometido" in capsys.readouterr().out
    assert run(["ledger", str(signed), "--on", "2026-03-01", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["totals"]["claimed"] == 10.5
    assert said["totals"]["committed"] == said["budgets"][0]["reserved"] > 0
    assert said["over_claims"] == []
    assert len((signed / "results/ledger.csv").read_text().splitlines()) == 1 + len(said["events"])


def test_an_over_claim_is_exit_5_with_its_amount(signed: Path, capsys) -> None:
    (signed / "claims.csv").write_text(HEAD + "C1,B2,NA,2026-02-16,2026-02-25,100000\n")
    assert run(["ledger", str(signed), "--on", "2026-03-01", "--json"]) == 5
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert "claims.csv:2:amount: found a claim C1 of 100000.00" in told.err
    (over,) = said["over_claims"]
    assert f"{said['over_claimed']:.2f} too much" in over["expected"]
    assert run(["ledger", str(signed), "--on", "2026-02-24", "--quiet"]) == 0  # not come yet


def test_claims_are_checked_like_every_table(signed: Path, capsys) -> None:
    (signed / "claims.csv").write_text(HEAD + "C1,ZZ,NA,2026-02-16,2026-02-30,x\n")
    assert run(["check", str(signed), "--quiet"]) == 1
    told = capsys.readouterr().err
    for column in ("account", "received", "amount"):
        assert f"claims.csv:2:{column}: found " in told
    assert run(["ledger", str(signed), "--quiet"]) == 1


def test_an_empty_ledger(copy: Path, capsys) -> None:
    assert run(["ledger", str(copy)]) == 0
    assert "nothing has been submitted" in capsys.readouterr().out
    assert run(["ledger", str(copy), "--on", "tomorrow"]) == 2
