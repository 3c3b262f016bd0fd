"""Failures as exit codes."""

import json

import pytest

from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from workbench.endings import guarded
from workbench.exit_codes import ExitCode
from workbench.interrupt import Interrupted
from workbench.session import Session
from workspace.faults import Fault, InputError
from workspace.text import Text

FAULT = Fault("calendar.csv", 3, "units", "2", "3")


def ending(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError([FAULT]), ExitCode.BAD_INPUT, "calendar.csv:3:units: found 2, expected 3"),
        (Infeasible(Text("no way")), ExitCode.NO_PLAN, "no way"),
        (NothingFound(Text("no time")), ExitCode.STOPPED, "no time"),
        (VerificationFailed("plan", [FAULT]), ExitCode.NOT_VERIFIED, "calendar.csv:3:units"),
        (PermissionError(13, "Permission denied", "/x"), ExitCode.BAD_INPUT, "/x"),
        (Interrupted(2), ExitCode.INTERRUPTED, ""),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, ""),
    ],
)
def test_each_failure_has_its_exit_code(error, code, words, capsys):
    assert guarded(Session(), ending(error)) == code
    out, err = capsys.readouterr()
    assert (out, words in err) == ("", True)
    if not isinstance(error, Interrupted | KeyboardInterrupt):
        assert guarded(Session(as_json=True), ending(error)) == code
        assert json.loads(capsys.readouterr().out)["exit"] == code


def test_what_ends_well_ends_with_0():
    assert guarded(Session(), lambda: None) == 0
    assert guarded(Session(), lambda: ExitCode.STOPPED) == 4


@pytest.mark.parametrize("error", [ZeroDivisionError(), BrokenPipeError()])
def test_defects_of_ours_are_not_hidden(error):
    with pytest.raises(type(error)):
        guarded(Session(), ending(error))
