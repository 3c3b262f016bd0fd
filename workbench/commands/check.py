"""`tradewind check`: everything that is wrong with a workspace, in one pass."""

from __future__ import annotations

from pathlib import Path

from workbench.exit_codes import ExitCode
from workbench.interrupt import Cancelled, interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Folder, Lang, Quiet
from workbench.progress import reporting
from workbench.session import Session

HELP = mark("Validate a workspace: all problems in one pass, each with its file, row and column.")


def check(
    folder: Folder = Path(),
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """Load everything; faults end the command on the way, suspicions do not."""
    session = Session(as_json, quiet, lang)
    from models.suspicions import Suspicion, suspicions_of
    from workspace import Workspace, load
    from workspace.schema import WORKSPACE
    from workspace.second_opinion import agree

    with reporting(session) as report:
        report("load", 0.0)

        def work(_cancelled: Cancelled) -> tuple[Workspace, tuple[Suspicion, ...]]:
            loaded = load(folder)
            for schema in WORKSPACE:
                agree(loaded.table(schema.name), schema)
            return loaded, suspicions_of(loaded)

        workspace, suspicions = interruptible(work)

    from workbench.screens.check import check_screen, table_sizes
    from workbench.screens.suspicions import suspicion_rows

    notes = [
        {
            "file": note.file,
            "row": note.row,
            "column": note.column,
            "message": session.say.text(note.message),
        }
        for note in workspace.notes
    ]
    session.answer(
        {
            "exit": int(ExitCode.DONE),
            "workspace": workspace.settings.name,
            "tables": table_sizes(workspace),
            "notes": notes,
            "suspicions": suspicion_rows(suspicions, session.say),
            "faults": [],
            "sha256": workspace.sha256,
        }
        if session.as_json
        else {}
    )
    if session.readable:
        session.show(*check_screen(workspace, suspicions, session.say))
    return ExitCode.DONE
