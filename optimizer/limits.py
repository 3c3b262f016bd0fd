"""What each block may do: from terms, horizon and fixed events to the limits of a problem."""

from __future__ import annotations

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.problem import Bools, Ints, Limits, Shapes, Standing


def starting_limits(shapes: Shapes, standing: Standing, horizon: int) -> Limits:
    """Limits before any guardrail: lengths, the horizon, what is included, forbidden or pinned."""
    blocks = standing.included.size
    limits = Limits(
        allowed=np.zeros((blocks, shapes.tactic.size, horizon), dtype=np.bool_),
        must=np.full((blocks, horizon), -1, dtype=np.int64),
        free=np.tile(np.arange(horizon + 1, dtype=np.int64), (blocks, 1)),
        opens=np.zeros(blocks, dtype=np.int64),
        max_events=np.full(blocks, horizon, dtype=np.int64),
        max_weeks=np.full(blocks, horizon, dtype=np.int64),
    )
    for s, (tactic, weeks) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True)):
        fits = (standing.shortest[:, tactic] <= weeks) & (weeks <= standing.longest[:, tactic])
        limits.allowed[standing.included & fits, s, : horizon - weeks + 1] = True
    pinned = standing.pinned
    for block, tactic, start, weeks in zip(
        pinned.block, pinned.tactic, pinned.start, pinned.weeks, strict=True
    ):
        shape = shapes.number(tactic, weeks)
        limits.allowed[block, shape, start] = True
        limits.must[block, start] = shape
    banned = standing.forbidden
    for block, tactic, start, weeks in zip(
        banned.block, banned.tactic, banned.start, banned.weeks, strict=True
    ):
        bar(limits.allowed, shapes, np.array([block]), tactic, start, weeks)
    return limits


def bar(allowed: Bools, shapes: Shapes, blocks: Ints, tactic: int, start: int, weeks: int) -> None:
    """Take out of `allowed` (P, S, T) every event of a tactic that runs in one of the weeks."""
    for shape in np.flatnonzero(shapes.tactic == tactic):
        first = max(0, start - int(shapes.weeks[shape]) + 1)
        allowed[blocks, shape, first : start + weeks] = False


def settle(draft: Draft) -> None:
    """Leave only events that fit beside the pinned ones; name the rules that cannot be kept.

    To be called when all rules have been applied.
    """
    limits, horizon = draft.limits, draft.horizon
    for line in draft.lines:
        _share(limits, line)
    for pinned in np.flatnonzero((limits.must >= 0).any(axis=1)):
        _settle_block(draft, int(pinned))
    starts = np.arange(horizon)
    limits.allowed[...] &= starts[None, None, :] >= limits.opens[:, None, None]
    _check_pins(draft)
    for name, block, first, last in draft.covers:
        if not _covered(draft, block)[first : last + 1].all():
            draft.broken.append(name)
    draft.broken[:] = sorted(set(draft.broken))


def _share(limits: Limits, line: Ints) -> None:
    """Allow the blocks of a line only what all of them may do; what one must do, all must."""
    must = limits.must[line].max(axis=0)
    at_odds = ((limits.must[line] >= 0) & (limits.must[line] != must)).any(axis=0)
    limits.allowed[line] = limits.allowed[line].all(axis=0)
    limits.allowed[line[:, None], :, np.flatnonzero(at_odds)[None, :]] = False
    limits.must[line] = must
    limits.free[line] = limits.free[line].max(axis=0)
    limits.opens[line] = limits.opens[line].max()
    limits.max_events[line] = limits.max_events[line].min()
    limits.max_weeks[line] = limits.max_weeks[line].min()


def _settle_block(draft: Draft, block: int) -> None:
    """Shut out shapes that overlap a pinned event of the block or stand too near to it."""
    limits, shapes, horizon = draft.limits, draft.shapes, draft.horizon
    must, free = limits.must[block], limits.free[block]
    pins = np.flatnonzero(must >= 0)
    ends = pins + shapes.weeks[must[pins]]
    own = limits.allowed[block, must[pins], pins].copy()
    starts = np.arange(horizon)
    after = np.searchsorted(pins, starts)  # the first pin that starts in the week or later
    next_pin = np.append(pins, 2 * horizon)[after]
    opens = np.append(0, free[ends])[after]  # after the last pin that starts before the week
    for s, weeks in enumerate(shapes.weeks):
        end = np.minimum(starts + weeks, horizon)
        fits = (starts >= opens) & (starts + weeks <= next_pin)
        fits &= (free[end] <= next_pin) | (next_pin >= horizon)
        limits.allowed[block, s] &= fits
    # A pin stays possible where the rules allow it and the pin before it leaves room.
    room = np.append(limits.opens[block], free[ends[:-1]])
    limits.allowed[block, must[pins], pins] = own & (pins >= room)


def _check_pins(draft: Draft) -> None:
    """Name pinned events that the rules do not allow, and blocks with too many of them."""
    limits, shapes = draft.limits, draft.shapes
    for block, start in zip(*np.nonzero(limits.must >= 0), strict=True):
        if not limits.allowed[block, limits.must[block, start], start]:
            draft.broken.append(f"pinned {draft.block_name(int(block))} week {start + 1}")
    pinned = limits.must >= 0
    lengths = np.where(pinned, shapes.weeks[limits.must] if shapes.weeks.size else 0, 0)
    many = pinned.sum(axis=1) > limits.max_events
    long = lengths.sum(axis=1) > limits.max_weeks
    for name, blocks in (("max_events", many), ("max_weeks_on_deal", long)):
        draft.broken.extend(f"{name} {draft.block_name(int(b))}" for b in np.flatnonzero(blocks))


def _covered(draft: Draft, block: int) -> Bools:
    """Whether some event that is still allowed has a promoted week there: (T,)."""
    covered = np.zeros(draft.horizon, dtype=np.bool_)
    for s, weeks in enumerate(draft.shapes.weeks):
        for start in np.flatnonzero(draft.limits.allowed[block, s]):
            covered[start : start + weeks] = True
    return covered


def active_blocks(standing: Standing) -> Bools:
    """Blocks that may have an event: included, or with a pinned one. (P,)."""
    active = standing.included.copy()
    active[standing.pinned.block] = True
    return active
