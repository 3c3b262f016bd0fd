from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.workspaces import Format, small_tables, write_workspace
from workspace import InputError, Workspace, load
from workspace.schema import NEEDED, TABLES
from workspace.weeks import mondays

DTYPES = {
    "code": "str",
    "text": "str",
    "choice": "str",
    "number": "float64",
    "whole": "int64",
    "flag": "int64",
    "week": "datetime64[s]",
    "day": "datetime64[s]",
}


def messages(folder: Path, planning: bool = False) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(folder, planning)
    return [str(fault) for fault in caught.value.faults]


def notes(tmp_path: Path, tables: dict[str, pd.DataFrame], **settings: object) -> list[str]:
    return [str(note) for note in load(write_workspace(tmp_path, tables, settings)).notes]


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
def test_frames_are_canonical(tmp_path: Path, format: Format) -> None:
    tables = small_tables()
    workspace = load(write_workspace(tmp_path, tables, format=format), planning=True)
    for name, schema in TABLES.items():
        frame = workspace.table(name)
        assert list(frame.columns)[: len(schema.names)] == list(schema.names)
        assert {c.name: str(frame[c.name].dtype) for c in schema.columns} == {
            c.name: DTYPES[c.kind] for c in schema.columns
        }
        assert isinstance(frame.index, pd.RangeIndex)
        assert len(frame) == len(tables[name])
        key = list(schema.key)
        pd.testing.assert_frame_equal(frame, frame.sort_values(key, ignore_index=True))
    assert list(workspace.accounts.columns)[-1] == "stores"
    assert workspace.accounts["account"].to_list() == ["0012", "NA"]
    assert workspace.products["line"].to_list() == ["slices", "slices", "", ""]
    assert np.isnan(workspace.products["unit_cost"].iloc[3])
    assert workspace.budgets["first_week"].isna().to_list() == [True, False]
    assert str(workspace.budgets["last_week"].iloc[1].date()) == "2026-06-29"
    assert workspace.settings.history_from == date(2025, 1, 6)
    assert workspace.settings.history_to == date(2025, 7, 28)


def test_the_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    tables = small_tables()
    workspace = load(write_workspace(tmp_path, tables))
    merged = workspace.sales.merge(
        tables["sales"].assign(
            week=mondays(tables["sales"]["week"].to_numpy(dtype="datetime64[D]")).astype(
                "datetime64[s]"
            )
        ),
        on=["account", "product", "week"],
    )
    assert len(merged) == len(tables["sales"])
    for name in ("units", "price", "base_price", "feature", "display", "distribution"):
        assert (merged[f"{name}_x"] == merged[f"{name}_y"]).all()


def test_three_tables_suffice_to_look(tmp_path: Path) -> None:
    tables = small_tables()
    folder = write_workspace(tmp_path, {name: tables[name] for name in NEEDED})
    workspace = load(folder)
    assert len(workspace.listings) == 0
    assert list(workspace.events.columns) == list(TABLES["events"].names)
    assert str(workspace.budgets["first_week"].dtype) == "datetime64[s]"
    assert [m.partition(":")[0] for m in messages(folder, planning=True)] == [
        "budgets.csv",
        "listings.csv",
        "tactics.csv",
    ]


def test_rows_lead_back_to_the_file(tmp_path: Path) -> None:
    table = small_tables()["sales"].sample(frac=1, random_state=3)
    folder = write_workspace(tmp_path, {**small_tables(), "sales": table})
    workspace = load(folder)
    lines = (folder / "sales.csv").read_text().splitlines()
    for i in range(0, len(workspace.sales), 17):
        row = workspace.sales.iloc[i]
        line = lines[workspace.row("sales", i) - 1]
        assert line.startswith(f"{row['account']},{row['product']},{row['week'].date()}")
    assert workspace.source("sales") == "sales.csv"
    assert workspace.source("unheard") == "unheard.csv"
    with pytest.raises(KeyError):
        workspace.table("folder")


def test_history_is_what_the_settings_say(tmp_path: Path) -> None:
    said = {"history": {"from": "2025-02-05", "to": "2025-W20"}}
    workspace = load(write_workspace(tmp_path, small_tables(), said))
    weeks = workspace.sales["week"]
    assert weeks.min() == pd.Timestamp("2025-02-03")
    assert weeks.max() == pd.Timestamp("2025-05-12")
    assert workspace.settings.history_from == date(2025, 2, 3)
    outside = 8 * (30 - 15)
    assert [str(note) for note in workspace.notes] == [
        f"sales.csv:2:week: {outside} rows outside the declared history are not used"
    ]


def test_notes_on_sales(tmp_path: Path) -> None:
    tables = small_tables()
    sales = tables["sales"]
    gone = (
        (sales["account"] == "0012")
        & (sales["product"] == "P2")
        & sales["week"].isin(["2025-03-03", "2025-03-10", "2025-05-05"])
    )
    kept = sales[~gone].reset_index(drop=True)
    kept.loc[5, "price"] = 9.0
    found = notes(tmp_path, {**tables, "sales": kept})
    assert found == [
        "sales.csv:7:price: 1 rows with a price above their base price",
        "sales.csv:40:week: 3 weeks are missing in the sales of 0012, P2",
    ]


def test_notes_on_listings_and_selectors(tmp_path: Path) -> None:
    tables = small_tables()
    tables["listings"].loc[0, "min_price"] = 2.5
    tables["listings"].loc[1, "list_price"] = 0.5
    tables["tactics"].loc[2, "brand"] = "Brisa"
    tables["budgets"].loc[1, "product"] = "P3"
    assert notes(tmp_path, tables) == [
        "budgets.csv:3:product: the product is not of the brand beside it: the row selects nothing",
        "listings.csv:2:base_price: the base price is outside min_price and max_price",
        "listings.csv:3:list_price: the invoice price is below the unit cost, 0.65",
        "tactics.csv:4:product: the product is not of the brand beside it: the row selects nothing",
    ]


def test_french_law(tmp_path: Path) -> None:
    tables = small_tables()
    tables["tactics"]["depth"] = [0.34, 0.35, 0.41]
    found = notes(tmp_path / "a", tables, country="FR")
    about_depth = [note for note in found if "deepest lawful cut" in note]
    assert [note.split(":")[1] for note in about_depth] == ["3", "4", "4"]
    assert "the deepest lawful cut for food is 34%" in about_depth[0]
    assert "loi 2025-337" in about_depth[0]
    assert any("below 110% of the invoice price" in note for note in found)
    late = small_tables(first="2028-05-01")
    late["tactics"]["depth"] = [0.34, 0.35, 0.2]
    late["events"] = late["events"].iloc[:0]
    found = notes(tmp_path / "b", late, country="FR")
    assert len(found) == 3
    assert all("check the law, known until 2028-04-15: " in note for note in found)
    assert notes(tmp_path / "c", tables, country="PT") == []


def test_spanish_law_and_selections(tmp_path: Path) -> None:
    tables = small_tables()
    tables["tactics"]["depth"] = [0.1, 0.5, 0.5]
    assert [note.partition(" (")[0] for note in notes(tmp_path, tables)] == [
        "tactics.csv:3:depth: brings 6 listings below 100% of the invoice price",
        "tactics.csv:4:depth: brings 1 listings below 100% of the invoice price",
    ]


def test_strangers_are_noted(tmp_path: Path) -> None:
    write_workspace(tmp_path, small_tables())
    (tmp_path / "weather.csv").write_text("a\n")
    (tmp_path / "sales.txt").write_text("a\n")
    (tmp_path / "README.md").write_text("a\n")
    (tmp_path / "~$workspace.xlsx").write_bytes(b"lock")
    assert [str(note) for note in load(tmp_path).notes] == [
        "weather.csv::: not a table of the workspace: not read"
    ]


def test_sheets_are_looked_at_like_files(tmp_path: Path) -> None:
    tables = small_tables()
    renamed = {("event" if name == "events" else name): table for name, table in tables.items()}
    renamed["notes"] = pd.DataFrame({"a": [1]})
    folder = write_workspace(tmp_path, renamed, format="xlsx")
    assert messages(folder) == [
        "workspace.xlsx[event]::: found the unknown table 'event', expected events.csv,"
        " events.parquet, or a sheet events in workspace.xlsx"
    ]


def test_a_table_in_a_file_and_a_sheet(tmp_path: Path) -> None:
    tables = small_tables()
    write_workspace(tmp_path, {"rebates": tables["rebates"]}, format="xlsx")
    write_workspace(tmp_path, tables)
    assert messages(tmp_path)[0].startswith(
        "workspace.xlsx[rebates]::: found the same table as in rebates.csv"
    )


def test_formats_may_be_mixed(tmp_path: Path) -> None:
    tables = small_tables()
    write_workspace(tmp_path, {"rebates": tables.pop("rebates")}, format="xlsx")
    write_workspace(tmp_path, {"sales": tables.pop("sales")}, format="parquet")
    workspace = load(write_workspace(tmp_path, tables))
    assert workspace.source("rebates") == "workspace.xlsx[rebates]"
    assert workspace.source("sales") == "sales.parquet"
    assert len(workspace.rebates) == 2


def test_excel_turns_codes_into_numbers(tmp_path: Path) -> None:
    tables = small_tables()
    tables["sales"]["account"] = [12 if a == "0012" else a for a in tables["sales"]["account"]]
    found = messages(write_workspace(tmp_path, tables, format="xlsx"))
    assert found[0] == (
        "workspace.xlsx[sales]:2:account: found '12', expected a code of accounts.account,"
        " such as '0012'"
    )


def test_a_folder_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "found no folder" in messages(tmp_path / "nowhere")[0]
    write_workspace(tmp_path, small_tables())

    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", refuse)
        assert "cannot be read (Permission denied)" in messages(tmp_path)[0]
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert all("cannot be read (Permission denied)" in message for message in messages(tmp_path))


def test_the_response_folder_is_found(tmp_path: Path) -> None:
    write_workspace(tmp_path, small_tables())
    assert load(tmp_path).response_folder is None
    (tmp_path / "response").mkdir()
    assert load(tmp_path).response_folder == tmp_path / "response"


def test_a_workspace_without_files_behind_it(tmp_path: Path) -> None:
    workspace = load(write_workspace(tmp_path, small_tables()))
    bare = Workspace(
        tmp_path, workspace.settings, **{name: workspace.table(name) for name in TABLES}
    )
    assert bare.row("sales", 3) == 5
    assert bare.sha256 == workspace.sha256


def test_products_without_costs(tmp_path: Path) -> None:
    tables = small_tables()
    tables["products"] = tables["products"].drop(columns="unit_cost")
    assert messages(write_workspace(tmp_path, tables))[0] == (
        "products.csv:1:unit_cost: found no such column, expected the column unit_cost"
    )


def test_one_slip_in_a_home_table_hides_nothing_else(tmp_path: Path) -> None:
    tables = small_tables()
    tables["accounts"] = tables["accounts"].rename(columns={"account": "acount"})
    tables["sales"].loc[4, "product"] = "P9"
    found = messages(write_workspace(tmp_path, tables))
    assert [message.split(": ")[0] for message in found] == [
        "accounts.csv:1:acount",
        "sales.csv:6:product",
    ]
