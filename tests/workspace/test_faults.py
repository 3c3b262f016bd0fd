from __future__ import annotations

import pickle

import numpy as np

from workspace import Fault, InputError, Note, Text
from workspace.faults import KEPT_PER_COLUMN, Findings


def test_a_fault_reads_as_the_contract_says() -> None:
    fault = Fault("sales.csv", 7, "units", Text("{n}", n=-1), "at least 0")
    assert str(fault) == "sales.csv:7:units: found -1, expected at least 0"
    assert str(Fault("a.csv", None, "b", "x", "y")) == "a.csv::b: found x, expected y"
    assert str(Fault("a.csv", None, None, "x", "y")) == "a.csv::: found x, expected y"
    assert str(Note("a.csv", 2, None, Text("look"))) == "a.csv:2:: look"


def test_faults_are_sorted_and_said_once() -> None:
    faults = [
        Fault("b.csv", 2, "x", "1", "2"),
        Fault("a.csv", 10, "x", "1", "2"),
        Fault("a.csv", 9, "y", "1", "2"),
        Fault("a.csv", 9, "x", "1", "2"),
        Fault("a.csv", None, "z", "1", "2"),
        Fault("a.csv", 9, "x", "1", "2"),
    ]
    error = InputError(faults)
    places = [(f.file, f.row, f.column) for f in error.faults]
    assert places == [
        ("a.csv", None, "z"),
        ("a.csv", 9, "x"),
        ("a.csv", 9, "y"),
        ("a.csv", 10, "x"),
        ("b.csv", 2, "x"),
    ]
    assert str(error).count("\n") == 4
    assert pickle.loads(pickle.dumps(error)).faults == error.faults


def test_a_million_faults_are_counted_not_kept() -> None:
    findings = Findings()
    rows = np.arange(2, 1_000_002)
    findings.fault_rows("a.csv", "x", rows, lambda i: f"{i}", lambda i: "y")
    findings.fault_rows("a.csv", "x", rows[:5], lambda i: f"{i}", "y")
    findings.fault("a.csv", 3, "w", "one", "none")
    for row in range(KEPT_PER_COLUMN + 10):
        findings.note("a.csv", row, "x", Text("n"))
        findings.fault("b.csv", row, None, "one", "none")
    assert len(findings.faults) == 2 * (KEPT_PER_COLUMN + 1) + 1
    shown = [str(fault) for fault in findings.faults]
    more = 1_000_005 - KEPT_PER_COLUMN
    assert f"a.csv::x: found {more} more faults of this kind, expected none" in shown
    assert len(findings.notes) == KEPT_PER_COLUMN + 1
    assert str(findings.notes[0]) == "a.csv::x: 10 more notes"
