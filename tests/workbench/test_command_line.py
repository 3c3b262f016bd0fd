"""The command line as a person meets it: help, complaints, exit codes, speed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.command_line import COMMANDS, run
from workbench.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[2]
NAMES = [command.__name__ for command, _ in COMMANDS]
# Commands of later issues: not offered, not stubbed.
LATER = ["negotiate", "dossier", "serve"]


def test_the_commands_are_those_of_the_contract():
    assert NAMES == [
        "new", "check", "fit", "backtest", "plan", "evaluate", "verify", "why", "batch",
        "compare", "frontier", "review", "submit", "approve", "reject", "status", "audit",
        "ledger", "handover",
    ]  # fmt: skip


def test_help_lists_every_command(capsys):
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in NAMES)


def test_no_arguments_show_help(capsys):
    assert run([]) == 0
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_command_has_help_with_the_common_options(name, language, capsys):
    assert run([name, "--lang", language, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith({"en": "usage: ", "es": "uso: "}[language] + f"tradewind {name} ")
    for option in ("--json", "--quiet", "--lang", "--help"):
        assert f"\n  {option} " in out
    assert ("Language: English or Spanish" in out) == (language == "en")
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("name", LATER)
def test_commands_of_later_issues_are_not_offered(name, capsys):
    assert run([name]) == ExitCode.BAD_COMMAND_LINE
    assert f"there is no command '{name}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["paln"], "there is no command 'paln' ('plan'?)"),
        (["plan"], "--scenario is missing"),
        (["evaluate", "--scenario", "x.yaml"], "--calendar is missing"),
        (["verify"], "PLANDIR is missing"),
        (["plan", "--scenari", "x"], "there is no option --scenari (--scenario?)"),
        (["check", "--frobnicate"], "there is no option --frobnicate"),
        (["check", "--lang", "fr"], "--lang: expected one of en, es"),
        (["backtest", "--weeks", "many"], "--weeks: expected a whole number, 1 or more"),
        (["backtest", "--weeks", "0"], "--weeks: expected a whole number, 1 or more"),
        (["new", "somewhere", "--example", "chees"], "found 'chees', expected one of cheese"),
        (["check", "a", "b"], "unexpected"),
        (["--quiet"], "there is no option --quiet"),
    ],
)
def test_a_wrong_command_line_is_told_and_ends_with_2(
    arguments, complaint, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == ExitCode.BAD_COMMAND_LINE
    out, err = capsys.readouterr()
    assert complaint in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_complaints_are_in_the_language_asked_for(capsys):
    assert run(["plan", "--lang", "es"]) == 2
    assert "falta --scenario" in capsys.readouterr().err


def test_version(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tradewind ")


def test_help_comes_up_in_half_a_second():
    command = [sys.executable, "-m", "workbench", "--help"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


def test_help_loads_none_of_the_floors_below():
    script = (
        "import sys; from workbench.command_line import run; run(['--help']);"
        "heavy = {'pandas', 'numba', 'pydantic', 'pyomo', 'rich'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_who_leaves_is_no_error():
    done = subprocess.run(
        f"'{sys.executable}' -m workbench --help | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


@pytest.mark.parametrize(("language", "word"), [("en", "stopped"), ("es", "detenido")])
def test_an_interruption_anywhere_is_told_once(language, word, monkeypatch, capsys):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.commands.check.Session", interrupt)
    assert run(["check", "--lang", language]) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err.startswith(word)
