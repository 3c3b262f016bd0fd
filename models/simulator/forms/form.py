"""What every form of response answers."""

from __future__ import annotations

from typing import Protocol

from models.simulator.truth import Deals, Floats, Tastes, Truth


class Form(Protocol):
    """A form of response: from the truth's parameters and deals to expected units."""

    @property
    def name(self) -> str:
        """As in `truth.yaml`."""
        ...

    @property
    def tabular(self) -> bool:
        """Whether tables of contract section 3 can say exactly what the form does."""
        ...

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """Log effect of a deal on its own product in its own week, shape of the deals."""
        ...

    def units(self, truth: Truth) -> Floats:
        """Expected units of every account, product and week, (A, N, W)."""
        ...
