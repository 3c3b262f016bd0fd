"""A step of sign-off that is not allowed."""

from __future__ import annotations

from workspace.faults import Fault, InputError
from workspace.text import Text


class Refused(InputError):
    """A step that may not be taken now, by this person, or with this money.

    Told like any bad input, `plan::step: found .., expected ..` (exit 1). Remedy: what was
    expected.
    """

    def __init__(self, plan: str, step: str, found: Text, expected: Text) -> None:
        self.plan, self.step = plan, step
        super().__init__([Fault(plan, None, step, found, expected)])

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, Text | str, Text | str]]:  # type: ignore[override]
        fault = self.faults[0]
        return Refused, (self.plan, self.step, fault.found, fault.expected)
