"""What a spreadsheet makes of formulas: a small evaluator of the few functions that plans use.

It shares nothing with the writer of the workbook, and takes whatever a formula refers to from the
cells as they stand, so that cells which all come to what stands in them are right together.
Formulas that differ in their rows alone are worked out together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.formula_grammar import Batch, Shape, parse, shape_of
from optimizer.verify.spreadsheet import NotRead, Workbook

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CELLS = 1 << 20  # that formulas refer to at once, so that memory does not grow with the plan


@dataclass(frozen=True)
class Evaluated:
    """What formulas come to, NaN where one cannot be worked out; and why not, by its place."""

    values: Floats
    refused: dict[int, str]


class Evaluator:
    """Evaluates formulas of a workbook from the cells as they stand."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def value(self, formula: str, page: str) -> float:
        """What a formula on a page comes to. Raises NotRead where it is of another kind."""
        found = self.values([formula], page)
        if found.refused:
            raise NotRead(found.refused[0])
        return float(found.values[0])

    def values(self, formulas: Sequence[str], page: str) -> Evaluated:
        """What each formula of a page comes to."""
        found = Evaluated(np.full(len(formulas), np.nan), {})
        places: dict[str, list[int]] = {}
        rows: dict[str, list[list[int]]] = {}
        for place, formula in enumerate(formulas):
            try:
                shape, its_rows = shape_of(formula)
            except NotRead as error:
                found.refused[place] = str(error)
                continue
            places.setdefault(shape, []).append(place)
            rows.setdefault(shape, []).append(its_rows)
        for shape, which in places.items():
            at = np.array(which, dtype=np.int64)
            try:
                parsed = parse(shape, page)
            except NotRead as error:
                found.refused.update(dict.fromkeys(which, str(error)))
                continue
            self._shape(parsed, np.array(rows[shape], dtype=np.int64), at, found)
        return found

    def _shape(self, shape: Shape, rows: Ints, at: Ints, found: Evaluated) -> None:
        """All formulas of one shape, rows (n, k), at their places (n,)."""
        heights = np.array(
            [rows[:, area.last] - rows[:, area.first] for area in shape.references], dtype=np.int64
        ).reshape(-1, len(at))
        kinds, kind = np.unique(heights, axis=1, return_inverse=True)
        for one in range(kinds.shape[1]):
            cells = sum(
                (height + 1) * (area.last_column - area.column + 1)
                for height, area in zip(kinds[:, one].tolist(), shape.references, strict=True)
            )
            mine = np.flatnonzero(kind == one)
            step = max(1, MOST_CELLS // max(1, cells))
            for first in range(0, len(mine), step):
                part = mine[first : first + step]
                self._batch(shape, rows[part], at[part], found)

    def _batch(self, shape: Shape, rows: Ints, at: Ints, found: Evaluated) -> None:
        """Formulas whose blocks are of the same sizes; one by one where one cannot be read."""
        try:
            value = shape.values(Batch(rows, self._book))
            if isinstance(value, list) or value.shape[1:] != (1, 1):
                raise NotRead("a formula that comes to no number")
            found.values[at] = np.nan_to_num(value[:, 0, 0])
        except NotRead as error:
            if len(at) == 1:
                found.refused[int(at[0])] = str(error)
                return
            for i in range(len(at)):
                self._batch(shape, rows[i : i + 1], at[i : i + 1], found)
