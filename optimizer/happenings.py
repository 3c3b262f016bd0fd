"""What `events` and pins say about a horizon: history, pinned and forbidden events.

Reading: docs/readings.md, section Events.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.event_table import EVENT_COLUMNS, read_events
from optimizer.problem import NEVER, Bools, Calendar, Floats, Ints
from optimizer.tactics import Offers
from workspace.faults import Fault
from workspace.text import Text
from workspace.weeks import week_index
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Spans:
    """Events as arrays (n,): numbers of pairs and tactics, first week from the horizon's, weeks."""

    pair: Ints
    tactic: Ints
    start: Ints  # may be negative, or past the horizon
    weeks: Ints

    def where(self, chosen: Bools) -> Spans:
        """The events for which `chosen` (n,) is true."""
        return Spans(self.pair[chosen], self.tactic[chosen], self.start[chosen], self.weeks[chosen])

    @property
    def end(self) -> Ints:
        """The week after the last one of each event: (n,)."""
        return self.start + self.weeks

    def calendar(self) -> Calendar:
        """The same as a Calendar, sorted by block and start, repetitions dropped."""
        rows = np.stack([self.pair, self.start, self.tactic, self.weeks], axis=1)
        block, start, tactic, weeks = np.unique(rows, axis=0).T.copy()
        return Calendar(block, tactic, start, weeks)


@dataclass(frozen=True)
class Happenings:
    """The events that matter to a problem. Pairs are numbered as in the `Pairs` given."""

    history: Spans  # of any pair, wholly before the horizon
    pinned: Calendar
    forbidden: Calendar  # cut to the horizon

    def history_end(self, blocks: int, depth: Floats | None = None) -> Ints:
        """The week after each block's last event before the horizon, NEVER without: (P,).

        With `depth` (P, K+1), of tactics that lower the price alone.
        """
        end = np.full(blocks, NEVER, dtype=np.int64)
        mine = self.history.where(self.history.pair < blocks)
        if depth is not None:
            mine = mine.where(depth[mine.pair, mine.tactic] > 0.0)
        np.maximum.at(end, mine.pair, mine.end)
        return end


@dataclass(frozen=True)
class Place:
    """The pairs that events are looked up in, and the horizon they are looked at from."""

    pairs: Pairs  # the problem's blocks first, then pairs that only had events
    blocks: int  # P
    listed: Pairs  # every listed pair, in the problem or not
    offers: Offers  # of `pairs`
    first_week: np.datetime64
    horizon: int  # T

    def spans(self, frame: pd.DataFrame) -> Spans:
        """Rows of `events` as arrays; pairs and tactics that are not known get -1."""
        return spans_of(frame, self.pairs, self.offers, self.first_week)

    def inside(self, spans: Spans) -> Bools:
        """Whether each event lies wholly inside the horizon: (n,)."""
        return (spans.start >= 0) & (spans.end <= self.horizon)

    def touches(self, spans: Spans) -> Bools:
        """Whether each event has a week in the horizon: (n,)."""
        return (spans.start < self.horizon) & (spans.end > 0)


def history_pairs(workspace: Workspace, blocks: Pairs) -> Pairs:
    """The blocks, then other pairs that had events: those may still be felt by the blocks."""
    past = workspace.events[workspace.events["status"] == "actual"]
    return blocks.extended(past["account"], past["product"])


def history_spans(
    workspace: Workspace, pairs: Pairs, offers: Offers, first_week: np.datetime64
) -> Spans:
    """The events before the horizon that act on it: `actual`, wholly before its first week."""
    events = workspace.events
    spans = spans_of(events, pairs, offers, first_week)
    past = (events["status"] == "actual").to_numpy() & (spans.end <= 0) & (spans.pair >= 0)
    return spans.where(past)


def spans_of(frame: pd.DataFrame, pairs: Pairs, offers: Offers, first_week: np.datetime64) -> Spans:
    """Rows of `events` as arrays; pairs and tactics that are not known get -1."""
    return Spans(
        pairs.find(frame["account"], frame["product"]),
        offers.find(frame["tactic"]),
        week_index(frame["start_week"].to_numpy(), first_week),
        frame["weeks"].to_numpy(dtype=np.int64),
    )


def happenings(
    workspace: Workspace,
    place: Place,
    pins: pd.DataFrame | None,
    pin_file: str,
    faults: list[Fault],
) -> Happenings:
    """Sort the events of the workspace and the pins by what they mean for the horizon.

    Adds to `faults`: events across the edge of the horizon, of pairs that are not listed, of
    tactics or lengths that cannot run there, and overlapping ones. Pinned events of listed pairs
    outside the problem are ignored.
    """
    events = workspace.events
    spans, status = place.spans(events), events["status"]
    banned = (status == "forbidden").to_numpy() & place.touches(spans)
    banned &= (spans.pair >= 0) & (spans.pair < place.blocks)
    fixed = _sourced(workspace)
    if pins is not None:
        fixed = pd.concat(
            [fixed, read_events(workspace, pins, pin_file, faults)], ignore_index=True
        )
    return Happenings(
        history=history_spans(workspace, place.pairs, place.offers, place.first_week),
        pinned=_pinned(fixed, place, faults).calendar(),
        forbidden=_cut(spans.where(banned), place.horizon).calendar(),
    )


def _sourced(workspace: Workspace) -> pd.DataFrame:
    """Pinned and actual events with the file and row that they stand in."""
    chosen = workspace.events["status"].isin(["pinned", "actual"]).to_numpy()
    rows = [workspace.row("events", int(i)) for i in np.flatnonzero(chosen)]
    frame = workspace.events.loc[chosen, list(EVENT_COLUMNS)]
    return frame.assign(file=workspace.source("events"), row=np.array(rows, dtype=np.int64))


def _pinned(fixed: pd.DataFrame, place: Place, faults: list[Fault]) -> Spans:
    """The events that must be in every plan, of those that are fixed (`file`, `row` known)."""
    spans = place.spans(fixed)
    listed = place.listed.find(fixed["account"], fixed["product"]) >= 0
    touches, inside = place.touches(spans), place.inside(spans)
    mine = (spans.pair >= 0) & (spans.pair < place.blocks)
    shortest, longest = place.offers.lengths(place.horizon)
    low, high = shortest[spans.pair, spans.tactic], longest[spans.pair, spans.tactic]
    files, rows = fixed["file"].tolist(), fixed["row"].tolist()
    good = touches & inside & mine
    for i in np.flatnonzero(touches):
        file, row = files[i], int(rows[i])
        if not inside[i]:
            found = Text("an event across the edge of the horizon")
            expected = Text("fixed events wholly inside or outside of it")
            faults.append(Fault(file, row, "start_week", found, expected))
        elif not listed[i]:
            found = Text("an event of a product that the account does not list")
            faults.append(Fault(file, row, "product", found, Text("a row of listings for it")))
        elif mine[i] and low[i] == 0:
            found = Text("a tactic that no row of tactics gives to this product here")
            faults.append(Fault(file, row, "tactic", found, Text("a tactic that may run there")))
            good[i] = False
        elif mine[i] and not low[i] <= spans.weeks[i] <= high[i]:
            expected = Text("from {low} to {high} weeks", low=int(low[i]), high=int(high[i]))
            faults.append(Fault(file, row, "weeks", str(spans.weeks[i]), expected))
            good[i] = False
    chosen = np.flatnonzero(good)
    check_overlaps(spans.where(good), [(files[i], int(rows[i])) for i in chosen], faults)
    return spans.where(good)


def check_overlaps(spans: Spans, sources: list[tuple[str, int]], faults: list[Fault]) -> None:
    """A fault for every event that overlaps an earlier, different one of its block."""
    order = np.lexsort((spans.tactic, spans.weeks, spans.start, spans.pair))
    for before, after in pairwise(order):
        same = spans.pair[before] == spans.pair[after]
        twin = (spans.start[before], spans.weeks[before], spans.tactic[before]) == (
            spans.start[after],
            spans.weeks[after],
            spans.tactic[after],
        )
        if same and not twin and spans.start[after] < spans.end[before]:
            first, second = sorted((sources[before], sources[after]))
            found = Text(
                "an event that overlaps the one in {file}, row {row}", file=first[0], row=first[1]
            )
            expected = Text("fixed events that do not overlap")
            faults.append(Fault(second[0], second[1], "start_week", found, expected))


def _cut(spans: Spans, horizon: int) -> Spans:
    """The parts of events that lie in the horizon."""
    start = np.maximum(spans.start, 0)
    return Spans(spans.pair, spans.tactic, start, np.minimum(spans.end, horizon) - start)
