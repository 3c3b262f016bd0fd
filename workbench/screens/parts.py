"""The few shapes that all screens are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text as Line


def heading(words: str) -> Line:
    """A section's title with air above it."""
    return Line.assemble("\n", (words, "bold underline"))


def facts(lines: Iterable[Sequence[str]]) -> Table:
    """Name, number (to the right) and remark, in three columns without rules."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for line in lines:
        table.add_row(*(Line(cell) for cell in line))
    return table


def columns(titles: Sequence[str], rows: Iterable[Sequence[str | Line]], texts: int = 1) -> Table:
    """A table without rules: the first `texts` columns are words, the others numbers."""
    table = Table.grid(padding=(0, 2))
    for at in range(len(titles)):
        if at < texts:
            table.add_column(overflow="ellipsis", no_wrap=True)
        else:
            table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Line(title, "dim") for title in titles))
    for row in rows:
        table.add_row(*(Line(cell) if isinstance(cell, str) else cell for cell in row))
    return table


def bar(share: float, width: int) -> Line:
    """How full something is; past full it ends in an arrow."""
    full = round(max(0.0, min(1.0, share)) * width)
    end = ("►", "red") if share > 1 + 1e-9 else (" ", "")
    return Line.assemble(("█" * full, "green"), ("░" * (width - full), "dim"), end)
