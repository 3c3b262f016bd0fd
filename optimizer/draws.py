"""A problem's demand under posterior draws, one draw at a time, so that memory stays small.

Reading: docs/readings.md, section Draws of a response.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.response import Response
from models.response_checks import DRAW_KINDS, draw_kind
from optimizer.blocks import Pairs
from optimizer.demand import Parts, parts
from optimizer.happenings import history_pairs, history_spans
from optimizer.problem import Calendar, Demand, Floats, Ints, Problem
from optimizer.regular_prices import levels_of
from optimizer.tactics import Offers, offers
from optimizer.value import units_of
from workspace.weeks import week_index
from workspace.workspace import Workspace

TABLES = tuple(kind.table for kind in DRAW_KINDS)


@dataclass(frozen=True)
class Changes:
    """Rows of `draws` that replace entries of one array: values[i] goes to flat place[i]."""

    array: str  # a field of Parts, `coefficient` of its edges, or `level`
    draw: Ints  # (n,) ascending
    place: Ints  # (n,)
    values: Floats  # (n,)

    def apply(self, number: int, array: Floats) -> Floats:
        """A copy of `array` with the entries of one draw replaced; itself where none are."""
        low, high = np.searchsorted(self.draw, [number, number + 1])
        if low == high:
            return array
        changed = array.copy()
        changed.flat[self.place[low:high]] = self.values[low:high]
        return changed


def demands(
    problem: Problem, workspace: Workspace, response: Response, count: int
) -> Iterator[Demand]:
    """The demand in each of the first `count` draws of the response, in order.

    Edges are those of the problem's demand, with other coefficients. Nothing without draws.
    """
    numbers = np.unique(response.draws["draw"].to_numpy(dtype=np.int64))[:count]
    if not numbers.size:
        return
    blocks = Pairs(problem.account, problem.product)
    pairs = history_pairs(workspace, blocks)
    terms = offers(workspace, pairs)
    first_week = np.datetime64(problem.weeks[0], "D")
    history = history_spans(workspace, pairs, terms, first_week)
    mean = parts(response, pairs, len(blocks), terms, history, first_week, problem.horizon, [])
    changes = _changes(response.draws, mean, pairs, terms, first_week)
    for number in numbers:
        yield _drawn(mean, changes, int(number), problem.horizon).demand()


def units_by_draw(
    problem: Problem, workspace: Workspace, response: Response, calendar: Calendar, count: int
) -> Iterator[tuple[Demand, Floats]]:
    """Each draw's demand (`base`: units without promotion) and the calendar's units (P, W)."""
    grid = calendar.grid(problem)
    for demand in demands(problem, workspace, response, count):
        yield demand, units_of(problem, grid, demand, levels_of(problem, calendar))


def _drawn(mean: Parts, changes: list[Changes], number: int, horizon: int) -> Parts:
    """The parts of one draw."""
    level = np.zeros(mean.carry.shape[0])
    arrays: dict[str, Floats] = {
        "baseline": mean.baseline,
        "lift": mean.lift,
        "pressure": mean.pressure,
        "pull": mean.pull,
        "carry": mean.carry,
        "coefficient": mean.edges.coefficient,
        "level": level,
        "elasticity": mean.elasticity,
    }
    for change in changes:
        arrays[change.array] = change.apply(number, arrays[change.array])
    baseline = arrays["baseline"]
    if baseline is not mean.baseline:
        baseline[mean.repeated, horizon:] = baseline[mean.repeated, horizon - 1 : horizon]
    if arrays["level"] is not level:
        baseline = baseline * np.exp(arrays["level"])[:, None]
    return replace(
        mean,
        baseline=baseline,
        lift=arrays["lift"],
        pressure=arrays["pressure"],
        pull=arrays["pull"],
        carry=arrays["carry"],
        edges=replace(mean.edges, coefficient=arrays["coefficient"]),
        elasticity=arrays["elasticity"],
    )


def _changes(
    draws: pd.DataFrame, mean: Parts, pairs: Pairs, terms: Offers, first_week: np.datetime64
) -> list[Changes]:
    """Where every value of `draws` goes; rows that do not concern the problem are dropped."""
    draws = draws.sort_values("draw", kind="stable", ignore_index=True)
    kinds = draw_kind(draws)
    blocks, weeks = mean.baseline.shape
    found = []

    def add(frame: pd.DataFrame, array: str, column: str, inside: Ints, place: Ints) -> None:
        values = frame[column].to_numpy(dtype=np.float64)
        keep = (inside >= 0) & ~np.isnan(values)
        number = frame["draw"].to_numpy(dtype=np.int64)
        if keep.any():
            found.append(Changes(array, number[keep], place[keep], values[keep]))

    for table in TABLES:
        frame = draws[kinds == TABLES.index(table)]
        pair = pairs.find(frame["account"], frame["product"])
        own = np.where(pair < blocks, pair, -1)
        lag = frame["lag"].to_numpy(dtype=np.int64)
        if table == "lift":
            tactic = terms.find(frame["tactic"])
            inside = np.where(tactic >= 0, pair, -1)
            place = pair * len(terms.tactics) + tactic
            for array, column in (("lift", "log_lift"), ("pressure",) * 2, ("pull",) * 2):
                add(frame, array, column, inside, place)
        elif table == "baseline":
            week = week_index(frame["week"].to_numpy(), first_week)
            inside = np.where((week >= 0) & (week < weeks), own, -1)
            add(frame, "baseline", "units", inside, own * weeks + week)
        elif table in ("cross", "rival"):
            source = (
                pairs.find(frame["account"], frame["by_product"])
                if table == "cross"
                else pairs.find(frame["by_account"], frame["product"])
            )
            place = _edge(mean, own, source, lag, len(pairs))
            add(frame, "coefficient", "coefficient", place, place)
        elif table == "carry":
            depth = mean.carry.shape[1]
            add(frame, "carry", "coefficient", own, own * depth + lag - 1)
        else:
            add(frame, "level", "log_baseline", own, own)
            add(frame, "elasticity", "elasticity", own, own)
    return found


def _edge(mean: Parts, target: Ints, source: Ints, lag: Ints, pairs: int) -> Ints:
    """The place of each (target, source, lag) among the edges, -1 where there is none: (n,)."""
    edges = mean.edges
    wide = int(max(edges.lag.max(initial=0), lag.max(initial=0))) + 1
    known = (edges.target * pairs + edges.source) * wide + edges.lag
    asked = (target * pairs + source) * wide + lag
    place = np.minimum(np.searchsorted(known, asked), known.size - 1)
    if not known.size:
        return np.full(asked.size, -1, dtype=np.int64)
    hit = (known[place] == asked) & (target >= 0) & (source >= 0)
    return np.where(hit, place, -1).astype(np.int64)
