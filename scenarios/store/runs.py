"""The runs that a store knows: what was asked, how it ended, and where its plan is.

    with open_store(workspace_folder) as store:
        for run in latest_runs(store):
            record = run.record(store)             # plan.json
            weekly = run.frame(store, "weekly")    # cells as text, like the CSV
            folder = plan_folder(store, run)       # the contract's files (scenarios.store.unpacked)

Only endings that the same inputs always reach are final (`Ending.final`): their keys are never
solved again. What ended by accident (a process that died, a full disk) is tried again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, delete, insert, select

from scenarios.store import archive
from scenarios.store.engine import reading, serialised
from scenarios.store.errors import Failure, failure_of
from scenarios.store.store import Store, now
from scenarios.store.tables import plans, runs, scenarios, workspaces

AT_ONCE = 500  # keys in one query: both databases limit their parameters


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"  # with a verified plan
    REFUSED = "refused"  # the scenario asks for what the workspace does not have
    INFEASIBLE = "infeasible"  # proven: no calendar keeps its rules
    NOTHING = "nothing"  # the time was up with nothing feasible
    UNVERIFIED = "unverified"  # the verifier disagreed
    BROKEN = "broken"  # the machine failed it: tried again by the next batch

    @property
    def final(self) -> bool:
        """Whether the same key would end the same way again."""
        return self is not Ending.BROKEN


@dataclass(frozen=True)
class Run:
    """One run. Amounts in whole cents, excl. VAT; None where there is no plan."""

    key: str
    scenario: str
    scenario_sha256: str
    workspace_sha256: str
    response_sha256: str
    version: str
    ending: Ending
    error: str | None  # scenarios.store.errors
    seconds: float
    finished: str
    plan_sha256: str | None = None
    status: str | None = None  # of the plan: optimal, feasible
    objective: int | None = None
    bound: int | None = None
    spend: int | None = None
    events: int | None = None
    spec_json: str = "{}"

    @cached_property
    def spec(self) -> Mapping[str, object]:
        """What the scenario says, defaults written out."""
        said: dict[str, object] = json.loads(self.spec_json)
        return said

    @property
    def gap(self) -> float | None:
        """(bound - objective) / max(1, |objective|), None where there is no bound."""
        if self.bound is None or self.objective is None:
            return None
        return (self.bound - self.objective) / max(100, abs(self.objective))

    @property
    def failure(self) -> Failure:
        """Why there is no plan."""
        return failure_of(self.error)

    def record(self, store: Store) -> Mapping[str, object]:
        """plan.json of its plan, seconds apart. KeyError where it has none."""
        return archive.record(store, self._plan())

    def frame(self, store: Store, table: str) -> pd.DataFrame:
        """calendar, weekly, budgets, pnl, supply, sop or guardrails, every cell as text."""
        return archive.frame(store, self._plan(), table)

    def _plan(self) -> str:
        if self.plan_sha256 is None:
            raise KeyError(f"the run {self.key} has no plan: {self.ending}")
        return self.plan_sha256


@dataclass(frozen=True)
class Question:
    """What a run is about, as the store names it."""

    key: str
    workspace_sha256: str
    workspace_name: str
    currency: str
    response_sha256: str
    scenario_sha256: str
    scenario: str
    spec_json: str
    version: str


def finished_runs(store: Store, workspace_sha256: str | None = None) -> list[Run]:
    """Every run with a plan, by scenario, then the time it ended; of one state of the inputs."""
    query = _query().where(runs.c.ending == Ending.DONE.value)
    if workspace_sha256 is not None:
        query = query.where(runs.c.workspace_sha256 == workspace_sha256)
    return _read(store, query)


def latest_runs(
    store: Store, names: Collection[str] | None = None, workspace_sha256: str | None = None
) -> list[Run]:
    """The last run with a plan of each scenario (of `names`, or all), by name."""
    last = {run.scenario: run for run in finished_runs(store, workspace_sha256)}
    return [run for name, run in sorted(last.items()) if names is None or name in names]


def known(store: Store, keys: Sequence[str]) -> dict[str, Run]:
    """The runs of these keys that there are, whatever their ending."""
    found = {}
    for at in range(0, len(keys), AT_ONCE):
        for run in _read(store, _query().where(runs.c.key.in_(keys[at : at + AT_ONCE]))):
            found[run.key] = run
    return found


def answered(store: Store, keys: Sequence[str]) -> dict[str, Run]:
    """The runs of these keys that need not be solved again: final, their plans' files there."""
    return {
        key: run
        for key, run in known(store, keys).items()
        if run.ending.final and (run.plan_sha256 is None or archive.intact(store, run.plan_sha256))
    }


def keep_done(store: Store, question: Question, packed: archive.Packed) -> None:
    """Keep a plan and the run that found it. Files first: a row never lacks its files."""
    size = archive.keep(store, packed)
    totals = packed.record["totals"]
    assert isinstance(totals, Mapping)
    bound = packed.record["bound"]
    plan = {
        "sha256": packed.sha256,
        "status": packed.record["status"],
        "objective": _cents(packed.record["objective"]),
        "bound": None if bound is None else _cents(bound),
        "spend": _cents(totals["spend"]),
        "events": totals["events"],
        "bytes": size,
    }

    def write(connection: Connection) -> None:
        _once(connection, plans, "sha256", plan)
        _keep(connection, question, Ending.DONE, None, packed.sha256, packed.seconds)

    serialised(store.engine, write)


def keep_failed(
    store: Store, question: Question, ending: Ending, error: str, seconds: float
) -> None:
    """Keep how a run ended without a plan, and why (`scenarios.store.errors`)."""
    serialised(store.engine, lambda c: _keep(c, question, ending, error, None, seconds))


def _keep(
    connection: Connection,
    question: Question,
    ending: Ending,
    error: str | None,
    plan: str | None,
    seconds: float,
) -> None:
    _once(
        connection,
        workspaces,
        "sha256",
        {
            "sha256": question.workspace_sha256,
            "name": question.workspace_name,
            "currency": question.currency,
            "seen": now(),
        },
    )
    _once(
        connection,
        scenarios,
        "sha256",
        {
            "sha256": question.scenario_sha256,
            "name": question.scenario,
            "spec": question.spec_json,
        },
    )
    connection.execute(delete(runs).where(runs.c.key == question.key))
    connection.execute(
        insert(runs).values(
            key=question.key,
            workspace_sha256=question.workspace_sha256,
            response_sha256=question.response_sha256,
            scenario_sha256=question.scenario_sha256,
            version=question.version,
            ending=ending.value,
            error=error,
            plan_sha256=plan,
            seconds=round(seconds, 3),
            finished=now(),
        )
    )


def _once(connection: Connection, table: Table, key: str, values: Mapping[str, object]) -> None:
    """Insert a row unless its key is there: rows named by content never change."""
    column = table.c[key]
    if connection.execute(select(column).where(column == values[key])).first() is None:
        connection.execute(insert(table).values(**values))


def _cents(amount: object) -> int:
    return round(float(str(amount)) * 100)


def _query() -> Select[Any]:
    columns = (
        runs.c.key,
        scenarios.c.name.label("scenario"),
        runs.c.scenario_sha256,
        runs.c.workspace_sha256,
        runs.c.response_sha256,
        runs.c.version,
        runs.c.ending,
        runs.c.error,
        runs.c.seconds,
        runs.c.finished,
        runs.c.plan_sha256,
        plans.c.status,
        plans.c.objective,
        plans.c.bound,
        plans.c.spend,
        plans.c.events,
        scenarios.c.spec.label("spec_json"),
    )
    joined = runs.join(scenarios, runs.c.scenario_sha256 == scenarios.c.sha256)
    joined = joined.outerjoin(plans, runs.c.plan_sha256 == plans.c.sha256)
    order = (scenarios.c.name, runs.c.finished, runs.c.key)
    return select(*columns).select_from(joined).order_by(*order)


def _read(store: Store, query: Select[Any]) -> list[Run]:
    with reading(store.engine) as connection:
        rows = connection.execute(query).mappings().all()
    return [Run(**{**row, "ending": Ending(row["ending"])}) for row in rows]
