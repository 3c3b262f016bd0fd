"""A calendar from a table of events: what `evaluate` is asked about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.event_table import read_events
from optimizer.happenings import Spans, check_overlaps
from optimizer.price_table import PriceReader, PriceTable, carried_on
from optimizer.problem import Calendar, Problem
from optimizer.regular_prices import moves_of
from workspace.faults import Fault, InputError
from workspace.text import Text
from workspace.weeks import week_index
from workspace.workspace import Workspace


def read_calendar(
    problem: Problem,
    workspace: Workspace,
    table: pd.DataFrame,
    file: str,
    prices: PriceTable | None = None,
) -> Calendar:
    """The events of a table (columns of `events` or of a plan's calendar) as a Calendar.

    Rules may be broken; `violations` tells. What cannot be valued is a fault: events of pairs that
    are not in the problem, of tactics that no row gives to their block, not wholly inside the
    horizon, or overlapping. Raises InputError with all of them. Where regular prices are planned
    they are those of `prices`, else what events say of theirs; where they are fixed, `prices` may
    have no rows.
    """
    faults: list[Fault] = []
    events = read_events(workspace, table, file, faults)
    blocks = Pairs(problem.account, problem.product)
    tactics = pd.Index(problem.tactics, dtype="str")
    spans = Spans(
        blocks.find(events["account"], events["product"]),
        np.asarray(tactics.get_indexer(pd.Index(events["tactic"])), dtype=np.int64),
        week_index(events["start_week"].to_numpy(), np.datetime64(problem.weeks[0], "D")),
        events["weeks"].to_numpy(dtype=np.int64),
    )
    rows = [int(row) for row in events["row"]]
    standing = problem.standing
    good = np.ones(len(rows), dtype=np.bool_)
    for i, row in enumerate(rows):
        if spans.pair[i] < 0:
            found = Text("an event of a product that is not part of this scenario")
            wanted = Text("a listed product of an account that the scenario includes")
            faults.append(Fault(file, row, "product", found, wanted))
        elif standing is not None and standing.shortest[spans.pair[i], spans.tactic[i]] == 0:
            found = Text("a tactic that no row of tactics gives to this product here")
            faults.append(Fault(file, row, "tactic", found, Text("a tactic that may run there")))
        elif spans.start[i] < 0 or spans.end[i] > problem.horizon:
            found = Text("an event that is not wholly inside the horizon")
            wanted = Text(
                "weeks from {first} to {last}",
                first=problem.weeks[0],
                last=problem.weeks[problem.horizon - 1],
            )
            faults.append(Fault(file, row, "start_week", found, wanted))
        else:
            continue
        good[i] = False
    kept = [(file, row) for row, keep in zip(rows, good, strict=True) if keep]
    check_overlaps(spans.where(good), kept, faults)
    calendar = spans.calendar()
    if problem.ladder is not None:
        weeks = np.datetime64(problem.weeks[0], "D"), problem.horizon
        reader = PriceReader(problem.ladder, blocks, *weeks, faults)
        told = reader.from_events(events, table) if prices is None else reader.from_table(prices)
        calendar = replace(calendar, moves=moves_of(carried_on(told)))
    elif prices is not None and len(prices.rows):
        found = Text("a change of a regular price")
        wanted = Text("none: prices are fixed in this scenario")
        faults.append(Fault(prices.file, 2, "base_price", found, wanted))
    if faults:
        raise InputError(faults)
    return calendar
