"""A linear or mixed-integer programme as plain arrays, and what a solver says about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.sparse import csr_array

from optimizer.problem import Bools, Floats, Ints


class ProgramError(ValueError):
    """The arrays do not make a programme; the message names the array. A fault of ours: fix it."""


class Status(Enum):
    """What is known after a solve."""

    OPTIMAL = "optimal"  # proven within the gap asked
    FEASIBLE = "feasible"  # a limit was met, with a solution
    INFEASIBLE = "infeasible"  # proven to have no solution
    UNBOUNDED = "unbounded"  # cannot happen with finite bounds; kept apart all the same
    LIMIT = "limit"  # a limit was met, or the caller cancelled, with no solution
    FAILED = "failed"  # the solver died, hung, refused the data or was caught lying


@dataclass(frozen=True)
class Program:
    """Maximise cost x, row_lower <= A x <= row_upper, lower <= x <= upper, some x whole.

    A is given by rows (CSR): row i has the entries indptr[i]..indptr[i+1] of indices and data.
    Everything is finite, except that one side of a row may be infinite. Raises ProgramError.
    """

    cost: Floats  # (n,)
    lower: Floats  # (n,)
    upper: Floats  # (n,)
    integer: Bools  # (n,)
    indptr: Ints  # (m+1,)
    indices: Ints  # (z,) columns, at most once in a row
    data: Floats  # (z,)
    row_lower: Floats  # (m,) or -inf
    row_upper: Floats  # (m,) or +inf
    start: Floats | None = None  # (n,) a solution to start from

    def __post_init__(self) -> None:
        n, m = self.cost.size, self.row_lower.size
        for name in ("cost", "lower", "upper", "integer", "start"):
            array = getattr(self, name)
            if array is not None and array.shape != (n,):
                raise ProgramError(f"{name} has shape {array.shape}, expected ({n},)")
            if array is not None and not np.isfinite(array).all():
                raise ProgramError(f"{name} is not finite")
        if self.integer.dtype != np.bool_:
            raise ProgramError(f"integer has type {self.integer.dtype}, expected bool")
        if (self.lower > self.upper).any():
            raise ProgramError("lower is above upper")
        ends = np.concatenate([self.lower[self.integer], self.upper[self.integer]])
        if (ends != np.round(ends)).any():
            raise ProgramError("an integer variable has a bound that is not whole")
        self._check_rows(n, m)

    def _check_rows(self, n: int, m: int) -> None:
        if self.row_upper.shape != (m,) or self.indptr.shape != (m + 1,):
            raise ProgramError("row_lower, row_upper and indptr do not match")
        if self.indptr[0] != 0 or (np.diff(self.indptr) < 0).any():
            raise ProgramError("indptr does not ascend from 0")
        if self.indices.shape != (self.indptr[-1],) or self.data.shape != self.indices.shape:
            raise ProgramError("indices and data do not match indptr")
        if self.indices.size and (self.indices.min() < 0 or self.indices.max() >= n):
            raise ProgramError("indices name columns that do not exist")
        row = np.repeat(np.arange(m), np.diff(self.indptr))
        if np.unique(row * max(n, 1) + self.indices).size != self.indices.size:
            raise ProgramError("indices name a column twice in a row")
        if not np.isfinite(self.data).all():
            raise ProgramError("data is not finite")
        low, high = self.row_lower, self.row_upper
        if np.isnan(low).any() or np.isnan(high).any() or (low > high).any():
            raise ProgramError("row_lower is above row_upper, or one is not a number")
        if np.isposinf(low).any() or np.isneginf(high).any():
            raise ProgramError("a row is bounded by the wrong infinity")
        if (np.isinf(low) & np.isinf(high)).any():
            raise ProgramError("a row has no finite side")

    @property
    def matrix(self) -> csr_array:
        """A, shape (m, n)."""
        shape = (self.row_lower.size, self.cost.size)
        return csr_array((self.data, self.indices, self.indptr), shape=shape)


@dataclass(frozen=True)
class Result:
    """What a solve found. Arrays only where there is a solution that was checked against A."""

    status: Status
    x: Floats | None = None  # (n,) whole where asked
    objective: float | None = None  # cost x
    bound: float | None = None  # no solution is worth more; None if unknown
    # (m,) of a linear programme: what the objective gains per unit by which the binding side of
    # a row is raised: >= 0 for an upper side (a budget), <= 0 for a lower side (a floor)
    row_duals: Floats | None = None
    message: str = ""
