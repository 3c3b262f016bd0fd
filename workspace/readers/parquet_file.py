"""Parquet: typed columns; nested and binary ones are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workspace.cells import MOST_COLUMNS, MOST_ROWS, Cells, RawTable, text_cells
from workspace.faults import Findings
from workspace.text import Text

LARGEST = 2**32  # bytes once unpacked


def read_parquet(path: Path, findings: Findings) -> RawTable | None:
    """Read a Parquet file; where that fails, add faults and return None."""
    name = path.name
    try:
        if path.stat().st_size == 0:
            findings.fault(name, None, None, Text("an empty file"), Text("a Parquet file"))
            return None
        with pq.ParquetFile(path) as file:
            if not _small_enough(file.metadata, name, findings):
                return None
            table = file.read(use_threads=False)
    except (pa.ArrowException, ValueError, OSError):
        findings.fault(name, None, None, Text("bytes that are no Parquet"), Text("a Parquet file"))
        return None
    count = table.num_rows
    names = [str(column).strip() for column in table.column_names]
    columns = [_cells(name, names[i], table.column(i), findings) for i in range(table.num_columns)]
    rows = np.arange(2, count + 2, dtype=np.int64)
    return RawTable(name, names, columns, rows, np.zeros(count, dtype=np.bool_))


def _small_enough(metadata: pq.FileMetaData, name: str, findings: Findings) -> bool:
    """Whether the file promises no more rows, columns and bytes than a table may have."""
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    limits = (
        (metadata.num_rows, MOST_ROWS, Text("{count} rows", count=metadata.num_rows)),
        (metadata.num_columns, MOST_COLUMNS, Text("{count} columns", count=metadata.num_columns)),
        (size, LARGEST, Text("{count} bytes once unpacked", count=size)),
    )
    for found, most, text in limits:
        if found > most:
            findings.fault(name, None, None, text, Text("at most {n}", n=most))
            return False
    return True


def _cells(file: str, name: str, column: pa.ChunkedArray, findings: Findings) -> Cells:
    """The cells of one typed column; a type that no table has becomes one fault and blanks."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], kind)
    none = pa.nulls(len(values), pa.string())
    if pa.types.is_null(kind):
        return Cells(none)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return text_cells(values.cast(pa.string()))
    if pa.types.is_boolean(kind):
        return Cells(pc.if_else(values, "TRUE", "FALSE"))
    if pa.types.is_integer(kind):
        # Unsigned 64-bit numbers past the signed ones keep their size, not their last digits.
        wide = pa.float64() if pa.types.is_uint64(kind) else pa.int64()
        return Cells(none, number=values.cast(wide, safe=False))
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Cells(none, number=values.cast(pa.float64(), safe=False))
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        days = values.cast(pa.timestamp("s"), safe=False).cast(pa.date32(), safe=False)
        return Cells(none, day=days)
    findings.fault(file, 1, name, Text("the type {type}", type=str(kind)), Text("plain cells"))
    return Cells(pa.nulls(len(values), pa.string()))
