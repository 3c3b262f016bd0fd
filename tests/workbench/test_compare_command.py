"""`tradewind compare`: files, words in both languages, endings, and the page."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.scenarios.comparison import books
from tests.scenarios.comparison.conftest import planned
from tests.workbench.pages.checked import Checked
from workbench.command_line import run
from workbench.exit_codes import ExitCode


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A workspace with plans in folders and in a store, to spoil."""
    plans = planned(tmp_path_factory.getbasetemp() / "plans" / "tiny")
    return Path(shutil.copytree(plans, tmp_path / "tiny"))


def test_files_answer_and_words(own, tmp_path, capsys):
    assert run(["compare", str(own), "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    folder = own / "results" / "compare"
    rows = books.table(folder / "compare.csv")
    assert [row["scenario"] for row in rows] == [one["scenario"] for one in told["scenarios"]]
    for row, one in zip(rows, told["scenarios"], strict=True):
        assert float(row["incremental_profit"]) == one["incremental_profit"]
        assert (row["proven"] or None) == one["proven"]
    assert [one["scenario"] for one in told["missing"]] == ["later"]
    assert told["base"] == rows[0]["base"]
    out = tmp_path / "es"
    ask = ["compare", str(own), "tiny", "costs", "--lang", "es", "--out", str(out)]
    assert run(ask) == ExitCode.DONE
    words = capsys.readouterr().out
    assert "escenarios frente a frente" in words
    assert "frente" in (out / "compare.html").read_text(encoding="utf-8")
    assert run(["compare", str(own), "tiny", "calm", "--quiet"]) == ExitCode.DONE
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_is_whole_offline_escaped_and_the_same_again(own, tmp_path, lang):
    (own / "workspace.yaml").write_text("name: <b>tiny\ncurrency: EUR\ncountry: ES\n")
    for name in ("tiny", "calm"):
        file = f"scenarios/{name}.yaml"
        assert run(["plan", str(own), "--scenario", file, "--quiet"]) == ExitCode.DONE
    pages = []
    for place in ("one", "two"):
        out = tmp_path / place
        ask = ["compare", str(own), "--quiet", "--lang", lang, "--out", str(out)]
        assert run(ask) == ExitCode.DONE
        pages.append((out / "compare.html").read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    page = Checked(pages[0])
    assert page.outside == []
    assert "script" not in page.tags
    assert "<b>" not in pages[0]
    assert "&lt;b&gt;tiny" in pages[0]
    assert ">nan" not in pages[0].lower()


def test_what_is_missing_by_name_ends_with_1_after_the_rest_is_compared(own, capsys):
    assert run(["compare", str(own), "tiny", "calm", "later", "tihgt"]) == ExitCode.BAD_INPUT
    out, err = capsys.readouterr()
    assert "2 scenarios side by side" in out
    assert "later: it has not been planned yet" in err
    assert "tihgt::: found nothing of that name" in err
    assert f"tradewind batch {own} later" in " ".join(out.split())


def test_one_plan_is_no_comparison(own, capsys):
    assert run(["compare", str(own), "tiny", "later"]) == ExitCode.BAD_INPUT
    assert "1 plan to compare; at least 2 needed" in capsys.readouterr().err
    assert not (own / "results" / "compare").exists()
    assert run(["compare", str(own), "tiny", "calm", "--base", "x"]) == ExitCode.BAD_INPUT
    assert "--base" in capsys.readouterr().err


def test_a_plan_that_does_not_verify_ends_with_5(own, capsys):
    calendar = own / "results" / "plans" / "calm" / "calendar.csv"
    calendar.write_text(calendar.read_text().replace("E0001", "E1001"))
    assert run(["compare", str(own)]) == ExitCode.NOT_VERIFIED
    out, err = capsys.readouterr()
    assert "calm: not verified, and so not compared" in err
    assert "calm" not in out


def test_no_workspace_is_told(tmp_path, capsys):
    assert run(["compare", str(tmp_path)]) == ExitCode.BAD_INPUT
    assert "Traceback" not in capsys.readouterr().err


def test_a_tornado_in_all_its_forms(own, tmp_path, capsys):
    ask = ["compare", str(own), "tiny", "--tornado", "tiny"]
    assert run([*ask, "--swing", "unit_cost=0.5:1.5", "--json"]) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)["tornado"]
    rows = books.table(own / "results" / "compare" / "tornado.csv")
    assert [one["driver"] for one in told["drivers"]] == [row["driver"] for row in rows[::2]]
    assert float(rows[0]["incremental_profit"]) == told["drivers"][0]["low"]["incremental_profit"]
    page = (own / "results" / "compare" / "compare.html").read_text(encoding="utf-8")
    assert Checked(page).outside == []
    assert "What moves the profit of tiny" in page
    assert run([*ask, "--lang", "es", "--out", str(tmp_path / "es")]) == ExitCode.DONE
    assert "Qué mueve el beneficio de tiny" in capsys.readouterr().out


def test_a_wrong_tornado_is_told(own, capsys):
    ask = ["compare", str(own), "tiny", "calm"]
    assert run([*ask, "--swing", "lift=0.9:1.1"]) == ExitCode.BAD_COMMAND_LINE
    assert "--swing: only together with --tornado" in capsys.readouterr().err
    assert run([*ask, "--reoptimise"]) == ExitCode.BAD_COMMAND_LINE
    assert run([*ask, "--tornado", "tiny", "--swing", "x"]) == ExitCode.BAD_COMMAND_LINE
    assert "--swing: expected DRIVER=LOW:HIGH" in capsys.readouterr().err
    assert run([*ask, "--tornado", "tihgt"]) == ExitCode.BAD_INPUT
    assert "--tornado" in capsys.readouterr().err


def everything_written(folder: Path) -> str:
    """All text of all files, workbooks unpacked."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                texts = [parts.read(name).decode("utf-8") for name in parts.namelist()]
            # A cell's own address may look like an account's code.
            found += [re.sub(r' (r|ref|sqref)="[^"]*"', "", text) for text in texts]
        else:
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


def test_nothing_of_other_accounts_is_in_any_file(own, capsys):
    with (own / "budgets.csv").open("a", encoding="utf-8") as stream:
        head = (own / "budgets.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        for account in ("001", "B2"):
            row = {"budget": f"of {account}", "amount": "900", "account": account}
            stream.write(",".join(row.get(name, "") for name in head) + "\n")
    one = "extends: tiny\nguardrails: []\ninclude: {accounts: ['001']}\n"
    two = (
        "extends: one\nguardrails:\n  - {rule: max_events, value: 1, account: B2}\n"
        "what_if:\n  - {change: demand, times: 0.9, account: B2}\n"
        "  - {change: demand, times: 1.1, account: '001'}\n"
    )
    for name, text in (("one", one), ("two", two)):
        file = own / "scenarios" / f"{name}.yaml"
        file.write_text(f"scenario: {name}\n{text}", encoding="utf-8")
        assert run(["plan", str(own), "--scenario", name, "--quiet"]) == ExitCode.DONE
    assert run(["compare", str(own), "one", "two", "--tornado", "one"]) == ExitCode.DONE
    text = capsys.readouterr().out + everything_written(own / "results" / "compare")
    assert "of 001" in text
    assert "demand [account=001]" in text
    assert "B2" not in text
    for ask in (["plan", str(own), "--scenario", "tiny"], ["compare", str(own), "one", "tiny"]):
        assert run([*ask, "--quiet"]) == ExitCode.DONE
    assert "B2" in everything_written(own / "results" / "compare")  # the control
