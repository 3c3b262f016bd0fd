"""Places among many: 1 for the largest figure, equal figures the same place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def places(values: Sequence[float | None]) -> list[int | None]:
    """The place of each value, as a spreadsheet's RANK; None for what has no value."""
    known = sorted(-value for value in values if value is not None)
    return [None if value is None else 1 + bisect_left(known, -value) for value in values]
