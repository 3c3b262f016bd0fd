"""What the documentation says exists and is current."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from workbench.command_line import command_line, run

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )
}


def help_block(capsys) -> str:
    assert run(["--help"]) == 0
    return "```\n" + capsys.readouterr().out + "```\n"


def commands(text):
    """Every line of a shell block that starts with `tradewind`, without its remark."""
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("tradewind "):
                yield shlex.split(line.split("  #")[0])[1:]


def test_the_help_shown_is_the_help_there_is(capsys):
    shown = README.split("<!-- help: begin -->\n")[1].split("<!-- help: end -->")[0]
    assert shown == help_block(capsys)


@pytest.mark.parametrize("arguments", list(commands(README)), ids=" ".join)
def test_commands_shown_have_a_command_line_that_parses(arguments):
    import typer

    group = typer.main.get_command(command_line())
    context = group.make_context("tradewind", list(arguments), resilient_parsing=False)
    name, command, rest = group.resolve_command(context, list(arguments))
    command.make_context(name, rest, parent=context)


def test_enough_commands_are_shown():
    assert {arguments[0] for arguments in commands(README)} == {
        "new", "check", "fit", "backtest", "plan", "verify", "evaluate", "why", "batch", "compare",
        "frontier", "review", "submit", "approve", "reject", "status", "audit", "ledger",
        "handover",
    }  # fmt: skip


def tasks():
    listing = subprocess.run(["./run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  ([a-z]+) ", listing, flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_tasks_mentioned_exist(page):
    assert set(re.findall(r"\./run ([a-z]+)", PAGES[page])) <= tasks()


def test_run_lists_what_it_does_and_does_what_it_lists():
    script = (ROOT / "run").read_text(encoding="utf-8")
    cases = script.split("case $task in")[1]
    assert {
        name for name in tasks() if not re.search(rf"^    {name}\)", cases, re.MULTILINE)
    } == set()


def test_an_unknown_task_ends_with_2():
    done = subprocess.run(["./run", "frobnicate"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no task called frobnicate" in done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_somewhere(page):
    folder = ROOT if (ROOT / page).exists() else ROOT / "docs"
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGES[page]):
        assert (folder / target).exists(), target


def test_every_dependency_is_justified():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[\[>=<]", line)[0].lower() for line in project["dependencies"]}
    table = README.split("## Dependencies")[1].split("\n\n")[0]
    listed = {line.split("|")[1].strip().lower() for line in table.splitlines()[3:] if "|" in line}
    assert listed == needed


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_name_no_host(name):
    lock = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in lock.splitlines() if re.match(r"^[a-z0-9._-]+==", line)]
    assert len(pins) > 20
    assert all(line.endswith("\\") for line in pins)
    assert "://" not in lock
    assert lock.count("--hash=sha256:") >= len(pins)
