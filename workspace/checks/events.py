"""Events: on a block one at a time, and only where something can be planned."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import numpy as np

from workspace.faults import Findings
from workspace.table import Table
from workspace.text import Text

RUN = ("pinned", "actual")  # statuses of events that take place


def check_events(tables: Mapping[str, Table], findings: Findings) -> None:
    """Overlapping events of a block; pinned events that are forbidden, or on unlisted pairs."""
    events = tables.get("events")
    if events is None:
        return
    _overlaps(events, findings)
    listings = tables.get("listings")
    if listings is not None and {"account", "product"} <= listings.present:
        _unlisted(events, listings, findings)


def _overlaps(events: Table, findings: Findings) -> None:
    account, product = events.words("account").words(), events.words("product").words()
    tactic, status = events.words("tactic").words(), events.words("status").words()
    starts, weeks = events.weeks("start_week"), events.numbers("weeks")
    whole = np.flatnonzero(
        (account != "") & (product != "") & (status != "") & ~np.isnat(starts) & ~np.isnan(weeks)
    )
    first = starts.astype(np.int64) // 7
    last = first + np.nan_to_num(weeks).astype(np.int64) - 1
    ordered = sorted(whole, key=lambda i: (account[i], product[i], first[i], i))
    for _, block in groupby(ordered, key=lambda i: (account[i], product[i])):
        members = list(block)
        latest: int | None = None  # the running event that ends last so far
        for i in (m for m in members if status[m] in RUN):
            if latest is not None and first[i] <= last[latest]:
                findings.fault(
                    events.file,
                    int(events.rows[i]),
                    "start_week",
                    Text(
                        "an event that overlaps the one in row {row}", row=int(events.rows[latest])
                    ),
                    Text("one event at a time for an account and product"),
                )
            if latest is None or last[i] > last[latest]:
                latest = int(i)
        for i in (m for m in members if status[m] == "pinned"):
            for j in (m for m in members if status[m] == "forbidden" and tactic[m] == tactic[i]):
                if first[i] <= last[j] and first[j] <= last[i]:
                    findings.fault(
                        events.file,
                        int(events.rows[i]),
                        "status",
                        Text("a pinned event forbidden in row {row}", row=int(events.rows[j])),
                        Text("either of them"),
                    )


def _unlisted(events: Table, listings: Table, findings: Findings) -> None:
    listed = set(
        zip(listings.words("account").words(), listings.words("product").words(), strict=True)
    )
    account, product = events.words("account").words(), events.words("product").words()
    status = events.words("status").words()
    for i in np.flatnonzero((status == "pinned") & (account != "") & (product != "")):
        if (account[i], product[i]) not in listed:
            findings.fault(
                events.file,
                int(events.rows[i]),
                "product",
                Text("a pinned event of a pair that is not listed"),
                Text("a pair of listings"),
            )
