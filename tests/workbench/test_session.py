import json

import numpy as np
import pytest

from workbench.session import Session
from workspace.faults import Fault, InputError
from workspace.text import Text


def faults(n):
    return InputError(
        Fault("sales.csv", row, "units", f"'{-row}'", Text("a number, 0 or more"))
        for row in range(2, 2 + n)
    ).faults


def test_faults_go_to_stderr_one_a_line(capsys):
    assert Session().refuse(faults(2)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == ("sales.csv:2:units: found '-2', expected a number, 0 or more")


def test_the_screen_shows_twenty_of_a_file_and_json_all(capsys):
    Session(as_json=True).refuse(faults(33))
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 21
    assert err.splitlines()[-1] == "sales.csv: and 13 more"
    answer = json.loads(out)
    assert answer["exit"] == 1
    assert len(answer["faults"]) == 33
    assert answer["faults"][0] == {
        "file": "sales.csv",
        "row": 2,
        "column": "units",
        "found": "'-2'",
        "expected": "a number, 0 or more",
    }


def test_quiet_silences_results_but_not_faults(capsys):
    session = Session(quiet=True)
    session.show("result")
    session.tell("working")
    session.answer({"a": 1})
    session.complain("fault")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "fault\n")


def test_json_is_one_object_that_any_reader_accepts(capsys):
    Session(as_json=True).answer(
        {"nan": float("nan"), "numpy": np.float64(1.5), "list": [np.int64(2), float("inf")]}
    )
    assert json.loads(capsys.readouterr().out) == {"nan": None, "numpy": 1.5, "list": [2, None]}


@pytest.mark.parametrize("options", [{"as_json": True}, {"quiet": True}, {}])
def test_progress_is_never_drawn_where_nobody_watches(options):
    assert not Session(**options).lively
