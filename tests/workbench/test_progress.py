import io
import sys

from workbench.progress import reporting
from workbench.session import Session


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_per_stage_where_somebody_watches(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with reporting(Session()) as report:
        report("load", 0.0)
        report("solve", 0.5)
        report("solve", 2.0)
        report("own stage", 0.1)
    drawn = terminal.getvalue()
    assert "reading the workspace" in drawn
    assert "own stage" in drawn


def test_silence_elsewhere(capsys):
    with reporting(Session()) as report:
        report("load", 0.0)
    assert capsys.readouterr() == ("", "")
