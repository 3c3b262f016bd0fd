"""A plan's folder as columnar files named by their content, and back again, byte for byte.

Every table becomes one Parquet file whose columns keep the text of the CSV's cells (dictionary
and zstd make them small), so that the folder unpacked is the folder packed. What differs between
two runs of the same question, the time they took, stays outside: `seconds` is kept with the run.
The workbook is left out; `scenarios.store.unpacked` makes it again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.fresh_folder import fresh_folder
from scenarios.store.store import Store

RECORD = "plan.json"
TABLES = ("calendar", "weekly", "budgets", "pnl", "supply", "sop", "guardrails")
MAYBE = ("prices",)  # where base prices are decided too
FILES = (RECORD, *(f"{name}.parquet" for name in TABLES))
EVERY_FILE = (*FILES, *(f"{name}.parquet" for name in MAYBE))
PLANS = "plans"


@dataclass(frozen=True)
class Packed:
    """A plan's folder in memory: `files` by name, the `sha256` that names it, its `record`."""

    sha256: str
    files: Mapping[str, bytes]
    record: Mapping[str, object]
    seconds: float


def pack(folder: Path) -> Packed:
    """A plan's folder (contract section 6) as columnar files. Its workbook is left out."""
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    seconds = float(record.pop("seconds"))
    files = {RECORD: _record_bytes(record)}
    digest = hashlib.sha256()
    digest.update(_canonical(record))
    for name in (*TABLES, *_there(folder, "csv")):
        content = (folder / f"{name}.csv").read_bytes()
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
        files[f"{name}.parquet"] = _columns(content)
    return Packed(digest.hexdigest(), files, record, seconds)


def plan_sha256(folder: Path) -> str:
    """The hash that names a plan: of all its files, times and paths to the inputs apart."""
    return pack(folder).sha256


def _there(folder: Path, kind: str) -> list[str]:
    """The tables that only some plans have, of those that this one has."""
    return [name for name in MAYBE if (folder / f"{name}.{kind}").is_file()]


def _canonical(record: Mapping[str, object]) -> bytes:
    # Where a folder lies is not what it says: the same plan elsewhere has the same hash.
    places = ("workspace", "scenario_file", "response", "seconds")
    said = {key: value for key, value in record.items() if key not in places}
    return json.dumps(said, sort_keys=True, ensure_ascii=True).encode()


def _record_bytes(record: Mapping[str, object]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _columns(content: bytes) -> bytes:
    """A CSV as Parquet: the same cells as text."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    table = pa.table(
        [pa.array(list(cells), type=pa.string()) for cells in columns], names=list(header)
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", write_statistics=False)
    return out.getvalue()


def _csv(table: pa.Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return out.getvalue().encode("utf-8")


def place(store: Store, sha256: str) -> Path:
    """Where the columnar files of a plan are."""
    return store.folder / PLANS / sha256[:2] / sha256


def keep(store: Store, packed: Packed) -> int:
    """Write a plan's files, whole or not at all; returns their bytes. The same plan: once."""
    target = place(store, packed.sha256)
    if not intact(store, packed.sha256, tuple(packed.files)):
        shutil.rmtree(target, ignore_errors=True)
        with fresh_folder(target, EVERY_FILE) as folder:
            for name, content in packed.files.items():
                with (folder / name).open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
    return sum(len(content) for content in packed.files.values())


def intact(store: Store, sha256: str, files: tuple[str, ...] = FILES) -> bool:
    """Whether all files of a plan, those that every plan has, are there and not empty."""
    target = place(store, sha256)
    try:
        return all((target / name).stat().st_size > 0 for name in files)
    except OSError:
        return False


def record(store: Store, sha256: str) -> dict[str, object]:
    """What plan.json says, `seconds` apart."""
    found: dict[str, object] = json.loads(
        (place(store, sha256) / RECORD).read_text(encoding="utf-8")
    )
    return found


def frame(store: Store, sha256: str, table: str) -> pd.DataFrame:
    """A table of a plan, every cell text as in the CSV ("" where blank)."""
    read: pd.DataFrame = pq.read_table(place(store, sha256) / f"{table}.parquet").to_pandas()
    return read


def unpack(store: Store, sha256: str, seconds: float, folder: Path) -> None:
    """Write the record and the tables of a plan into `folder` as they were before it was packed."""
    said = record(store, sha256)
    ordered: dict[str, object] = {}
    for key, value in said.items():  # `seconds` stands where the writer of plans puts it
        if key == "versions":
            ordered["seconds"] = seconds
        ordered[key] = value
    (folder / RECORD).write_bytes(_record_bytes(ordered))
    for name in (*TABLES, *_there(place(store, sha256), "parquet")):
        table = pq.read_table(place(store, sha256) / f"{name}.parquet")
        (folder / f"{name}.csv").write_bytes(_csv(table))
