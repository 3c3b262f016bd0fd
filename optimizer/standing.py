"""What holds without any guardrail: fixed events are there, events are possible at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.problem import Calendar, Problem
from workspace.text import Text

Event = tuple[int, int, int, int]  # block, tactic, start, weeks


def _events(calendar: Calendar) -> list[Event]:
    return list(
        zip(
            calendar.block.tolist(),
            calendar.tactic.tolist(),
            calendar.start.tolist(),
            calendar.weeks.tolist(),
            strict=True,
        )
    )


def standing_violations(problem: Problem, calendar: Calendar) -> Iterator[tuple[str, int, Text]]:
    """The name of each broken rule, how many events break it, and the first of them in words."""
    standing = problem.standing
    if standing is None:
        return
    events, pinned = _events(calendar), set(_events(standing.pinned))
    missing = sorted(pinned - set(events))
    banned: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for block, tactic, start, weeks in _events(standing.forbidden):
        banned.setdefault((block, tactic), []).append((start, start + weeks))
    outside = [e for e in events if not standing.included[e[0]] and e not in pinned]
    odd = [e for e in events if not standing.shortest[e[:2]] <= e[3] <= standing.longest[e[:2]]]
    odd += [e for e in events if standing.shortest[e[:2]] == 0 and e not in odd]
    clash = [
        e
        for e in events
        if any(low < e[2] + e[3] and e[2] < high for low, high in banned.get(e[:2], []))
    ]
    yield from _odd_prices(problem, calendar)
    for name, found, message in (
        ("pinned", missing, Text("pinned events are missing")),
        ("include", outside, Text("events of products not included")),
        ("tactics", odd, Text("events that no row of tactics allows")),
        ("forbidden", clash, Text("forbidden events")),
    ):
        if found:
            yield (
                name,
                len(found),
                Text(
                    "{message}, {count}: {event}",
                    message=message,
                    count=len(found),
                    event=_shown(problem, found[0]),
                ),
            )


def _odd_prices(problem: Problem, calendar: Calendar) -> Iterator[tuple[str, int, Text]]:
    """Regular prices that change too often, or while an event runs."""
    moves, ladder = calendar.moves, problem.ladder
    if moves is None or ladder is None:
        return
    many = np.flatnonzero(np.bincount(moves.block, minlength=problem.blocks) > ladder.changes)
    within = [
        int(block)
        for block, week in zip(moves.block, moves.week, strict=True)
        if (
            (calendar.block == block)
            & (calendar.start < week)
            & (week < calendar.start + calendar.weeks)
        ).any()
    ]
    odd = [*many.tolist(), *within]
    if odd:
        where = f"{problem.account[odd[0]]} {problem.product[odd[0]]}"
        text = Text(
            "at most {most} changes of a regular price, none while an event runs: {count}, {where}",
            most=ladder.changes,
            count=len(odd),
            where=where,
        )
        yield "prices", len(odd), text


def _shown(problem: Problem, event: Event) -> str:
    block, tactic, start, weeks = event
    where = f"{problem.account[block]} {problem.product[block]}"
    return f"{where} {problem.tactics[tactic]} {problem.weeks[start]} +{weeks}"
