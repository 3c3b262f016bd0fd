import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from scenarios import fresh_folder as fresh_folder_module
from workbench import staging
from workbench.interrupt import Interrupted, interruptible, leave, stopping

ROOT = Path(__file__).resolve().parents[2]


def test_returns_what_the_work_returns_and_raises_what_it_raises():
    assert interruptible(lambda _cancelled: 7) == 7
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda _cancelled: 1 // 0)


def test_signals_have_their_old_handlers_afterwards():
    before = signal.getsignal(signal.SIGINT)
    interruptible(lambda _cancelled: None)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_work_that_listens_unwinds(number):
    unwound = []

    def work(cancelled):
        os.kill(os.getpid(), number)
        while not cancelled():
            time.sleep(0.01)
        unwound.append(True)
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stop:
        interruptible(work)
    assert stop.value.code == 128 + number
    assert unwound == [True]


def test_work_that_was_done_before_it_heard_counts():
    def work(_cancelled):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        return "done"

    assert interruptible(work) == "done"


def test_off_the_main_thread_the_work_just_runs():
    box = []
    thread = threading.Thread(target=lambda: box.append(interruptible(lambda c: c())))
    thread.start()
    thread.join()
    assert box == [False]


def test_a_progress_callback_stops_work_that_takes_no_cancelled():
    told = []
    report = stopping(lambda stage, share: told.append((stage, share)), lambda: bool(told))
    report("fit", 0.0)
    with pytest.raises(KeyboardInterrupt):
        report("fit", 0.5)
    assert told == [("fit", 0.0)]


def test_deaf_work_is_abandoned_within_two_seconds_and_its_debris_deleted(tmp_path):
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from scenarios.fresh_folder import fresh_folder
        from workbench.interrupt import Interrupted, interruptible, leave
        from workbench.staging import staged_file
        here = Path(sys.argv[1])
        def work(cancelled):
            with fresh_folder(here / "folder", ()) as half, staged_file(here / "file") as file:
                (half / "a").write_text("half")
                file.write_text("half")
                print("ready", flush=True)
                time.sleep(60)
        try:
            interruptible(work)
        except Interrupted as stop:
            leave(stop.code)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    assert len(list(tmp_path.iterdir())) == 2
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=10) == 130
    assert time.monotonic() - began < 2.0
    assert list(tmp_path.iterdir()) == []


def test_leaving_deletes_what_is_half_written(tmp_path, monkeypatch):
    def end(code):
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(fresh_folder_module, "debris", lambda: (tmp_path / "folder",))
    monkeypatch.setattr(staging, "debris", lambda: (tmp_path / "file",))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_text("half")
    (tmp_path / "file").write_text("half")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as left:
        leave(130)
    signal.signal(signal.SIGINT, before)
    assert left.value.code == 130
    assert list(tmp_path.iterdir()) == []
