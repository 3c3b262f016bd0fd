"""Kinds of bad input: each spoils one thing in a good workspace, at a place chosen by a seed.

A corruption edits the CSV workspace in a folder and returns the places (file, row, column) that
faults must name; no other fault is allowed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd

Place = tuple[str, int | None, str | None]
Corruption = Callable[[Path, Random], set[Place]]

KINDS: dict[str, Corruption] = {}


def kind(corruption: Corruption) -> Corruption:
    KINDS[corruption.__name__] = corruption
    return corruption


class Sheet:
    """A CSV file of the workspace as a grid: row 1 is the header, as in an editor."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.csv"
        with self.path.open(newline="", encoding="utf-8") as stream:
            self.grid = list(csv.reader(stream))
        self.file = self.path.name

    @property
    def last(self) -> int:
        return len(self.grid)

    def any_row(self, rng: Random) -> int:
        return rng.randint(2, self.last)

    def rows_where(self, column: str, *values: str) -> list[int]:
        return [row for row in range(2, self.last + 1) if self.get(row, column) in values]

    def at(self, column: str) -> int:
        return self.grid[0].index(column)

    def get(self, row: int, column: str) -> str:
        return self.grid[row - 1][self.at(column)]

    def put(self, row: int, column: str, value: str) -> set[Place]:
        """Write one cell and the file; returns the cell's place."""
        self.grid[row - 1][self.at(column)] = value
        self.save()
        return {(self.file, row, column)}

    def save(self) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.grid)
        self.path.write_text(text.getvalue(), encoding="utf-8")


def cell(name: str, table: str, column: str, *values: str) -> None:
    """A kind that puts one of `values` into a random row of a column."""

    def corruption(folder: Path, rng: Random) -> set[Place]:
        sheet = Sheet(folder, table)
        return sheet.put(sheet.any_row(rng), column, rng.choice(values))

    corruption.__name__ = name
    kind(corruption)


# --- one cell ------------------------------------------------------------------------------

cell("negative_units", "sales", "units", "-1", "-0.5", "-1e3")
cell("price_zero", "sales", "price", "0", "0.0", "-0")
cell("price_negative", "sales", "price", "-2.5")
cell("base_price_zero", "listings", "base_price", "0")
cell("nan_in_sales", "sales", "units", "nan", "NaN", "-nan")
cell("na_in_numbers", "sales", "price", "NA", "n/a", "null", "#N/A", "-")
cell("infinity", "sales", "units", "inf", "-Infinity", "+inf")
cell("overflow", "sales", "units", "1e999", "-1e400")
cell("reads_two_ways", "sales", "units", "1,234", "12,500", "-1,000")
cell("thousands", "budgets", "amount", "1,234.50", "1 234", "1'234", "1.234,50", "1.234.567")
cell("other_decimal_mark", "products", "size", "1,5", "0,25")
cell("number_with_unit", "sales", "price", "2.50 EUR", "€2", "10%", "two", "0x10", "1_000", "1e")
cell("unknown_account", "sales", "account", "12", "ZZZ", "0013", "na")
cell("unknown_product", "sales", "product", "P9", "p1", "P01")
cell("unknown_product_listed", "listings", "product", "P99")
cell("unknown_brand", "tactics", "brand", "Albo", "ALBA")
cell("unknown_account_of_budget", "budgets", "account", "00012")
cell("unknown_tactic", "events", "tactic", "tprr", "flyer")
cell("blank_account", "sales", "account", "", "   ")
cell("blank_week", "sales", "week", "")
cell("blank_units", "sales", "units", "", " ")
cell("blank_brand", "products", "brand", "")
cell("blank_depth", "tactics", "depth", "")
cell("day_that_is_not", "sales", "week", "2025-02-30", "2025-13-01", "2025-00-10")
cell("week_that_is_not", "sales", "week", "2025-W53", "2025-W00", "2025-W54", "2024-W53")
cell("far_year", "sales", "week", "3025-01-06", "0025-01-06", "9999-W01")
cell("foreign_date", "sales", "week", "06/01/2025", "6.1.2025", "20250106", "2025-1-6", "45663")
cell("feature_above_one", "sales", "feature", "1.2", "100")
cell("display_negative", "tactics", "display", "-0.1")
cell("distribution_in_percent", "sales", "distribution", "90")
cell("stockout_two", "sales", "stockout", "2", "0.5", "yes")
cell("own_in_words", "products", "own", "own", "-1")
cell("vat_in_percent", "accounts", "vat_rate", "21", "1")
cell("week_start_in_full", "accounts", "promo_week_start", "MONDAY", "mon", "1")
cell("depth_one", "tactics", "depth", "1", "1.0", "1.5", "20")
cell("depth_negative", "tactics", "depth", "-0.1")
cell("no_weeks", "tactics", "min_weeks", "0", "0.5", "-1")
cell("half_weeks", "events", "weeks", "1.5", "0", "-2")
cell("endless_event", "events", "weeks", "1000000000000")
cell("unknown_funding", "tactics", "funding", "scanback", "SCAN_BACK", "discount")
cell("funding_in_percent", "tactics", "funding_share", "50", "-0.5")
cell("fee_negative", "tactics", "event_fee", "-100")
cell("budget_negative", "budgets", "amount", "-1")
cell("budget_kind", "budgets", "kind", "cieling", "max")
cell("rebate_basis", "rebates", "basis", "sales", "unit")
cell("rebate_rate", "rebates", "rate", "2", "-0.01")
cell("supply_negative", "supply", "units", "-5")
cell("carry_over_above_one", "supply", "carry_over", "1.5")
cell("event_status", "events", "status", "pined", "planned")
cell("control_character", "products", "line", "P\x1b[2J", "P\u200b1", "P\x07")
cell("endless_code", "products", "category", "x" * 300)
cell("claim_of_nothing", "claims", "amount", "0", "-5", "")
cell("claim_in_parts_of_cents", "claims", "amount", "100.005", "99.999")
cell("claim_on_no_day", "claims", "received", "2026-02-30", "2026-W08", "20/02/2026", "")
cell("claim_of_unknown_account", "claims", "account", "12", "Carrefour")
cell("settled_in_words", "claims", "settled", "yes", "-1")
cell("list_price_above_shelf", "listings", "list_price", "3.9", "1e6")


@kind
def min_weeks_above_max(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "tactics")
    row = sheet.any_row(rng)
    sheet.put(row, "min_weeks", str(int(sheet.get(row, "max_weeks")) + rng.randint(1, 5)))
    return {(sheet.file, row, "max_weeks")}


@kind
def settled_above_the_claim(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "claims")
    row = sheet.rows_where("claim", "C-001")[0]
    return sheet.put(row, "settled", rng.choice(["80.01", "1000"]))


@kind
def settled_without_a_day(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "claims")
    sheet.put(sheet.rows_where("claim", "C-002")[0], "settled", "120.5")
    return {(sheet.file, sheet.rows_where("claim", "C-002")[0], "settled_on")}


@kind
def settled_before_it_came(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "claims")
    return sheet.put(sheet.rows_where("claim", "C-001")[0], "settled_on", "2026-02-17")


@kind
def the_same_claim_twice(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "claims")
    return {*sheet.put(3, "claim", sheet.get(2, "claim"))}


@kind
def price_limits_crossed(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "listings")
    row = sheet.any_row(rng)
    sheet.put(row, "min_price", "9")
    return {(sheet.file, row, "max_price")}


@kind
def budget_ends_before_it_starts(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "budgets")
    row = sheet.any_row(rng)
    sheet.put(row, "first_week", "2026-W20")
    return sheet.put(row, "last_week", rng.choice(["2026-W19", "2025-12-31"]))


@kind
def own_product_without_cost(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "products")
    return sheet.put(rng.choice(sheet.rows_where("own", "1")), "unit_cost", "")


@kind
def competitors_product_listed(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "listings")
    return sheet.put(rng.choice(sheet.rows_where("product", "P3")), "product", "R1")


@kind
def same_row_twice(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, rng.choice(["sales", "listings", "tactics", "budgets", "supply"]))
    key = {"sales": "week", "listings": "product", "tactics": "product", "supply": "week"}
    row = sheet.any_row(rng)
    sheet.grid.append(list(sheet.grid[row - 1]))
    sheet.save()
    return {(sheet.file, sheet.last, key.get(sheet.path.stem, "budget"))}


@kind
def same_week_by_another_day(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "sales")
    row = sheet.any_row(rng)
    sheet.grid.append(list(sheet.grid[row - 1]))
    day = pd.Timestamp(sheet.get(row, "week")) + pd.Timedelta(days=rng.randint(1, 6))
    return sheet.put(sheet.last, "week", day.strftime("%Y-%m-%d"))


@kind
def overlapping_events(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "events")
    status = rng.choice(["pinned", "actual"])
    start = rng.choice(["2026-01-26", "2026-02-02", "2026-02-09"])
    sheet.grid.append(["0012", "P1", "tpr", start, "2", status])
    sheet.save()
    late = 3 if start == "2026-01-26" else sheet.last  # the later start is named
    return {(sheet.file, late, "start_week")}


@kind
def pinned_and_forbidden(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "events")
    start = rng.choice(["2026-02-23", "2026-03-02", "2026-03-23"])
    sheet.grid.append(["NA", "P2", "tpr", start, "2", "pinned"])
    sheet.save()
    return {(sheet.file, sheet.last, "status")}


@kind
def pinned_on_unlisted_pair(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "listings")
    row = next(r for r in sheet.rows_where("account", "0012") if sheet.get(r, "product") == "P1")
    del sheet.grid[row - 1]
    sheet.save()
    return {("events.csv", 3, "product")}


# --- the form of a table -------------------------------------------------------------------

ALL = ("accounts", "products", "sales", "listings", "tactics", "budgets", "rebates", "events")
NEEDED = ("accounts", "products", "sales", "listings", "tactics", "budgets")
KEYS = {"accounts": "account", "products": "product", "tactics": "tactic"}


@kind
def column_missing(folder: Path, rng: Random) -> set[Place]:
    table, column = rng.choice(
        [("sales", "price"), ("tactics", "depth"), ("budgets", "amount"), ("products", "category")]
    )
    sheet = Sheet(folder, table)
    at = sheet.at(column)
    sheet.grid = [row[:at] + row[at + 1 :] for row in sheet.grid]
    sheet.save()
    return {(sheet.file, 1, column)}


@kind
def column_misspelt(folder: Path, rng: Random) -> set[Place]:
    table, column, wrong = rng.choice(
        [
            ("sales", "units", "unit"),
            ("sales", "price", "Price"),
            ("tactics", "funding_share", "fundingshare"),
            ("accounts", "vat_rate", "vat_rte"),
            ("listings", "list_price", "list price"),
        ]
    )
    sheet = Sheet(folder, table)
    return sheet.put(1, column, wrong) and {(sheet.file, 1, wrong)}


@kind
def column_unknown(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, rng.choice([name for name in ALL if name != "accounts"]))
    for i, row in enumerate(sheet.grid):
        row.append("remarks" if i == 0 else "")
    sheet.save()
    return {(sheet.file, 1, "remarks")}


@kind
def column_twice(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, rng.choice(ALL))
    at = rng.randrange(len(sheet.grid[0]))
    for row in sheet.grid:
        row.insert(rng.choice([0, len(row)]) if False else len(row), row[at])
    sheet.save()
    return {(sheet.file, 1, sheet.grid[0][at])}


@kind
def column_without_name(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, rng.choice(ALL))
    for i, row in enumerate(sheet.grid):
        row.append("" if i == 0 else "7")
    sheet.save()
    return {(sheet.file, 1, None)}


@kind
def row_too_short(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "sales")
    row = sheet.any_row(rng)
    del sheet.grid[row - 1][rng.randint(1, 9) :]
    sheet.save()
    return {(sheet.file, row, None)}


@kind
def row_too_long(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, rng.choice(ALL))
    row = sheet.any_row(rng)
    sheet.grid[row - 1].extend(["x"] * rng.randint(1, 3))
    sheet.save()
    return {(sheet.file, row, None)}


@kind
def quote_left_open(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "events")
    lines = sheet.path.read_text("utf-8").splitlines(keepends=True)
    row = sheet.any_row(rng)
    lines[row - 1] = '"' + lines[row - 1]
    sheet.path.write_text("".join(lines), "utf-8")
    return {(sheet.file, row, None)}


@kind
def other_separator(folder: Path, rng: Random) -> set[Place]:
    path = folder / "rebates.csv"
    path.write_text(path.read_text("utf-8").replace(",", rng.choice("|:")), "utf-8")
    return {("rebates.csv", 1, None)}


@kind
def file_empty(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(ALL)
    (folder / f"{name}.csv").write_bytes(rng.choice([b"", b"\n\n", b"\xef\xbb\xbf"]))
    return {(f"{name}.csv", None, None)}


@kind
def header_alone(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "budgets")
    del sheet.grid[1:]
    sheet.save()
    return {(sheet.file, None, None)}


@kind
def file_missing(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(NEEDED)
    (folder / f"{name}.csv").unlink()
    return {(f"{name}.csv", None, None)}


@kind
def file_misspelt(folder: Path, rng: Random) -> set[Place]:
    right, wrong = rng.choice(
        [("rebates", "rebate"), ("supply", "suply"), ("events", "Events"), ("rebates", "rebates.")]
    )
    suffix = "txt" if wrong.endswith(".") else "csv"
    wrong = f"{wrong.strip('.')}.{suffix}"
    (folder / f"{right}.csv").rename(folder / wrong)
    return {(wrong, None, None)}


@kind
def file_twice(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(ALL)
    pd.read_csv(folder / f"{name}.csv", dtype=str).to_parquet(folder / f"{name}.parquet")
    return {(f"{name}.parquet", None, None)}


@kind
def folder_in_place_of_file(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(ALL)
    (folder / f"{name}.csv").unlink()
    (folder / f"{name}.csv").mkdir()
    return {(f"{name}.csv", None, None)}


@kind
def binary_file(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(ALL)
    starts = [b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"%PDF-1.7"]
    (folder / f"{name}.csv").write_bytes(rng.choice(starts) + rng.randbytes(200))
    return {(f"{name}.csv", 1, None)}


@kind
def wrong_encoding(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "products")
    row = sheet.any_row(rng)
    sheet.put(row, "name", "Queso añejo")
    sheet.path.write_bytes(sheet.path.read_text("utf-8").encode("latin-1"))
    return {(sheet.file, row, None)}


@kind
def utf16(folder: Path, rng: Random) -> set[Place]:
    path = folder / f"{rng.choice(ALL)}.csv"
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    return {(path.name, 1, None)}


@kind
def nul_byte(folder: Path, rng: Random) -> set[Place]:
    sheet = Sheet(folder, "sales")
    lines = sheet.path.read_bytes().splitlines(keepends=True)
    row = sheet.any_row(rng)
    lines[row - 1] = lines[row - 1].replace(b"P", b"P\0", 1).replace(b"R1", b"R\0", 1)
    sheet.path.write_bytes(b"".join(lines))
    return {(sheet.file, row, None)}


@kind
def broken_parquet(folder: Path, rng: Random) -> set[Place]:
    name = rng.choice(ALL)
    (folder / f"{name}.csv").unlink()
    path = folder / f"{name}.parquet"
    path.write_bytes(rng.choice([b"", b"PAR1", rng.randbytes(500), b"PAR1\0\0\0\0PAR1"]))
    return {(path.name, None, None)}


@kind
def broken_workbook(folder: Path, rng: Random) -> set[Place]:
    path = folder / "workspace.xlsx"
    path.write_bytes(
        rng.choice([b"", b"PK\x03\x04", rng.randbytes(500), b"PK\x05\x06" + bytes(18)])
    )
    return {(path.name, None, None)}


# --- workspace.yaml ------------------------------------------------------------------------


def settings(name: str, line: int | None, key: str | None, *texts: str) -> None:
    """A kind that replaces workspace.yaml by one of `texts`."""

    def corruption(folder: Path, rng: Random) -> set[Place]:
        (folder / "workspace.yaml").write_text(rng.choice(texts), "utf-8")
        return {("workspace.yaml", line, key)}

    corruption.__name__ = name
    kind(corruption)


GOOD = "name: test\ncurrency: EUR\ncountry: ES\n"

settings("settings_empty", None, None, "", "# nothing\n", "\n\n")
settings("settings_no_mapping", 1, None, "- a\n- b\n", "just text\n", "---\n")
settings("settings_broken", 4, None, GOOD + "a: ]\n", GOOD + "x: b: c\n", GOOD + "\tx: 1\n")
settings("settings_bomb", 4, None, GOOD + "a: &a [x]\nb: [*a, *a]\n", GOOD + "b: *a\n")
settings("settings_deep", 4, None, GOOD + "a: " + "[" * 5000, GOOD + "a: " + "{b: " * 5000)
settings("settings_huge", None, None, GOOD + "# " + "x" * 300_000)
settings("settings_key_twice", 4, "name", GOOD + "name: again\n")
settings("settings_unknown_key", 4, "decimals", GOOD + 'decimals: ","\n')
settings("settings_missing_key", 1, "country", "name: test\ncurrency: EUR\n")
settings("settings_currency", 2, "currency", GOOD.replace("EUR", "Euro"), GOOD.replace("EUR", "€"))
settings("settings_country", 3, "country", GOOD.replace("ES", "Spain"), GOOD.replace("ES", "es"))
settings("settings_decimal", 4, "decimal", GOOD + 'decimal: ";"\n', GOOD + "decimal: comma\n")
settings("settings_tag", 4, None, GOOD + "a: !!python/object:os.system {}\n", GOOD + "a: !x 1\n")
settings("settings_two_documents", 4, None, GOOD + "---\nname: b\n")
settings("settings_season", 4, "season.0", GOOD + "season: [fourier-9]\n", GOOD + "season: [x]\n")
settings(
    "settings_history_reversed",
    4,
    "history.to",
    GOOD + "history: {from: 2025-06-02, to: 2025-05-25}\n",
)
settings("settings_history_day", 4, "history.from", GOOD + "history: {from: 2025-06-31}\n")


@kind
def settings_missing(folder: Path, rng: Random) -> set[Place]:
    (folder / "workspace.yaml").unlink()
    return {("workspace.yaml", None, None)}


@kind
def settings_latin1(folder: Path, rng: Random) -> set[Place]:
    (folder / "workspace.yaml").write_bytes(GOOD.replace("test", "ñ").encode("latin-1"))
    return {("workspace.yaml", 1, None)}


@kind
def history_without_sales(folder: Path, rng: Random) -> set[Place]:
    text = GOOD + f"history: {{from: {rng.choice(['2030-01-07', '2026-W01'])}}}\n"
    (folder / "workspace.yaml").write_text(text, "utf-8")
    return {("sales.csv", None, "week")}
