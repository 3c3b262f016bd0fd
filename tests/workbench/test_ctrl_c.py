"""Ctrl-C during real work: gone within two seconds, nothing half-written."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cheese(tmp_path):
    folder = tmp_path / "cheese"
    shutil.copytree(ROOT / "examples" / "cheese", folder)
    return folder


@pytest.fixture
def cheeses(cheese):
    """Eight times the accounts of `cheese`: more work than any machine does in a few seconds."""
    for name in ("accounts", "sales"):
        table = pd.read_csv(cheese / f"{name}.csv", dtype=str, keep_default_na=False)
        copies = [table.assign(account=table["account"] + f" {n}") for n in range(8)]
        pd.concat(copies).to_csv(cheese / f"{name}.csv", index=False)
    for name in ("listings", "budgets", "tactics"):
        (cheese / f"{name}.csv").unlink()
    return cheese


def start(arguments):
    """The command in a process group of its own, Python's own start-up done.

    Whoever started the tests may have told them to ignore Ctrl-C (`nohup`, a shell's `&`).
    """
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "print('up', flush=True); from workbench.app import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def interrupted(process, after):
    """Send Ctrl-C to the whole group, as a terminal does; seconds until all of it is gone."""
    time.sleep(after)
    assert process.poll() is None, process.communicate()
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=20)
    while _alive(process.pid) and time.monotonic() - began < 20:
        time.sleep(0.02)
    return time.monotonic() - began


def _alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


# While loading, while estimating or solving: the work is cut wherever it happens to be.
@pytest.mark.parametrize("after", [0.3, 3.0])
@pytest.mark.parametrize(
    ("command", "example"),
    [
        (["plan", "--scenario", "base"], "cheese"),
        (["backtest", "--origins", "40", "--weeks", "1"], "cheeses"),
    ],
)
def test_ctrl_c_ends_the_command_and_leaves_no_debris(command, example, after, request):
    name, *options = command
    cheese = request.getfixturevalue(example)
    before = names(cheese)
    process = start([name, str(cheese), *options])
    took = interrupted(process, after)
    out, err = process.communicate()
    assert process.returncode == 130
    assert took < 2.0
    assert "Traceback" not in err
    assert err.startswith("stopped")
    assert out == ""
    left = [path for path in names(cheese) if path not in before]
    # An estimate that was finished before the signal may stay: it is whole.
    assert [path for path in left if "partial" in path or "plans" in path] == []
    if "results/response" in left:
        assert "results/response/lift.csv" in left


def test_ctrl_c_after_all_is_done_does_not_undo_it():
    script = (
        "import atexit, os, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT));"
        "from workbench.app import main; main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("tradewind")
