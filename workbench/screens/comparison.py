"""Scenarios side by side as a trade marketer reads them: the best first, then what is proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from scenarios.comparison.comparison import Comparison, Row
from scenarios.comparison.proof import Verdict
from scenarios.comparison.survey import Survey
from scenarios.comparison.table import doubtful
from workbench.language import Language, mark
from workbench.screens.parts import heading
from workbench.shortened import shortened

MOST = 40  # scenarios shown; the files have all
MIDDLING, WIDE = 100, 130  # columns of a terminal from which there is room for more figures
TAKEN = (62, 86, 124)  # columns that figures take at each of these widths

PROVEN = {
    Verdict.BETTER: mark("proven better"),
    Verdict.WORSE: mark("proven worse"),
    Verdict.SAME: mark("proven the same"),
    Verdict.OPEN: mark("within the gaps"),
    Verdict.UNKNOWN: mark("no bound"),
}
COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red"}


def headlines(comparison: Comparison, say: Language) -> Iterator[str]:
    """What a comparison says in a few sentences, most useful first."""
    rows, base = comparison.ranked, comparison.base
    best = rows[0]

    def money(cents: int) -> str:
        return say.money(cents / 100.0, comparison.currency)

    earned = money(best.contender.figures.incremental_profit)
    if len(rows) == 1:
        yield say("{name} earns {earned}.", name=best.name, earned=earned)
    elif best.rank.worst == 1:
        yield say("{name} earns most: {earned}. No other can be better, whatever else is found.",
                  name=best.name, earned=earned)  # fmt: skip
    else:
        could = [row for row in rows if row is not best and row.rank.best == 1]
        names = ", ".join(row.name for row in could[:3])
        if not could or len(could) > 3:
            names = say.plural("{n} other", "{n} others", max(1, len(could)))
        yield say("{name} earns most: {earned}. Within what was proven, {names} could be as good.",
                  name=best.name, earned=earned, names=names)  # fmt: skip
    if best is not base:
        more = best.contender.figures.incremental_profit - base.contender.figures.incremental_profit
        edge = best.edge
        if edge.low is not None and edge.high is not None and edge.low > 0:
            yield say("That is {more} more than {base}, of which {low} is proven.",
                      more=money(more), base=base.name, low=money(edge.low))  # fmt: skip
        else:
            yield say("That is {more} more than {base}, none of it proven.",
                      more=money(more), base=base.name)  # fmt: skip
    doubt = [row.name for row in rows if doubtful(row)]
    if doubt:
        yield say.plural(
            "In {n} plan a budget is exceeded more often than 1 time in 20: {names}.",
            "In {n} plans a budget is exceeded more often than 1 time in 20: {names}.",
            len(doubt), names=", ".join(doubt[:4]) + (", ..." if len(doubt) > 4 else ""),
        )  # fmt: skip


def status_words(row: Row, say: Language) -> str:
    """How far a plan is proven, in words."""
    figures = row.contender.figures
    if row.contender.status == "infeasible":
        return say("breaks rules")
    return say("no bound") if figures.gap is None else say.percent(figures.gap, 2)


def proven_words(row: Row, comparison: Comparison, say: Language) -> str:
    """What is proven of a scenario beside the base, in words."""
    return say("the base") if row is comparison.base else say.translate(PROVEN[row.edge.verdict])


def rank_words(row: Row, say: Language) -> str:
    """A place, and the places that the gaps leave possible where they are more than one."""
    rank = row.rank
    if rank.best == rank.worst:
        return say.integer(rank.place)
    return f"{rank.place} ({rank.best}\N{EN DASH}{rank.worst})"


def comparison_screen(
    comparison: Comparison, found: Survey, say: Language, width: int
) -> Iterator[RenderableType]:
    """Headlines, one line for each scenario, what is missing."""
    yield heading(say.plural("{n} scenario side by side", "{n} scenarios side by side",
                             len(comparison.rows)))  # fmt: skip
    for sentence in headlines(comparison, say):
        yield Line(sentence)
    yield Line("")
    yield _table(comparison, say, width)
    if len(comparison.rows) > MOST:
        left = len(comparison.rows) - MOST
        yield Line(say.plural("{n} more scenario", "{n} more scenarios", left), "dim")
    yield Line(say("We earn: incremental profit, after paying for the deals. Differences are"
                   " against {base}.", base=comparison.base.name), "dim")  # fmt: skip
    yield from missing_screen(found, say)


def files_screen(folder: Path, files: Sequence[str], say: Language) -> Iterator[RenderableType]:
    """Where the files are."""
    yield heading(say("Files"))
    yield Line(say("{folder}: {files}", folder=str(folder), files=", ".join(files)))


def missing_screen(found: Survey, say: Language) -> Iterator[RenderableType]:
    """Scenarios without a plan that could be compared, why, and how to make one."""
    if not found.missing:
        return
    yield heading(say("Without a plan"))
    for one in found.missing[:MOST]:
        yield Line(f"- {one.name}: {say.text(one.why)}")
    if len(found.missing) > MOST:
        left = len(found.missing) - MOST
        yield Line(say.plural("{n} more scenario", "{n} more scenarios", left), "dim")
    again = again_words(found)
    if again:
        yield Line(say("To make them: {command}", command=again))


def again_words(found: Survey) -> str:
    """The command that makes the plans that are missing, "" where there is none."""
    files = dict.fromkeys(one.again for one in found.missing if one.again is not None)
    if not files:
        return ""
    return " ".join(["tradewind batch", str(found.workspace.folder), *files])


def _table(comparison: Comparison, say: Language, width: int) -> RenderableType:
    level = 0 if width < MIDDLING else 1 if width < WIDE else 2
    head = ["", say("scenario"), say("we earn"), say("difference")]
    if level:
        head += [say("spend"), say("return")]
    if level > 1:
        head += [say("1 time in 10 less than"), say("retailers earn")]
    head += [say("gap"), say("proven")]
    table = Table.grid(padding=(0, 2))
    for place in range(len(head)):
        words = place in (1, len(head) - 1)
        table.add_column(justify="left" if words else "right", no_wrap=True)
    table.add_row(*head, style="dim")
    for row in comparison.ranked[:MOST]:
        style = "bold" if row is comparison.base else ""
        table.add_row(*_cells(row, comparison, say, level, width - TAKEN[level]), style=style)
    return table


def _cells(
    row: Row, comparison: Comparison, say: Language, level: int, room: int
) -> list[str | Line]:
    """The cells of a line; `level` 0 to 2: which columns there is room for, `room` for names."""
    figures, base = row.contender.figures, comparison.base.contender.figures

    def money(cents: int | None) -> str:
        return "" if cents is None else say.money(cents / 100.0, comparison.currency)

    change = figures.incremental_profit - base.incremental_profit
    cells: list[str | Line] = [
        rank_words(row, say),
        shortened(row.name, room),
        money(figures.incremental_profit),
        "" if row is comparison.base else ("+" if change > 0 else "") + money(change),
    ]
    if level:
        cells += [money(figures.spend), "" if figures.roi is None else say.percent(figures.roi, 0)]
    if level > 1:
        cells += [money(figures.p10), money(figures.retailer_incremental_profit)]
    words = proven_words(row, comparison, say)
    colour = "dim" if row is comparison.base else COLOURS.get(row.edge.verdict, "yellow")
    return [*cells, status_words(row, say), Line(words, colour)]


def comparison_answer(comparison: Comparison, found: Survey) -> dict[str, object]:
    """A comparison as JSON, numbers as in compare.csv."""
    return {
        "base": comparison.base.name,
        "currency": comparison.currency,
        "scenarios": [_plain(row, comparison) for row in comparison.rows],
        "missing": [
            {"scenario": one.name, "why": str(one.why), "batch": one.again} for one in found.missing
        ],
    }


def _plain(row: Row, comparison: Comparison) -> dict[str, object]:
    figures, its = row.contender.figures, comparison.base.contender.figures

    def money(cents: int | None) -> float | None:
        return None if cents is None else cents / 100.0

    return {
        "scenario": row.name,
        "status": row.contender.status,
        "profit": money(figures.profit),
        "incremental_profit": money(figures.incremental_profit),
        "spend": money(figures.spend),
        "roi": figures.roi,
        "retailer_incremental_profit": money(figures.retailer_incremental_profit),
        "units": figures.units,
        "events": figures.events,
        "incremental_profit_p10": money(figures.p10),
        "incremental_profit_p90": money(figures.p90),
        "budgets_in_doubt": doubtful(row),
        "bound": money(figures.bound),
        "gap": figures.gap,
        "rank": row.rank.place,
        "rank_best": row.rank.best,
        "rank_worst": row.rank.worst,
        "incremental_profit_change": money(figures.incremental_profit - its.incremental_profit),
        "spend_change": money(figures.spend - its.spend),
        "change_low": money(row.edge.low),
        "change_high": money(row.edge.high),
        "proven": None if row is comparison.base else str(row.edge.verdict),
    }
