"""The runs of a batch side by side, and why some have no plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.aims import PROFIT, in_words
from workbench.exit_codes import ExitCode
from workbench.language import Language, mark
from workbench.screens.parts import columns, heading
from workbench.session import Json, Session

if TYPE_CHECKING:
    from scenarios.batch.batch import Batch
    from scenarios.store.runs import Run

MOST = 40  # runs shown; the store has all

ENDINGS = {
    "optimal": mark("proven"),
    "feasible": mark("feasible"),
    "refused": mark("bad input"),
    "infeasible": mark("no plan possible"),
    "nothing": mark("nothing found in time"),
    "unverified": mark("not verified"),
    "broken": mark("broke off"),
}
CODES = {
    "refused": ExitCode.BAD_INPUT,
    "infeasible": ExitCode.NO_PLAN,
    "nothing": ExitCode.STOPPED,
    "unverified": ExitCode.NOT_VERIFIED,
    "broken": ExitCode.BAD_INPUT,
}


def worst(batch: Batch) -> ExitCode:
    """DONE where all have plans; else the gravest: not verified, bad input, stopped, no plan."""
    codes = {CODES[run.ending.value] for run in batch.failed}
    if batch.faults:
        codes.add(ExitCode.BAD_INPUT)
    for code in (ExitCode.NOT_VERIFIED, ExitCode.BAD_INPUT, ExitCode.STOPPED, ExitCode.NO_PLAN):
        if code in codes:
            return code
    return ExitCode.DONE


def batch_screen(batch: Batch, say: Language) -> Iterator[RenderableType]:
    """What the batch found."""
    done = len(batch.runs) - len(batch.failed)
    words = [
        say.plural("{n} scenario with a plan", "{n} scenarios with a plan", done),
        say("{n} known before", n=batch.tally.known),
    ]
    if batch.failed:
        words.append(say("{n} without a plan", n=len(batch.failed)))
    yield Line(", ".join(words), "bold")
    asked = {_asked(run, say) for run in batch.runs[:MOST]}
    gained = say("objective") if asked - {""} else say("profit")
    titles = [say("scenario"), say("state"), gained, say("spend"), say("gap")]
    yield columns(titles, [_row(run, say) for run in batch.runs[:MOST]], texts=2)
    if len(batch.runs) > MOST:
        left = len(batch.runs) - MOST
        yield Line(say.plural("{n} more scenario", "{n} more scenarios", left), "dim")
    if batch.failed:
        yield heading(say("Without a plan"))
        for run in batch.failed[:MOST]:
            yield Line(f"- {run.scenario}: {reason(run, say)}", "red")


def reason(run: Run, say: Language) -> str:
    """Why a run has no plan, on one line."""
    failure = run.failure
    told = [
        f"{fault.file}:{fault.row or ''}:{fault.column or ''}: {say.text(fault.message)}"
        for fault in failure.faults[:3]
    ]
    if failure.message is not None:
        told.insert(0, say.text(failure.message))
    return "; ".join(told)


def _row(run: Run, say: Language) -> list[str]:
    state = say.translate(ENDINGS.get(run.status or run.ending.value, ""))
    if run.objective is None or run.spend is None:
        return [run.scenario, state, "", "", ""]
    gap = "" if run.gap is None else say.percent(run.gap, 2)
    worth = f"{say.number(run.objective / 100)} {_asked(run, say)}".rstrip()
    return [run.scenario, state, worth, say.number(run.spend / 100), gap]


def _asked(run: Run, say: Language) -> str:
    """What a run maximises, in words; nothing for our profit."""
    asked = _maximised(run)
    return "" if asked == PROFIT else in_words(asked, say)


def _maximised(run: Run) -> object:
    """As `Spec.maximised` has it, from the scenario as the store keeps it."""
    risk = run.spec.get("risk")
    weight = float(risk.get("weight", 0.0)) if isinstance(risk, Mapping) else 0.0
    if weight > 0.0:
        return {"expected_profit": 1.0 - weight, "tail_profit": weight}
    return run.spec.get("objective", PROFIT)


def batch_answer(batch: Batch, session: Session) -> dict[str, Json]:
    """The batch for programs."""
    return {
        "known": batch.tally.known,
        "runs": [_plain(run, session.say) for run in batch.runs],
        "faults": [session.fault(fault) for fault in batch.faults],
    }


def _plain(run: Run, say: Language) -> dict[str, Json]:
    return {
        "scenario": run.scenario,
        "key": run.key,
        "ending": run.ending.value,
        "status": run.status,
        "maximised": cast("Json", _maximised(run)),  # it came from JSON
        "objective": None if run.objective is None else run.objective / 100,
        "spend": None if run.spend is None else run.spend / 100,
        "gap": run.gap,
        "plan_sha256": run.plan_sha256,
        "error": None if run.plan_sha256 is not None else reason(run, say),
    }
