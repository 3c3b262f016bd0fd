"""From the base to each other scenario, on the page: sentences, tables, both calendars drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from scenarios.comparison.changes import Change, Move
from scenarios.comparison.comparison import Comparison
from scenarios.comparison.happening import Happening
from scenarios.comparison.schedule import Block
from scenarios.comparison.story import Story
from workbench.language import Language
from workbench.pages.calendars import Lane, Strip, calendars
from workbench.screens.stories import (
    change_cells,
    difference_cells,
    event_words,
    sentences,
)

MOST = 12  # scenarios drawn
LANES = 60  # products drawn in each
ROWS = 25  # changes listed in each


def story_sections(
    stories: Sequence[Story], comparison: Comparison, say: Language
) -> Iterator[Mapping[str, object]]:
    """A section for each scenario whose changes are explained; the first is open."""
    place = {row.name: row.rank.place for row in comparison.rows}
    told = sorted((one for one in stories if one.explained), key=lambda one: place[one.row.name])
    for story in told[:MOST]:
        left = len(story.changed) - ROWS
        yield {
            "title": say("From {base} to {name}", base=comparison.base.name, name=story.row.name),
            "sentences": list(sentences(story, comparison, say)),
            "differences": [difference_cells(one, comparison, say) for one in story.differences],
            "differences_head": [say("asked differently"), "", comparison.base.name,
                                 story.row.name, say("worth at the margin")],
            "picture": _picture(story, comparison, say) if story.changed else "",
            "picture_note": say(
                "Above in each line: {base}. Below: {name}. Only products whose events differ are"
                " drawn.", base=comparison.base.name, name=story.row.name,
            ),
            "legend": [("kept", say("kept")), ("was", say("changed, as it was")),
                       ("other", say("changed, as it is")), ("new", say("new")),
                       ("dropped", say("dropped"))],
            "changes": [change_cells(change, comparison, say) for change in story.changed[:ROWS]],
            "changes_head": [say("account"), say("product"), say("change"), comparison.base.name,
                             story.row.name, say("we earn"), say("why")],
            "more": say.plural("{n} more change in changes.csv", "{n} more changes in changes.csv",
                               left) if left > 0 else "",
        }  # fmt: skip


def _picture(story: Story, comparison: Comparison, say: Language) -> Markup:
    horizons = [row.contender.spec.horizon for row in (comparison.base, story.row)]
    first = min(horizon.first_week for horizon in horizons)
    last = max(horizon.first_week + timedelta(weeks=horizon.weeks) for horizon in horizons)
    blocks: dict[Block, list[Change]] = {}
    for change in story.changes:
        blocks.setdefault(change.block, []).append(change)
    moved = {block: sum(abs(one.profit) for one in some if not one.kept)
             for block, some in blocks.items() if not all(one.kept for one in some)}  # fmt: skip
    chosen = sorted(sorted(moved, key=lambda block: -moved[block])[:LANES])
    lanes = [_lane(block, blocks[block], comparison, say) for block in chosen]
    title = say("From {base} to {name}", base=comparison.base.name, name=story.row.name)
    return calendars(title, first, (last - first).days // 7, lanes, say)


def _lane(block: Block, found: Sequence[Change], comparison: Comparison, say: Language) -> Lane:
    return Lane(
        " · ".join(block),
        [_strip(one.before, one, comparison, say) for one in found if one.before],
        [_strip(one.after, one, comparison, say) for one in found if one.after],
    )


def _strip(one: Happening, change: Change, comparison: Comparison, say: Language) -> Strip:
    kind = "kept" if change.kept else "was" if one is change.before else "other"
    if change.moves in ((Move.NEW,), (Move.DROPPED,)):
        kind = str(change.moves[0])
    earned = say.money(one.profit / 100.0, comparison.currency)
    weeks = one.weeks if one.price is None else 1  # a change of price marks its first week
    return Strip(_monday(one.start), weeks, kind, f"{event_words(one, say)}: {earned}")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
