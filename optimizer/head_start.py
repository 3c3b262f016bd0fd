"""What one solve leaves for solves of problems like it: prices and calendars.

Scenarios of one workspace differ in budgets, costs or beliefs far more often than in what their
calendars may look like. A calendar of one is then a calendar of the other, with other money, and
prices of its rows are a first guess for the other's. Nothing is taken over unchecked: calendars are
valued anew, and where products, shapes or rules differ the head start does not fit and is left
aside. The payments of its bound would prove a bound too, but at other prices of budgets they are
further from good ones than those that the bound begins with (benchmarks/README.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.codes import levels_in, shapes_in
from optimizer.kernels.arrays import sign
from optimizer.kernels.price_paths import possible_at
from optimizer.pool import Pool
from optimizer.pricing import GroupBounds, Pricer, Proposals
from optimizer.problem import Floats, Ints, Problem

Short = NDArray[np.int16]

COLUMNS = 40  # of each group at most, the best at the prices


@dataclass(frozen=True)
class HeadStart:
    """G groups, T weeks. Fits problems of the same `signature`."""

    signature: str
    worth: Mapping[str, float]  # what a unit of each row is worth, by the row's name, currency
    calendars: tuple[Short, ...]  # (n, blocks, T) of each group: shapes that start, or -1
    chosen: Ints  # (P, T) the plan that was found
    bounds: Floats  # (G,) what each group is proven to be worth at most at `worth`; inf: nothing
    gap: float  # of the plan that was found; inf without a bound

    @property
    def size(self) -> int:
        """Bytes that it keeps."""
        kept = sum(calendars.nbytes for calendars in self.calendars)
        return kept + self.chosen.nbytes + self.bounds.nbytes


def signature_of(problem: Problem) -> str:
    """A hash of what calendars of a problem look like and must keep, money apart."""
    limits = problem.limits
    told = hashlib.sha256(frame_of(problem).encode())
    arrays = (limits.must, limits.free, limits.opens, limits.max_events, limits.max_weeks)
    for array in arrays:
        told.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return told.hexdigest()


def frame_of(problem: Problem) -> str:
    """A hash of what calendars of a problem look like: blocks, groups, weeks, shapes, levels."""
    told = hashlib.sha256()
    for text in (*problem.account, *problem.product, *problem.tactics, *problem.weeks):
        told.update(str(text).encode() + b"\0")
    for array in (problem.group, problem.shapes.tactic, problem.shapes.weeks):
        told.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    if problem.ladder is not None:
        told.update(f"{problem.ladder.changes} of {len(problem.ladder.money)}".encode())
    return told.hexdigest()


def head_start(
    pricer: Pricer,
    pool: Pool,
    worth: Floats,
    columns: Ints,
    bounds: GroupBounds | None,
    gap: float,
) -> HeadStart:
    """What a solve leaves that ended at prices `worth` (R,) with the plan `columns` (G,).

    `bounds`: those proven at these prices; `gap`: of that plan.
    """
    kept, chosen = [], []
    for g in range(pricer.groups):
        best = np.argsort(-pool.value(g, worth), kind="stable")[:COLUMNS]
        found = [pool.starts(g, int(i)).astype(np.int16) for i in np.sort(best)]
        kept.append(np.stack(found))
        chosen.append(pool.starts(g, int(columns[g])))
    names = [row.name for row in pricer.problem.rows]
    return HeadStart(
        signature_of(pricer.problem),
        dict(zip(names, worth.tolist(), strict=True)),
        tuple(kept),
        np.concatenate(chosen),
        np.full(pricer.groups, np.inf) if bounds is None else bounds.value.copy(),
        gap,
    )


def take_over(head: HeadStart, pricer: Pricer, pool: Pool) -> tuple[Floats, Proposals] | None:
    """Put a head start's calendars into the pool.

    Returns first prices (R,), and the best answers to them from its plan; None where it does not
    fit, and nothing is done then.
    """
    problem = pricer.problem
    if signature_of(problem) != head.signature:
        return None
    a = pricer.arrays
    for g in range(pricer.groups):
        first, stop = int(a.group_start[g]), int(a.group_start[g + 1])
        for calendar in head.calendars[g]:
            if allowed(pricer, first, calendar):
                pool.add_one(g, calendar, *pool.lines.money(g, calendar))
        if not allowed(pricer, first, head.chosen[first:stop]):
            return None
    worth = prices_in(head, problem)
    return worth, pool.best(worth, pricer.ascend(worth, head.chosen))


def prices_in(head: HeadStart, problem: Problem) -> Floats:
    """A head start's prices of the rows of a problem, (R,); 0 for rows that it did not have."""
    signs = np.array([sign(row) for row in problem.rows])
    given = np.array([head.worth.get(row.name, 0.0) for row in problem.rows])
    dearest = np.array([row.penalty for row in problem.rows])
    return np.asarray(signs * np.clip(signs * given, 0.0, dearest))


def allowed(pricer: Pricer, first: int, calendar: Short | Ints) -> bool:
    """Whether blocks from `first` on may have these codes, (blocks, T)."""
    problem, a = pricer.problem, pricer.arrays
    shapes = shapes_in(calendar.astype(np.int64), int(problem.shapes.tactic.size))
    block, week = np.nonzero(shapes >= 0)
    if not problem.limits.allowed[first + block, shapes[block, week], week].all():
        return False
    if problem.ladder is None:
        return True
    levels = levels_in(calendar.astype(np.int64), int(problem.shapes.tactic.size))
    return all(
        possible_at(a, first + i, shapes[i], levels[i]) if a.priced[first + i] else not path.any()
        for i, path in enumerate(levels)
    )
