"""A scenario's world: what is supposed in it, its rules, and what any calendar comes to there."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from optimizer.build import build
from optimizer.calendar_table import read_calendar
from optimizer.folder import Origin, summary, write_plan
from optimizer.plan import Plan, plan_of
from optimizer.problem import Calendar, Problem
from optimizer.spec import Spec
from optimizer.verify import verify
from scenarios.answer import Facts
from scenarios.comparison.contender import Contender, Figures, figures_of
from scenarios.comparison.schedule import Schedule
from scenarios.outcomes import VerificationFailed
from scenarios.scenario import Scenario
from scenarios.what_if.assume import assume
from workspace.workspace import Workspace

PLACE = "calendar.csv"


@dataclass(frozen=True)
class World:
    """The facts as they are, and a scenario's view of them. No draws: only expected money."""

    facts: Facts
    scenario: Scenario

    @staticmethod
    def of(contender: Contender, workspace: Workspace) -> World:
        """The world of a plan."""
        return World(Facts(workspace, contender.response), contender.scenario)

    @cached_property
    def spec(self) -> Spec:
        """What is asked, uncertainty apart."""
        risk = self.scenario.spec.risk
        alone = risk.model_copy(update={"draws": 0, "weight": 0.0, "budget_confidence": None})
        return self.scenario.spec.model_copy(update={"risk": alone})

    @cached_property
    def believed(self) -> Facts:
        """The facts under the scenario's suppositions."""
        return assume(self.facts, self.scenario)

    @cached_property
    def problem(self) -> Problem:
        """Rules and money as arrays."""
        return build(self.believed.workspace, self.believed.response, self.spec)

    def calendar(self, schedule: Schedule) -> Calendar:
        """What a plan runs; InputError where some of it cannot run in this world."""
        workspace = self.facts.workspace
        return read_calendar(self.problem, workspace, schedule.events, PLACE, schedule.price_table)

    def plan(self, calendar: Calendar) -> Plan:
        """What a calendar comes to here, and which rules it breaks."""
        believed = self.believed
        return plan_of(
            believed.workspace, believed.response, self.spec, self.problem, calendar, given=True
        )

    def judged(self, schedule: Schedule) -> tuple[Figures, tuple[str, ...]]:
        """Its figures here, verified, and the names of the rules that it breaks.

        Raises InputError where some of it cannot run here, and VerificationFailed.
        """
        plan = self.plan(self.calendar(schedule))
        origin = Origin(
            ".", self.scenario.key, ".", ".", self.facts.workspace.sha256,
            self.facts.response.sha256,
        )  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="tradewind-") as name:
            folder = Path(name)
            write_plan(plan, None, origin, folder, None)
            facts = self.facts
            findings = verify(folder, facts.workspace, facts.response, self.spec, workbook=False)
        if findings:
            raise VerificationFailed(folder, findings)
        broken = tuple(dict.fromkeys(violation.name for violation in plan.violations))
        return figures_of(summary(plan, None, origin), proves=False), broken
