"""What kind of value a guardrail takes."""

from __future__ import annotations

from dataclasses import dataclass

from workspace.text import Text


@dataclass(frozen=True)
class Value:
    """The values that a rule accepts: from `low` to `high`, whole if `whole`; `none`: no value."""

    low: float = 0.0
    high: float = 1e12
    whole: bool = False
    none: bool = False

    def refusal(self, value: float | None) -> Text | None:
        """What is expected instead of `value`, or None where it is accepted."""
        if self.none:
            return None if value is None else Text("no value: this rule takes none")
        inside = value is not None and self.low <= value <= self.high
        if inside and (not self.whole or value == round(value or 0.0)):
            return None
        low, high = f"{self.low:g}", f"{self.high:g}"
        if self.whole:
            return Text("a whole number from {low} to {high}", low=low, high=high)
        return Text("a number from {low} to {high}", low=low, high=high)


NONE = Value(none=True)
COUNT = Value(whole=True, high=1e6)
SHARE = Value(high=1.0)
AMOUNT = Value()
