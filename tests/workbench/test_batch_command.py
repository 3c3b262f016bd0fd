"""`tradewind batch`: what it shows, answers and returns."""

import json
from pathlib import Path

from scenarios.batch.tally import Tally
from workbench import batch_progress
from workbench.command_line import run
from workbench.exit_codes import ExitCode
from workbench.language import Code, Language
from workbench.session import Session


def test_a_batch_shows_its_runs_and_why_some_have_none(copy, capsys):
    (copy / "scenarios" / "two.yaml").write_text(
        "scenario: two\nextends: tiny\nvary: {budget_scale: [0.9, 1.0]}\n"
    )
    (copy / "scenarios" / "no.yaml").write_text(
        "scenario: no\nextends: tiny\ninclude: {products: [NONE]}\n"
    )
    (copy / "scenarios" / "bad.yaml").write_text("scenario: bad\n")
    for lang, word in (("en", "2 scenarios with a plan"), ("es", "2 escenarios con plan")):
        arguments = ["batch", str(copy), "two", "no", "--workers", "1", "--lang", lang]
        assert run(arguments) == ExitCode.BAD_INPUT
        out, err = capsys.readouterr()
        assert word in out
        assert "no.yaml:3:include.products.0" in out
        assert "%" in out
        assert "Traceback" not in err
    assert run(["batch", str(copy), "two", "bad", "--json"]) == ExitCode.BAD_INPUT
    told = json.loads(capsys.readouterr().out)
    assert [r["scenario"] for r in told["runs"]] == ["two+budget_scale-0.9", "two+budget_scale-1.0"]
    assert told["known"] == 2
    assert told["faults"][0]["file"] == "bad.yaml"
    assert all(r["ending"] == "done" and len(r["plan_sha256"]) == 64 for r in told["runs"])
    assert run(["batch", str(copy), "two", "--quiet"]) == ExitCode.DONE


def test_the_workspace_is_found(tmp_path, monkeypatch):
    from workbench.results import split_workspace

    (tmp_path / "scenarios").mkdir()
    (tmp_path / "workspace.yaml").touch()
    file = tmp_path / "scenarios" / "base.yaml"
    file.touch()
    monkeypatch.chdir(tmp_path.parent)
    assert split_workspace([tmp_path, Path("base")]) == (tmp_path, [Path("base")])
    assert split_workspace([file]) == (tmp_path, [file])
    monkeypatch.chdir(tmp_path)
    assert split_workspace([Path("scenarios/base.yaml")]) == (
        Path(), [Path("scenarios/base.yaml")],
    )  # fmt: skip


def test_how_far_it_is_in_words(capsys):
    tally = Tally(total=1000, known=0, done=100, failed=1)
    tally.started -= 101
    english = batch_progress.sentence(tally, Language())
    assert english == "101 of 1000 scenarios, 1 without a plan, about 15 min left"
    tally.started -= 10_000
    assert "h" in batch_progress.sentence(tally, Language(Code.SPANISH)).split("unos")[1]
    with batch_progress.batch_reporting(Session()) as tell:
        for done in (50, 99, 100, 150, 1000):
            tell.run(Tally(1000, 0, done=done))
        tell.lonely()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[-1] == "no worker on the cluster: waiting until one joins"
