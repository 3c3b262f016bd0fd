from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workspace.cells import RawTable
from workspace.faults import Findings
from workspace.readers import parquet_file
from workspace.readers.parquet_file import read_parquet


def read(path: Path) -> tuple[RawTable | None, list[str]]:
    findings = Findings()
    return read_parquet(path, findings), [str(fault) for fault in findings.faults]


def written(tmp_path: Path, table: pa.Table) -> Path:
    pq.write_table(table, tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_plain_types(tmp_path: Path) -> None:
    day = datetime(2025, 1, 8)
    table = pa.table(
        {
            "text": pa.array([" a ", "", None]),
            "large": pa.array(["a", "b", None], pa.large_string()),
            "coded": pa.array(["a", None, "a"]).dictionary_encode(),
            "int": pa.array([1, None, -(2**62)], pa.int64()),
            "small": pa.array([1, None, 3], pa.uint8()),
            "huge": pa.array([2**64 - 1, None, 3], pa.uint64()),
            "float": pa.array([1.5, None, float("nan")]),
            "single": pa.array([1.5, None, 2.5], pa.float32()),
            "exact": pa.array([Decimal("1.25"), None, Decimal("2")], pa.decimal128(9, 2)),
            "bool": pa.array([True, None, False]),
            "day": pa.array([day.date(), None, date(1960, 2, 29)], pa.date32()),
            "day64": pa.array([day.date(), None, day.date()], pa.date64()),
            "moment": pa.array([day, None, day], pa.timestamp("us")),
            "nothing": pa.nulls(3),
        }
    )
    raw, faults = read(written(tmp_path, table))
    assert faults == []
    assert raw is not None
    assert list(raw.rows) == [2, 3, 4]
    found = dict(zip(raw.names, raw.columns, strict=True))
    assert found["text"].text.to_pylist() == ["a", None, None]
    assert found["large"].text.to_pylist() == ["a", "b", None]
    assert found["coded"].text.to_pylist() == ["a", None, "a"]
    assert found["bool"].text.to_pylist() == ["TRUE", None, "FALSE"]
    assert found["int"].number.to_pylist() == [1, None, -(2**62)]
    assert found["small"].number.to_pylist() == [1, None, 3]
    assert found["huge"].number.to_pylist() == [2.0**64, None, 3.0]
    assert str(found["float"].number.to_pylist()) == "[1.5, None, nan]"
    assert found["single"].number.to_pylist() == [1.5, None, 2.5]
    assert found["exact"].number.to_pylist() == [1.25, None, 2.0]
    assert found["day"].day.to_pylist() == [day.date(), None, date(1960, 2, 29)]
    assert found["day64"].day.to_pylist() == [day.date(), None, day.date()]
    assert found["moment"].day.to_pylist() == [day.date(), None, day.date()]
    assert found["nothing"].blank.all()
    assert not found["int"].blank[0]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1], None]),
        pa.array([{"a": 1}, None]),
        pa.array([b"\x00", None]),
        pa.array([datetime(2025, 1, 8), None], pa.timestamp("us", tz="UTC")),
        pa.array([5, None], pa.duration("s")),
    ],
)
def test_other_types_are_refused(tmp_path: Path, values: pa.Array) -> None:
    raw, faults = read(written(tmp_path, pa.table({"good": ["x", "y"], "odd": values})))
    assert len(faults) == 1
    assert faults[0].startswith("t.parquet:1:odd: found the type ")
    assert raw is not None
    assert len(raw.columns) == 2


def test_empty_and_chunked_tables(tmp_path: Path) -> None:
    schema = pa.schema([("a", pa.string()), ("b", pa.dictionary(pa.int32(), pa.string()))])
    raw, faults = read(written(tmp_path, schema.empty_table()))
    assert faults == []
    assert raw is not None
    assert len(raw.rows) == 0
    with pq.ParquetWriter(tmp_path / "c.parquet", pa.schema([("a", pa.string())])) as writer:
        for _ in range(3):
            writer.write_table(pa.table({"a": ["x", "y"]}), row_group_size=1)
    raw, _ = read(tmp_path / "c.parquet")
    assert raw is not None
    assert raw.columns[0].text.to_pylist() == ["x", "y"] * 3


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(8) + b"PAR1", b"a,b\n1,2\n"])
def test_what_is_no_parquet(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(data)
    raw, faults = read(tmp_path / "t.parquet")
    assert raw is None
    assert len(faults) == 1
    assert faults[0].startswith("t.parquet::: found ")


def test_damage_anywhere_is_a_fault_or_harmless(tmp_path: Path) -> None:
    path = written(tmp_path, pa.table({"a": ["x", "y"] * 50, "b": list(range(100))}))
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :])
        read(path)
        path.write_bytes(good[:at])
        assert read(path)[0] is None


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, pa.table({"a": ["x"] * 9, "b": ["y"] * 9}))
    for name, most in (("MOST_ROWS", 8), ("MOST_COLUMNS", 1), ("LARGEST", 5)):
        with monkeypatch.context() as patched:
            patched.setattr(parquet_file, name, most)
            raw, faults = read(path)
            assert raw is None
            assert faults[0].endswith(f"expected at most {most}")
