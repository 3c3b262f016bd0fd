"""What travels to a worker and what comes back: plain data, no folder and no database."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.answer import Facts
from scenarios.scenario import Scenario
from scenarios.store.archive import Packed
from scenarios.store.errors import Failure
from scenarios.store.runs import Ending, Question


@dataclass(frozen=True)
class Origins:
    """Paths that plans name, as seen from a plan's unpacked folder in the store."""

    workspace: str
    response: str


@dataclass(frozen=True)
class Shared:
    """What every scenario of a batch shares; `sha256` names it, so that workers read it once."""

    facts: Facts
    origins: Origins
    sha256: str


@dataclass(frozen=True)
class Task:
    """One scenario to solve."""

    question: Question
    scenario: Scenario


@dataclass(frozen=True)
class Answer:
    """How one scenario ended: with a plan, or with the reason why there is none."""

    question: Question
    ending: Ending
    packed: Packed | None = None
    failure: Failure | None = None
    seconds: float = 0.0
