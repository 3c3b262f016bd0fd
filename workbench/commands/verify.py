"""`tradewind verify`: recompute a plan from the inputs, trusting nothing in it."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.exit_codes import ExitCode
from workbench.interrupt import interruptible
from workbench.language import Code, mark
from workbench.options import AsJson, Home, Lang, PlanArgument, Quiet
from workbench.progress import reporting
from workbench.session import Session

HELP = mark(
    "Recompute a plan from the workspace and compare every number. The verifier shares no code"
    " with what made the plan."
)


def verify(
    folder: PlanArgument,
    workspace: Home = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Lang = Code.ENGLISH,
) -> ExitCode:
    """NOT_VERIFIED where anything does not tie."""
    session = Session(as_json, quiet, lang)
    from scenarios.verify import verify_folder
    from workspace import InputError

    with reporting(session) as report:
        report("verify", 0.0)
        try:
            findings = interruptible(lambda _cancelled: verify_folder(folder, workspace))
        except InputError as error:
            if not _blames_the_plan(folder, workspace):
                raise
            findings = error.faults
    if findings:
        verdict = session.refuse(findings, ExitCode.NOT_VERIFIED, "findings", verified=False)
        session.complain(session.say("{folder}: not verified", folder=folder))
        return verdict
    session.answer({"exit": int(ExitCode.DONE), "verified": True, "findings": []})
    session.show(
        session.say(
            "{folder}: verified; units, money, rules, budgets and totals recomputed from the"
            " inputs agree",
            folder=folder,
        )
    )
    return ExitCode.DONE


def _blames_the_plan(folder: Path, workspace: Path | None) -> bool:
    """Whether inputs that cannot be read are the plan's own fault: it names none, or wrong ones.

    A folder without any file of a plan is no plan at all, and faults in the workspace's own
    tables are the workspace's.
    """
    from optimizer.folder import FILES

    if not any((folder / name).exists() for name in FILES):
        return False
    try:
        record = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        named = [str(record[key]) for key in ("workspace", "scenario_file", "response")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return True
    return workspace is None and not all((folder / path).exists() for path in named)
