"""Why a run ends without a plan, each with its own class (exit codes of contract section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from optimizer.verify import Finding
from workspace.text import Text


class NoPlan(Exception):
    """A run ended without a plan. `message` says why, for people; nothing was written."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


class Infeasible(NoPlan):
    """No calendar satisfies the rules. Remedy: relax a rule or a budget's floor (exit 3)."""


class NothingFound(NoPlan):
    """A limit was reached with nothing feasible. Remedy: more seconds, or looser rules (exit 4)."""


class VerificationFailed(NoPlan):
    """The verifier disagrees with the plan: a fault of ours, so the plan is withheld (exit 5)."""

    def __init__(self, folder: Path, findings: Iterable[Finding]) -> None:
        self.folder = folder
        self.findings = tuple(findings)
        super().__init__(
            Text("the plan failed its verification in {n} places", n=len(self.findings))
        )
