"""What `compare` leaves behind: its files, its words on the screen, its answer to programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimizer.reports.cells import write_table
from scenarios.comparison import changes, differences, table
from scenarios.comparison.comparison import Comparison
from scenarios.comparison.story import Story
from scenarios.comparison.survey import Survey
from scenarios.comparison.workbook import write_workbook
from scenarios.fresh_folder import fresh_folder
from scenarios.tornado import table as tornado_table
from scenarios.tornado.tornado import Tornado
from workbench.exit_codes import ExitCode
from workbench.language import Language
from workbench.pages.comparison import comparison_page
from workbench.results import workbook_words
from workbench.screens.comparison import comparison_answer, comparison_screen, files_screen
from workbench.screens.stories import stories_screen, story_answer
from workbench.screens.tornado import tornado_answer, tornado_screen
from workbench.session import Session

TORNADO = "tornado.csv"
FILES = (
    "compare.html",
    "compare.xlsx",
    "compare.csv",
    "accounts.csv",
    "budgets.csv",
    "differences.csv",
    "changes.csv",
    TORNADO,
)

Table = tuple[Sequence[str], Iterable[Sequence[str]]]


@dataclass(frozen=True)
class Compared:
    """All that was found out. `tornado` is None where nobody asked for it."""

    comparison: Comparison
    found: Survey
    stories: Sequence[Story]
    tornado: Tornado | None


def write(compared: Compared, target: Path, say: Language) -> None:
    """All files, or none."""
    with fresh_folder(target, FILES) as place:
        for name, (header, rows) in _tables(compared):
            write_table(place / name, header, rows)
        html = comparison_page(
            compared.comparison, compared.found, compared.stories, compared.tornado, say
        )
        (place / "compare.html").write_text(html, encoding="utf-8", newline="\n")
        write_workbook(compared.comparison, place, workbook_words(say))


def _tables(compared: Compared) -> Iterator[tuple[str, Table]]:
    comparison, stories = compared.comparison, compared.stories
    yield "compare.csv", (table.HEADER, table.rows(comparison))
    yield "accounts.csv", (table.ACCOUNTS, table.account_rows(comparison))
    yield "budgets.csv", (table.BUDGETS, table.budget_rows(comparison))
    yield (
        "differences.csv",
        (
            differences.HEADER,
            (
                cells
                for story in stories
                for cells in differences.difference_rows(story.row.name, story.differences)
            ),
        ),
    )
    yield (
        "changes.csv",
        (
            changes.HEADER,
            (
                cells
                for story in stories
                for cells in changes.change_rows(story.row.name, story.changes)
            ),
        ),
    )
    if compared.tornado is not None:
        yield TORNADO, (tornado_table.HEADER, tornado_table.rows(compared.tornado))


def tell(session: Session, compared: Compared, target: Path, code: ExitCode) -> None:
    """To programs and to people."""
    answer = comparison_answer(compared.comparison, compared.found)
    answer["changes"] = [story_answer(story) for story in compared.stories]
    if compared.tornado is not None:
        answer["tornado"] = tornado_answer(compared.tornado)
    session.answer({"exit": int(code), **answer, "folder": str(target)})
    if not session.readable:
        return
    from rich.console import Console

    say, comparison = session.say, compared.comparison
    width = Console().width
    session.show(*comparison_screen(comparison, compared.found, say, width))
    session.show(*stories_screen(compared.stories, comparison, say))
    if compared.tornado is not None:
        session.show(*tornado_screen(compared.tornado, comparison.currency, say, width))
    written = [name for name in FILES if (target / name).is_file()]
    session.show(*files_screen(target, written, say))
