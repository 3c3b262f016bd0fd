"""What `plan` and `evaluate` have in common: finding the scenario, telling the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.exit_codes import ExitCode
from workbench.session import Session

if TYPE_CHECKING:
    from optimizer.reports.workbook.words import Words
    from scenarios.run import RunResult
    from workbench.language import Language


SETTINGS = "workspace.yaml"


def scenario_path(workspace: Path, asked: Path) -> Path:
    """The scenario file: as given, inside the workspace, or by its bare name in scenarios/."""
    named = workspace / "scenarios" / f"{asked.name}.yaml"
    for path in (asked, workspace / asked, named):
        if path.is_file():
            return path
    return asked


def split_workspace(given: Sequence[Path]) -> tuple[Path, list[Path]]:
    """The workspace and the rest: the folder among them, the current one, or the files' own."""
    folders = [path for path in given if path.is_dir()]
    rest = [path for path in given if path not in folders[:1]]
    if folders:
        return folders[0], rest
    around = rest[0].parent.parent if rest else Path()
    here = (Path() / SETTINGS).is_file()
    return (around if not here and (around / SETTINGS).is_file() else Path()), rest


def tell_result(
    session: Session, result: RunResult, accounts: Sequence[str] | None, everything: bool
) -> ExitCode:
    """Show a finished plan, or say why there is none; the exit code that goes with it."""
    from rich.console import Console

    from workbench.explanation import explained
    from workbench.plan_view import read_view
    from workbench.screens.calendar import Selection
    from workbench.screens.plan import plan_screen

    view = read_view(result.folder, result.workspace)
    # How the search went is told here alone: its times would make every plan's files differ.
    trace = [
        {"seconds": round(at.seconds, 3), "objective": at.objective, "bound": at.bound}
        for at in result.plan.trace
    ]
    told: dict[str, object] = {
        "folder": str(result.folder),
        "trace": trace,
        "troubles": list(result.plan.troubles),
    }
    explanation = None
    if session.as_json or session.readable:
        earned = zip(view.calendar["event"], view.calendar["incremental_profit"], strict=True)
        explanation = explained(result.plan, {code: float(money) for code, money in earned})
        told["explanation"] = explanation.plain()
    session.answer({**view.plan, **told})
    _tell_troubles(session, result.plan.troubles)
    if session.readable:
        width = Console().width
        selection = Selection(tuple(accounts or ()), everything)
        broken = tuple(session.say.text(found.message) for found in result.plan.violations)
        screen = plan_screen(view, session.say, width, selection, broken, explanation)
        session.show(*screen)
    return ExitCode.DONE


def _tell_troubles(session: Session, troubles: Sequence[str]) -> None:
    """A line to stderr where a solver failed on the way to a plan that holds all the same."""
    if troubles:
        session.complain(
            session.say.plural(
                "The solver failed once ({first}). Nothing rests on that answer: plan and bound"
                " hold, and may be looser than usual.",
                "The solver failed {n} times (first: {first}). Nothing rests on those answers:"
                " plan and bound hold, and may be looser than usual.",
                len(troubles),
                first=troubles[0],
            )
        )


def workbook_words(say: Language) -> Words:
    """The language of a plan's workbook: the one that the command speaks."""
    from optimizer.reports.workbook.words import Words

    return Words(str(say.code), say.translate)
