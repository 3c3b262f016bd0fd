"""What an event teaches, in a sentence."""

from __future__ import annotations

import math

from scenarios.review.event_review import Compared, Lifts
from scenarios.review.seen import Status
from workspace.text import Text

SAME = 0.02  # ln lifts nearer than this are the same


def lesson(status: Status, compared: Compared | None, lifts: Lifts | None) -> Text:
    """Whether the deal sold what it was believed to, and what the next fit will believe."""
    if status is Status.TO_COME:
        return Text("not run yet: no sales of its weeks")
    if status is Status.NO_DATA:
        return Text("its weeks are over, and sales have no row of it")
    if status is Status.NOT_RUN or compared is None or lifts is None:
        return Text("nothing of the deal shows in its weeks: nothing is learned about it")
    values = {"planned": lifts.planned, "next": lifts.next}
    response = compared.ranges["response"]
    if response.low > 0.0:
        return Text(
            "what ran sold more than believed: the next fit believes {next:+.0%} (planned"
            " {planned:+.0%})",
            **values,
        )
    if response.high < 0.0:
        return Text(
            "what ran sold less than believed: the next fit believes {next:+.0%} (planned"
            " {planned:+.0%})",
            **values,
        )
    if abs(math.log1p(lifts.next) - math.log1p(lifts.planned)) < SAME:
        return Text("the lift is confirmed: {next:+.0%} (planned {planned:+.0%})", **values)
    return Text(
        "what ran sold what was believed, chance apart; the next fit believes {next:+.0%} (planned"
        " {planned:+.0%})",
        **values,
    )
