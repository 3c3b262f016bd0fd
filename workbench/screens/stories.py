"""What leads from one plan to another, in words and lines of the terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text as Line

from scenarios.comparison.changes import Change, Move
from scenarios.comparison.comparison import Comparison
from scenarios.comparison.differences import Difference, Kind
from scenarios.comparison.happening import Happening
from scenarios.comparison.story import Story
from workbench.language import Language, mark
from workbench.screens.parts import columns, heading

TOLD = 3  # scenarios told of on the screen; where there are more, the best only
LINES = 6  # changes and differences of each

MOVES = {
    Move.KEPT: mark("kept"),
    Move.MOVED: mark("moved"),
    Move.DEEPENED: mark("deepened"),
    Move.SHALLOWER: mark("shallower"),
    Move.REDRESSED: mark("other feature or display"),
    Move.LONGER: mark("longer"),
    Move.SHORTER: mark("shorter"),
    Move.HIGHER: mark("higher price"),
    Move.LOWER: mark("lower price"),
    Move.DROPPED: mark("dropped"),
    Move.NEW: mark("new"),
}
KINDS = {
    Kind.BUDGET: mark("budget"),
    Kind.RULE: mark("rule"),
    Kind.WHAT_IF: mark("supposition"),
    Kind.INCLUDE: mark("included"),
    Kind.SETTING: mark("setting"),
}


def sentences(story: Story, comparison: Comparison, say: Language) -> Iterator[str]:
    """What the difference is made of: other suppositions and rules, and another calendar."""
    base, mine = (row.contender.figures for row in (comparison.base, story.row))

    def money(cents: int) -> str:
        return say.money(cents / 100.0, comparison.currency)

    kept = story.kept
    if kept is None and story.explained:
        yield say("The calendar of {base} cannot run in {name} at all.",
                  base=comparison.base.name, name=story.row.name)  # fmt: skip
    elif kept is not None:
        moved = kept.incremental_profit - base.incremental_profit
        if moved:
            yield say("With the calendar of {base}, {name} would earn {there}: {moved} by what it"
                      " supposes alone.", base=comparison.base.name, name=story.row.name,
                      there=money(kept.incremental_profit), moved=signed(moved, money))  # fmt: skip
        else:
            yield say("The calendar of {base} would earn the same in {name}: {there}.",
                      base=comparison.base.name, name=story.row.name,
                      there=money(kept.incremental_profit))  # fmt: skip
        if kept.broken:
            names = ", ".join(kept.broken[:4]) + (", ..." if len(kept.broken) > 4 else "")
            yield say("It would break {rules} there: keeping them takes {cost}.", rules=names,
                      cost=signed(mine.incremental_profit - kept.incremental_profit, money)
                      )  # fmt: skip
        else:
            yield say("Planning anew adds {gain}.",
                      gain=signed(mine.incremental_profit - kept.incremental_profit, money)
                      )  # fmt: skip
    events, prices = (_count_in_words(story, of_price, say) for of_price in (False, True))
    if events:
        yield say("Events: {parts}.", parts=events)
    if prices:
        yield say("Regular prices: {parts}.", parts=prices)


def _count_in_words(story: Story, of_price: bool, say: Language) -> str:
    """How many were kept, moved and so on, in words."""
    counted = _count(story, of_price)
    return ", ".join(f"{counted[move]} {say.translate(MOVES[move])}"
                     for move in Move if counted[move])  # fmt: skip


def _count(story: Story, of_price: bool) -> Counter[Move]:
    some = (change for change in story.changes if change.of_price == of_price)
    return Counter(move for change in some for move in change.moves)


def signed(cents: int, money: object) -> str:
    """An amount with its sign."""
    assert callable(money)
    return ("+" if cents > 0 else "") + str(money(cents))


def difference_cells(one: Difference, comparison: Comparison, say: Language) -> list[str]:
    """Kind, what, in the base, here, what that is worth at the margin."""
    worth = ""
    if one.worth is not None:
        low, high = (say.money(cents / 100.0, comparison.currency) for cents in one.worth)
        worth = low if low == high else f"{low} … {high}"
    before, after = one.before, one.after
    if one.kind is Kind.BUDGET:
        before, after = (say.money(float(text), comparison.currency) for text in (before, after))
    else:
        before, after = (_in_language(text, say) for text in (before, after))
    none = "\N{EN DASH}"
    return [say.translate(KINDS[one.kind]), one.what, before or none, after or none, worth]


def _in_language(text: str, say: Language) -> str:
    """A number with the language's marks; anything else as it is."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return say.number(float(text), len(text.partition(".")[2]))


def change_cells(change: Change, comparison: Comparison, say: Language) -> list[str]:
    """Account, product, what became of it, how it was, how it is, its money, why."""
    moves = ", ".join(say.translate(MOVES[move]) for move in change.moves)
    profit = change.profit / 100.0
    account, product = change.block
    return [
        account, product, moves, event_words(change.before, say), event_words(change.after, say),
        ("+" if profit > 0 else "") + say.money(profit, comparison.currency),
        say.text(change.reason) if change.reason is not None else "",
    ]  # fmt: skip


def event_words(one: Happening | None, say: Language) -> str:
    """An event in a few words: what, from when, how long; or a regular price and from when."""
    if one is None:
        return ""
    if one.price is not None:
        return say("regular price {price} from {day}", price=say.number(one.price, 2),
                   day=say.day(one.start))  # fmt: skip
    return f"{one.tactic} {say.day(one.start)} ×{one.weeks}"


def stories_screen(
    stories: Sequence[Story], comparison: Comparison, say: Language
) -> Iterator[RenderableType]:
    """Of each scenario where there are few, else of the best, what changes and why."""
    told = stories
    if len(stories) > TOLD:
        best = next(row for row in comparison.ranked if row is not comparison.base)
        told = [story for story in stories if story.row is best]
    for story in told:
        yield heading(say("From {base} to {name}", base=comparison.base.name, name=story.row.name))
        for sentence in sentences(story, comparison, say):
            yield Line(sentence)
        shown = story.differences[:LINES]
        if shown:
            titles = [say("asked differently"), "", comparison.base.name, story.row.name,
                      say("worth at the margin")]  # fmt: skip
            cells = [difference_cells(one, comparison, say) for one in shown]
            yield Line("")
            yield columns(titles, cells, texts=4)
        if story.changed:
            yield Line("")
            yield from _changes(story, comparison, say)


def _changes(story: Story, comparison: Comparison, say: Language) -> Iterator[RenderableType]:
    for change in story.changed[:LINES]:
        account, product, moves, before, after, profit, reason = change_cells(
            change, comparison, say
        )
        way = " → ".join(words for words in (before, after) if words)
        colour = "green" if change.profit > 0 else "red"
        yield Line.assemble(f"{account}, {product}: ", (moves, "bold"), f", {way} ",
                            (profit, colour))  # fmt: skip
        if reason:
            yield Line(f"  {reason}", "dim")
    left = len(story.changed) - LINES
    if left > 0:
        yield Line(say.plural("{n} more change in changes.csv", "{n} more changes in changes.csv",
                              left), "dim")  # fmt: skip


def story_answer(story: Story) -> dict[str, object]:
    """A story as JSON."""
    kept = story.kept
    events, prices = (
        {str(move): count for move, count in _count(story, of_price).items()}
        for of_price in (False, True)
    )
    return {
        "scenario": story.row.name,
        "differences": [
            {"kind": str(one.kind), "what": one.what, "base": one.before, "value": one.after}
            for one in story.differences
        ],
        "events": events,
        "regular_prices": prices,
        "base_calendar": None
        if kept is None
        else {
            "incremental_profit": kept.incremental_profit / 100.0,
            "breaks": list(kept.broken),
        },
    }
