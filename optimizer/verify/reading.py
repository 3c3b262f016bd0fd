"""Read the tables of a plan's folder as strictly as a bank reads a cheque."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from workspace.faults import Findings
from workspace.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONEY = r"^(-?(0|[1-9][0-9]{0,12})\.[0-9]{2})$"
NUMBER = r"^(-?(0|[1-9][0-9]{0,15})(\.[0-9]{0,5}[1-9])?)$"
LARGEST_FILE = 4 * 2**30


@dataclass(frozen=True)
class Sheet:
    """A table of the plan as it stands in the file: text, column by column."""

    file: str
    table: pa.Table
    findings: Findings

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def text(self, column: str) -> list[str]:
        """The cells as text."""
        cells: list[str] = self.table[column].to_pylist()
        return cells

    def money(self, column: str, *, blank: bool = False) -> Floats:
        """Whole cents; NaN where the cell is no amount with two decimals (reported, unless blank).

        Float64 holds whole cents exactly up to 90 trillion of currency.
        """
        return np.rint(self._numbers(column, MONEY, Text("an amount like 12.30"), blank) * 100)

    def number(self, column: str, *, blank: bool = False) -> Floats:
        """Finite numbers; NaN where the cell is none (reported, unless blank is allowed)."""
        return self._numbers(column, NUMBER, Text("a finite number"), blank)

    def wrong(self, row: int, column: str, found: object, expected: object) -> None:
        """Report the cell of a data row (0-based)."""
        say = [v if isinstance(v, Text) else str(v) for v in (found, expected)]
        self.findings.fault(self.file, row + 2, column, say[0], say[1])

    def wrong_where(
        self, bad: NDArray[np.bool_], column: str, expected: NDArray[np.float64] | list[str]
    ) -> None:
        """Report the cells of a column where `bad`."""
        rows = np.flatnonzero(bad)
        if not len(rows):
            return
        cells = self.table[column]
        self.findings.fault_rows(
            self.file,
            column,
            rows + 2,
            lambda i: str(cells[int(rows[i])].as_py()) or Text("a blank"),
            lambda i: shown(expected[int(rows[i])]),
        )

    def same_text(self, column: str, expected: list[str]) -> bool:
        """Report every cell that differs from what was expected; True if none does."""
        differ = pc.not_equal(self.table[column], pa.array(expected, pa.string()))
        bad = differ.to_numpy(zero_copy_only=False).astype(bool)
        self.wrong_where(bad, column, expected)
        return not bad.any()

    def _numbers(self, column: str, form: str, expected: Text, blank: bool) -> Floats:
        cells = self.table[column].combine_chunks()
        fits = pc.match_substring_regex(cells, form)
        values = pc.cast(pc.if_else(fits, cells, pa.scalar("nan")), pa.float64())
        numbers = np.array(values.to_numpy(zero_copy_only=False), dtype=np.float64)
        bad = ~np.isfinite(numbers)
        if blank:
            bad &= np.array(pc.not_equal(cells, "").to_numpy(zero_copy_only=False), dtype=bool)
        rows = np.flatnonzero(bad)
        for row in rows[:20]:
            self.wrong(int(row), column, repr(cells[int(row)].as_py()), expected)
        return np.where(np.isfinite(numbers), numbers, np.nan)


def shown(value: object) -> str:
    """A number or text as a finding shows it."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value) if value != "" else "''"


def read_sheet(
    folder: Path, file: str, columns: tuple[str, ...], findings: Findings
) -> Sheet | None:
    """A table with exactly these columns in this order; None (and findings) where it is not."""
    content = read_bytes(folder, file, findings)
    if content is None:
        return None
    header = ",".join(columns)
    first, _, rest = content.partition(b"\n")
    if first != header.encode():
        found = first[:200].decode("utf-8", "replace")
        findings.fault(file, 1, None, repr(found), repr(header))
        return None
    if not content.endswith(b"\n") or b"\r" in content or b"\0" in content:
        findings.fault(file, None, None, Text("foreign line ends"), Text("every line ends in LF"))
        return None
    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(content),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=",", newlines_in_values=False, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
                check_utf8=True,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        findings.fault(file, None, None, str(error), Text("a table of UTF-8 text"))
        return None
    if table.num_rows != rest.count(b"\n"):
        findings.fault(file, None, None, Text("broken lines"), Text("one row a line"))
        return None
    return Sheet(file, table, findings)


def read_bytes(folder: Path, file: str, findings: Findings) -> bytes | None:
    """A file's content, or None and a finding."""
    path = folder / file
    try:
        if path.stat().st_size > LARGEST_FILE:
            findings.fault(file, None, None, Text("a file too large"), Text("at most 4 GiB"))
            return None
        return path.read_bytes()
    except OSError:
        findings.fault(file, None, None, Text("no such file"), Text("a file of the plan"))
        return None
