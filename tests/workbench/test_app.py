import signal
import sys

import pytest

from workbench import app, command_line, interrupt


def test_ends_with_the_exit_code_of_the_command(capsys, monkeypatch):
    for arguments, code in ((["--help"], 0), (["nonsense"], 2)):
        with pytest.raises(SystemExit) as end:
            app.main(arguments)
        assert end.value.code == code
    monkeypatch.setattr(sys, "argv", ["tradewind", "--version"])
    with pytest.raises(SystemExit) as end:
        app.main()
    assert end.value.code == 0


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 0)])
def test_interruptions_while_loading(error, code, monkeypatch, capsys):
    def run(_arguments):
        raise error

    monkeypatch.setattr(command_line, "run", run)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as end:
        app.main([])
    signal.signal(signal.SIGINT, before)
    assert end.value.code == code


def test_stopped_work_ends_the_process_at_once(monkeypatch):
    left = []

    def leave(code):
        left.append(code)
        raise SystemExit(code)

    monkeypatch.setattr(command_line, "run", lambda _arguments: 130)
    monkeypatch.setattr(interrupt, "leave", leave)
    with pytest.raises(SystemExit):
        app.main([])
    assert left == [130]
