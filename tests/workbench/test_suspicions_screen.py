"""Suspicions on the screen and for programs, in both languages; they end no command."""

import json
from pathlib import Path

from models.suspicions import Suspicion
from tests.workbench.test_screens import shown
from tests.workspaces import small_tables, write_workspace
from workbench.command_line import run
from workbench.language import Code, Language
from workbench.screens.suspicions import suspicion_lines, suspicion_rows
from workspace.text import Text

ONE = Suspicion(
    "odd_week", "sales.csv", 7, "units", "A", "P", "2025-01-06",
    Text("base_price {price} is far from the {recent} of the last weeks", price="1", recent="2"),
)  # fmt: skip


def test_places_come_first_and_the_rest_is_counted():
    text = shown(suspicion_lines([ONE, ONE, ONE], Language(Code.ENGLISH), 1))
    assert "sales.csv:7:units: base_price 1 is far from the 2 of the last weeks" in text
    assert "2 more" in text
    assert not list(suspicion_lines([], Language(Code.ENGLISH), 1))


def test_programs_get_every_field_in_the_reader_s_language():
    (row,) = suspicion_rows([ONE], Language(Code.SPANISH))
    assert row["kind"] == "odd_week"
    assert (row["file"], row["row"], row["column"]) == ("sales.csv", 7, "units")
    assert "queda lejos" in str(row["message"])


def test_check_and_fit_tell_them_and_stay_content(tmp_path: Path, capsys):
    tables = small_tables()
    tables["tactics"].loc[0, "depth"] = 0.7
    folder = str(write_workspace(tmp_path / "space", tables))
    for command in ("check", "fit"):
        assert run([command, folder, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["suspicions"]
        assert ("deep_tactic", "tactics.csv", 2, "depth") in [
            (one["kind"], one["file"], one["row"], one["column"]) for one in found
        ]
        assert run([command, folder, "--lang", "es"]) == 0
        assert "tactics.csv:2:depth: una oferta del 70 % dto." in capsys.readouterr().out
