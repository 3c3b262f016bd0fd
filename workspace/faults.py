"""What is wrong with the input, where: faults stop the work, notes do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workspace.text import Text

# Faults kept for one column of one file; the rest is counted. A person reads ten, a program a
# hundred; a million would only fill the memory.
KEPT_PER_COLUMN = 200


def place(file: str, row: int | None, column: str | None) -> str:
    """`file:row:column`, with nothing between the colons for what is not known."""
    return f"{file}:{'' if row is None else row}:{'' if column is None else column}"


@dataclass(frozen=True)
class Fault:
    """One thing that must be put right: what was found, and what would have been accepted.

    `row` is 1-based as an editor shows the file (the header of a table is row 1); for YAML it is
    the line and `column` is the key.
    """

    file: str
    row: int | None
    column: str | None
    found: Text | str
    expected: Text | str

    def __str__(self) -> str:
        return f"{place(self.file, self.row, self.column)}: {self.message}"

    @property
    def message(self) -> Text:
        """The fault without its place."""
        return Text("found {found}, expected {expected}", found=self.found, expected=self.expected)


@dataclass(frozen=True)
class Note:
    """Something worth knowing that does not stop the work: a gap in the history, a legal limit."""

    file: str
    row: int | None
    column: str | None
    message: Text

    def __str__(self) -> str:
        return f"{place(self.file, self.row, self.column)}: {self.message}"


class InputError(Exception):
    """The input is bad. Carries every fault found in one pass, sorted by file, row and column.

    Remedy: each fault says what was found and what would have been accepted there.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = in_order(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        return InputError, (self.faults,)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sorted by file, row and column, exact repetitions dropped."""
    unique = {str(fault): fault for fault in faults}.values()
    return tuple(sorted(unique, key=lambda f: (f.file, f.row or 0, f.column or "", str(f.found))))


class Findings:
    """Collects faults and notes while tables are read and checked, in bounded memory."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._notes: list[Note] = []
        self._seen: Counter[tuple[str, str | None]] = Counter()
        self._noted: Counter[tuple[str, str | None]] = Counter()

    def fault(
        self,
        file: str,
        row: int | None,
        column: str | None,
        found: Text | str,
        expected: Text | str,
    ) -> None:
        """Add one fault."""
        self._seen[file, column] += 1
        if self._seen[file, column] <= KEPT_PER_COLUMN:
            self._faults.append(Fault(file, row, column, found, expected))

    def fault_rows(
        self,
        file: str,
        column: str | None,
        rows: NDArray[np.int64] | Sequence[int],
        found: Callable[[int], Text | str],
        expected: Text | str | Callable[[int], Text | str],
    ) -> None:
        """Add a fault for each of `rows` (source rows); `found(i)` describes the i-th of them."""
        room = max(0, KEPT_PER_COLUMN - self._seen[file, column])
        for i, row in enumerate(rows[:room]):
            wanted = expected(i) if callable(expected) else expected
            self._faults.append(Fault(file, int(row), column, found(i), wanted))
        self._seen[file, column] += len(rows)

    def note(self, file: str, row: int | None, column: str | None, message: Text) -> None:
        """Add one note."""
        self._noted[file, column] += 1
        if self._noted[file, column] <= KEPT_PER_COLUMN:
            self._notes.append(Note(file, row, column, message))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults in order; what was only counted is summed up in one fault per column."""
        more = [
            Fault(
                file,
                None,
                column,
                Text("{count} more faults of this kind", count=count - KEPT_PER_COLUMN),
                Text("none"),
            )
            for (file, column), count in self._seen.items()
            if count > KEPT_PER_COLUMN
        ]
        return in_order([*self._faults, *more])

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes in order, summed up like the faults."""
        more = [
            Note(file, None, column, Text("{count} more notes", count=count - KEPT_PER_COLUMN))
            for (file, column), count in self._noted.items()
            if count > KEPT_PER_COLUMN
        ]
        unique = {str(note): note for note in [*self._notes, *more]}.values()
        return tuple(
            sorted(unique, key=lambda n: (n.file, n.row or 0, n.column or "", str(n.message)))
        )
