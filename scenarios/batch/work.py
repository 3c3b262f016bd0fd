"""The work of a worker: one scenario, from its question to a verified plan in memory."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from optimizer import pricing
from optimizer.build import build
from optimizer.cancellation import Cancelled
from optimizer.folder import Origin
from scenarios.answer import Facts, Told, planned, written
from scenarios.batch import trunk
from scenarios.batch.task import Answer, Shared, Task
from scenarios.masters import check_master
from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from scenarios.store.archive import pack
from scenarios.store.errors import Failure
from scenarios.store.runs import Ending
from scenarios.what_if.assume import assume
from workspace.faults import InputError
from workspace.text import Text

KEPT = 4  # worlds under what-ifs that a worker remembers

_lock = threading.Lock()  # a worker on a cluster may have several threads
_worlds: dict[tuple[str, str], Facts] = {}


def one_core() -> None:
    """Let this process use one core: a batch has as many workers as it is to use cores."""
    pricing.THREADS = 1


def solve(shared: Shared, task: Task, cancelled: Callable[[], bool] | None = None) -> Answer:
    """Solve one scenario. Never raises for what scenarios and solvers do, but Cancelled."""
    started = time.monotonic()
    try:
        return _solved(shared, task, Told(cancelled=cancelled), started)
    except Cancelled:
        raise
    except Exception as error:  # one scenario's trouble must not end the others
        ending, failure = ended(error)
        return Answer(task.question, ending, failure=failure, seconds=time.monotonic() - started)


def ended(error: Exception) -> tuple[Ending, Failure]:
    """How a run ended that raised `error`, and what is said about it."""
    if isinstance(error, InputError):
        return Ending.REFUSED, Failure(faults=error.faults)
    if isinstance(error, VerificationFailed):
        return Ending.UNVERIFIED, Failure(error.message, error.findings)
    if isinstance(error, Infeasible):
        return Ending.INFEASIBLE, Failure(error.message)
    if isinstance(error, NothingFound):
        return Ending.NOTHING, Failure(error.message)
    reason = f"{type(error).__name__}: {error}"
    return Ending.BROKEN, Failure(Text("the run broke off ({reason})", reason=reason))


def _solved(shared: Shared, task: Task, told: Told, started: float) -> Answer:
    scenario, question, facts = task.scenario, task.question, shared.facts
    believed = _world(shared, task)
    with scenario.located():
        problem = build(
            believed.workspace,
            believed.response,
            scenario.spec,
            scenario_file=scenario.path.name,
        )
    check_master(scenario)
    head = trunk.head_for(shared, scenario, told.cancelled)
    plan = planned(believed, scenario.spec, problem, told, time.monotonic() - started, head)
    origin = Origin(
        scenario_file=f"../../scenarios/{question.scenario_sha256}.yaml",
        scenario_sha256=question.scenario_sha256,
        workspace=shared.origins.workspace,
        response=shared.origins.response,
        inputs_sha256=facts.workspace.sha256,
        response_sha256=facts.response.sha256,
    )
    plan = replace(plan, seconds=time.monotonic() - started)
    with tempfile.TemporaryDirectory(prefix="tradewind-") as name:
        folder = Path(name)
        # A workbook says nothing that the tables do not: it is made when somebody asks for the
        # folder, in that person's language (scenarios.store.unpacked).
        written(plan, facts, origin, folder, told, None)
        packed = pack(folder)
    return Answer(question, Ending.DONE, packed=packed, seconds=packed.seconds)


def _world(shared: Shared, task: Task) -> Facts:
    """The facts under the scenario's what-ifs; scenarios with the same ones share them."""
    what_if = task.scenario.spec.what_if
    key = (shared.sha256, "".join(assumption.model_dump_json() for assumption in what_if))
    with _lock:
        if key not in _worlds:
            made = assume(shared.facts, task.scenario)
            while len(_worlds) >= KEPT:
                del _worlds[next(iter(_worlds))]
            _worlds[key] = made
        return _worlds[key]
