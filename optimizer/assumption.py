"""What-ifs: one change of a fact or a belief, for a selection, in a scenario alone.

    what_if:
      - {change: unit_cost, times: 1.05, brand: ALBA}
      - {change: elasticity, times: 1.2}
      - {change: display_effect, times: 0}
      - {change: demand, times: 0.9, account: CARREFOUR-ES}

The workspace stays as it is. What each change means exactly is in docs/readings.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from workspace.nearest import nearest, one_of, quoted
from workspace.text import Text
from workspace.validate import Code, Unacceptable


class Target(StrEnum):
    """What a change is applied to."""

    PRODUCTS = "products"
    LISTINGS = "listings"
    ACCOUNTS = "accounts"
    TACTICS = "tactics"
    LIFT = "lift"
    CARRY = "carry"
    CROSS = "cross"
    RIVAL = "rival"
    BASELINE = "baseline"


ACCOUNTS = ("account", "chain", "market")
PRODUCTS = ("brand", "category", "line", "product")

# change: its target, whether it may be set or added to, the least and the most it may become
CHANGES: dict[str, tuple[Target, bool, float, float]] = {
    "unit_cost": (Target.PRODUCTS, True, 0.0, 1e9),
    "list_price": (Target.LISTINGS, True, 0.0, 1e9),
    "handling_cost": (Target.ACCOUNTS, True, 0.0, 1e9),
    "depth": (Target.TACTICS, True, 0.0, 0.99),
    "feature": (Target.TACTICS, True, 0.0, 1.0),
    "display": (Target.TACTICS, True, 0.0, 1.0),
    "funding_share": (Target.TACTICS, True, 0.0, 1e3),
    "event_fee": (Target.TACTICS, True, 0.0, 1e9),
    "weekly_fee": (Target.TACTICS, True, 0.0, 1e9),
    "elasticity": (Target.LIFT, False, 0.0, 10.0),
    "feature_effect": (Target.LIFT, False, 0.0, 10.0),
    "display_effect": (Target.LIFT, False, 0.0, 10.0),
    "lift": (Target.LIFT, False, 0.0, 10.0),
    "dip": (Target.CARRY, False, 0.0, 10.0),
    "cannibalisation": (Target.CROSS, False, 0.0, 10.0),
    "rivalry": (Target.RIVAL, False, 0.0, 10.0),
    "demand": (Target.BASELINE, False, 0.0, 1e3),
}
SELECTORS: dict[Target, tuple[str, ...]] = {
    Target.PRODUCTS: PRODUCTS,
    Target.ACCOUNTS: ACCOUNTS,
    Target.TACTICS: (*ACCOUNTS, *PRODUCTS, "tactic"),
    Target.LIFT: (*ACCOUNTS, *PRODUCTS, "tactic"),
}
BOTH = (*ACCOUNTS, *PRODUCTS)
EVERY = (*BOTH, "tactic")


def _blank(value: object) -> object:
    return "" if value is None else value


_Code = Annotated[Code, BeforeValidator(_blank)]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class Assumption(BaseModel):
    """One change. Exactly one of `times`, `plus`, `set`; a blank selector selects everything.

    Money is in the workspace's currency, excl. VAT.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    change: str
    times: _Number | None = None
    plus: _Number | None = None
    set: _Number | None = None
    account: _Code = ""
    chain: _Code = ""
    market: _Code = ""
    brand: _Code = ""
    category: _Code = ""
    line: _Code = ""
    product: _Code = ""
    tactic: _Code = ""

    @field_validator("change")
    @classmethod
    def _known(cls, change: str) -> str:
        if change not in CHANGES:
            match = nearest(change, CHANGES)
            raise Unacceptable(
                Text("the change {change}", change=quoted(match))
                if match
                else one_of(tuple(CHANGES))
            )
        return change

    @model_validator(mode="after")
    def _consistent(self) -> Assumption:
        target, any_way, least, most = CHANGES[self.change]
        given = [name for name in ("times", "plus", "set") if getattr(self, name) is not None]
        if len(given) != 1:
            raise Unacceptable(Text("one of times, plus, set"), ", ".join(given) or Text("nothing"))
        (how,) = given
        amount = float(getattr(self, how))
        if how != "times" and not any_way:
            raise Unacceptable(Text("times"), how, (how,))
        low, high = (0.0, 1e3 if any_way else most) if how == "times" else (-most, most)
        if how == "set":
            low = least
        if not low <= amount <= high:
            expected = Text("a number from {low} to {high}", low=low, high=high)
            raise Unacceptable(expected, f"{amount:g}", (how,))
        allowed = SELECTORS.get(target, BOTH)
        for name in EVERY:
            if getattr(self, name) and name not in allowed:
                expected = Text("one of the selectors {names}", names=", ".join(allowed))
                raise Unacceptable(expected, quoted(name), (name,))
        if self.change == "demand" and amount == 0.0:
            raise Unacceptable(Text("more than 0"), "0", (how,))
        return self

    @property
    def target(self) -> Target:
        """What it changes."""
        return CHANGES[self.change][0]

    @property
    def selectors(self) -> dict[str, str]:
        """The selectors that are not blank."""
        return {name: code for name in EVERY if (code := str(getattr(self, name)))}

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the most that the changed figure may be."""
        return CHANGES[self.change][2], CHANGES[self.change][3]
