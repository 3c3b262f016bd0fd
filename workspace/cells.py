"""A table as it stands in a file: cells not yet given a meaning, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workspace.text import Text

# Larger tables are refused before they fill the memory: twenty times what is promised to work.
MOST_ROWS = 20_000_000
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Cells:
    """One column: each of its n cells is text, a number, a day, something strange, or blank.

    text: pa.string (n,), trimmed, null where there is none; number: int64 or float64 (n,), null
    where there is none; day: date32 (n,), likewise. Files in text have only text.
    """

    text: pa.Array
    number: pa.Array | None = None
    day: pa.Array | None = None
    strange: Mapping[int, Text] = field(default_factory=dict)  # cell -> what it is

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Where there is nothing at all: shape (n,)."""
        empty = _nulls(self.text)
        for other in (self.number, self.day):
            if other is not None:
                empty &= _nulls(other)
        for cell in self.strange:
            empty[cell] = False
        return empty

    def shown(self, cell: int) -> str:
        """One cell as people would see it."""
        for part in (self.text, self.number, self.day):
            if part is not None and part[cell].is_valid:
                return str(part[cell].as_py())
        return str(self.strange.get(cell, ""))


def _nulls(part: pa.Array) -> NDArray[np.bool_]:
    if part.null_count == 0:
        return np.zeros(len(part), dtype=np.bool_)
    found: NDArray[np.bool_] = part.is_null().to_numpy(zero_copy_only=False).copy()
    return found


def text_cells(text: pa.Array) -> Cells:
    """Cells of a column of strings: trimmed, blank where nothing is left."""
    trimmed = pc.utf8_trim_whitespace(text)
    return Cells(pc.replace_with_mask(trimmed, pc.equal(trimmed, ""), pa.scalar(None, pa.string())))


@dataclass(frozen=True)
class RawTable:
    """What a reader hands over. `names` are trimmed headers in file order ("" where blank)."""

    file: str
    names: Sequence[str]
    columns: Sequence[Cells]
    rows: NDArray[np.int64]  # (n,) row in the file, 1-based, the header being row 1
    broken: NDArray[np.bool_]  # (n,) rows with too few or too many cells, already reported
