"""Calendars handed in as tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from optimizer.calendar_table import read_calendar
from tests.optimizer.problems import TACTIC, hand_problem, hand_workspace, monday
from workspace import InputError


def row(product: str, start: int, weeks: object = 1, tactic: str = "half") -> dict[str, object]:
    names = {"account": "A", "product": product, "tactic": tactic}
    return {**names, "start_week": monday(start), "weeks": weeks}


def test_events_come_sorted_and_once(tmp_path: Path) -> None:
    table = pd.DataFrame([row("S", 4), row("S", 1, "2"), row("L", 6), row("S", 4)])
    calendar = read_calendar(hand_problem(tmp_path), hand_workspace(tmp_path), table, "c.csv")
    assert calendar.block.tolist() == [0, 1, 1]
    assert calendar.start.tolist() == [6, 1, 4]
    assert calendar.weeks.tolist() == [1, 2, 1]
    assert calendar.tactic.tolist() == [1, 1, 1]


def test_lengths_may_break_the_terms(tmp_path: Path) -> None:
    table = pd.DataFrame([row("S", 1, 5)])
    calendar = read_calendar(hand_problem(tmp_path), hand_workspace(tmp_path), table, "c.csv")
    assert calendar.weeks.tolist() == [5]


def test_an_empty_table_is_no_promotion(tmp_path: Path) -> None:
    table = pd.DataFrame([row("S", 1)]).iloc[:0]
    calendar = read_calendar(hand_problem(tmp_path), hand_workspace(tmp_path), table, "c.csv")
    assert calendar.block.size == 0


def test_what_cannot_be_valued_is_named(tmp_path: Path) -> None:
    tactics = [TACTIC, {**TACTIC, "tactic": "theirs", "account": "B"}]
    listings = [
        {"account": a, "product": p, "base_price": 5.0, "list_price": 3.0}
        for a, p in ("AS", "BS", "BL")
    ]
    tables = {"tactics": tactics, "listings": listings}
    problem = hand_problem(tmp_path, **tables)
    workspace = hand_workspace(tmp_path, **tables)
    rows = [
        row("L", 1),
        row("S", 1, tactic="theirs"),
        row("S", 7, 2),
        row("S", -1),
        row("S", 2, 2),
        row("S", 3),
        row("Q", 1),
    ]
    with pytest.raises(InputError) as caught:
        read_calendar(problem, workspace, pd.DataFrame(rows), "c.csv")
    assert [(f.row, f.column) for f in caught.value.faults] == [
        (2, "product"),
        (3, "tactic"),
        (4, "start_week"),
        (5, "start_week"),
        (7, "start_week"),
        (8, "product"),
    ]
    assert all(f.file == "c.csv" for f in caught.value.faults)
