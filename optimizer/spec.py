"""A scenario's question to the optimiser: contract section 2, typed and checked.

Validators raise `workspace.validate.Unacceptable`, so that `workspace.validate.validate` reports
each fault with the file, line and key. Codes are checked against the workspace by `build`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    field_validator,
    model_validator,
)

from optimizer.assumption import Assumption
from optimizer.guardrails.registry import RULES
from optimizer.objective import AIMS, NAMED, NASH, PROFIT, Objective
from workspace.nearest import nearest, one_of, quoted
from workspace.settings import day_of
from workspace.text import Text
from workspace.validate import Code, Unacceptable

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True)
_NAME = re.compile(r"[^\W_][\w .+-]{0,99}")
HEAVIEST = 1e6  # weight of an objective
LONGEST_HORIZON = 520  # weeks: more is a slip that would make arrays of gigabytes

SELECTORS = ("account", "chain", "market", "brand", "category", "line", "product")


def _blank(value: object) -> object:
    return "" if value is None else value


def _monday(value: object) -> object:
    if isinstance(value, date):
        return value - timedelta(days=value.weekday())
    return day_of(value)


Finite = Annotated[float, Field(allow_inf_nan=False)]
OptionalCode = Annotated[Code, BeforeValidator(_blank)]
Codes = Annotated[tuple[Code, ...], Field(strict=False, min_length=1)]
Week = Annotated[date, BeforeValidator(_monday)]


def _goal(value: object) -> object:
    """An objective by its name, or weights of which at least one counts."""
    if isinstance(value, str):
        if value not in NAMED:
            raise Unacceptable(one_of(NAMED))
        return value
    if not isinstance(value, Mapping) or not value:
        raise Unacceptable(Text("the name of an objective, or weights of some"))
    for name, weight in value.items():
        if name not in AIMS:
            raise Unacceptable(one_of(tuple(AIMS)), quoted(str(name)), (str(name),))
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not (number and 0.0 <= weight <= HEAVIEST):
            expected = Text("a weight from 0 to {most}", most=f"{HEAVIEST:,.0f}")
            raise Unacceptable(expected, quoted(weight), (str(name),))
    if not any(value.values()):
        raise Unacceptable(Text("at least one weight above 0"))
    return {str(name): float(weight) for name, weight in value.items()}


Goal = Annotated[str | Mapping[str, float], BeforeValidator(_goal)]


class Horizon(BaseModel):
    """The weeks that are planned: `weeks` of them from the Monday `first_week`."""

    model_config = _FROZEN

    first_week: Week
    weeks: int = Field(ge=1, le=LONGEST_HORIZON)


class Include(BaseModel):
    """What may be promoted: listings that match every list given; None: no restriction."""

    model_config = _FROZEN

    accounts: Codes | None = None
    brands: Codes | None = None
    products: Codes | None = None


class Risk(BaseModel):
    """How uncertainty enters: the number of posterior draws looked at, and their use.

    Budgets hold with a probability of `budget_confidence`, or (None) on the response's own numbers
    alone. `weight` is that of the CVaR at level `cvar` in the objective, the rest that of the
    mean over the draws; 0: the response's own numbers are maximised.
    """

    model_config = _FROZEN

    draws: int = Field(default=200, ge=0, le=10_000)
    cvar: Finite = Field(default=0.90, gt=0.0, lt=1.0)
    weight: Finite = Field(default=0.0, ge=0.0, le=1.0)
    budget_confidence: Finite | None = Field(default=None, gt=0.0, lt=1.0)

    @model_validator(mode="after")
    def _weighed(self) -> Risk:
        if self.weight > 0.0 and self.draws == 0:
            expected = Text("0 while `draws` is 0: risk is weighed over draws")
            raise Unacceptable(expected, f"{self.weight:g}", ("weight",))
        return self


class Guardrail(BaseModel):
    """One rule with its value and selectors; a blank selector selects everything.

    Weeks are Mondays, both inclusive. The meaning of each rule is in docs/readings.md.
    """

    model_config = _FROZEN

    rule: str
    value: Finite | None = None
    account: OptionalCode = ""
    chain: OptionalCode = ""
    market: OptionalCode = ""
    brand: OptionalCode = ""
    category: OptionalCode = ""
    line: OptionalCode = ""
    product: OptionalCode = ""
    first_week: Week | None = None
    last_week: Week | None = None
    of: Finite | None = Field(default=None, gt=0.0)
    hard: bool = True
    penalty: Finite | None = Field(default=None, gt=0.0)

    @field_validator("rule")
    @classmethod
    def _known(cls, rule: str) -> str:
        if rule not in RULES:
            match = nearest(rule, RULES)
            raise Unacceptable(
                Text("the rule {rule}", rule=quoted(match)) if match else one_of(tuple(RULES))
            )
        return rule

    @model_validator(mode="after")
    def _consistent(self) -> Guardrail:
        expected = RULES[self.rule].value.refusal(self.value)
        if expected is not None:
            raise Unacceptable(
                expected, Text("nothing") if self.value is None else f"{self.value:g}", ("value",)
            )
        self._check_softness()
        if self.of is not None and self.rule != "deal_share_ceiling":
            raise Unacceptable(Text("nothing: this rule has no `of`"), f"{self.of:g}", ("of",))
        if self.rule == "together" and (self.first_week or self.last_week):
            key = "first_week" if self.first_week else "last_week"
            expected = Text("no week: products of a line are together all the time")
            raise Unacceptable(expected, str(getattr(self, key)), (key,))
        if self.first_week and self.last_week and self.last_week < self.first_week:
            raise Unacceptable(
                Text("a week not before {first}", first=self.first_week),
                str(self.last_week),
                ("last_week",),
            )
        return self

    def _check_softness(self) -> None:
        """A soft rule has a penalty, a hard one none."""
        if not self.hard and not RULES[self.rule].soft:
            expected = Text("true: the rule {rule} cannot be soft", rule=quoted(self.rule))
            raise Unacceptable(expected, "false", ("hard",))
        if not self.hard and self.penalty is None:
            expected = Text("what a unit past the limit costs: the rule is soft")
            raise Unacceptable(expected, Text("nothing"), ("penalty",))
        if self.hard and self.penalty is not None:
            expected = Text("no penalty of a hard rule, or `hard: false`")
            raise Unacceptable(expected, f"{self.penalty:g}", ("penalty",))

    @property
    def selectors(self) -> dict[str, str]:
        """The selectors of blocks that are not blank, in the order of the contract."""
        return {name: code for name in SELECTORS if (code := str(getattr(self, name)))}

    @property
    def selection(self) -> str:
        """The selectors as shown in reports: `account=A1; first_week=2026-01-05`, "" for all."""
        weeks = {"first_week": self.first_week, "last_week": self.last_week}
        given = {**self.selectors, **{name: week for name, week in weeks.items() if week}}
        return "; ".join(f"{name}={value}" for name, value in given.items())


class Solver(BaseModel):
    """When to stop: a proven relative gap, or seconds of wall time; `seed` of all randomness.

    `master`: who solves the integer masters, where it is installed (`optimizer.other_masters`).
    """

    model_config = _FROZEN

    gap: Finite = Field(default=0.001, ge=0.0, le=1.0)
    seconds: Finite = Field(default=300.0, gt=0.0, le=604_800.0)
    seed: int = Field(default=1, ge=0, lt=2**31)
    master: Literal["highs", "scip", "cbc", "gurobi"] = "highs"


Rung = Annotated[Finite, Field(ge=0.5, le=2.0)]


class PriceLadder(BaseModel):
    """Base prices are decided too: rungs as multiples of the listed price, and changes at most.

    The listed price holds until the first change, whether it is a rung or not.
    """

    model_config = _FROZEN

    ladder: Annotated[tuple[Rung, ...], Field(strict=False, min_length=1, max_length=20)]
    changes: int = Field(default=1, ge=0, le=12)


def _kind_of_prices(value: object) -> str:
    # No key of a file may look like these: faults are placed by keys.
    return ":ladder" if isinstance(value, Mapping | PriceLadder) else ":fixed"


Prices = Annotated[
    Annotated[Literal["fixed"], Tag(":fixed")] | Annotated[PriceLadder, Tag(":ladder")],
    Discriminator(_kind_of_prices),
]


class Spec(BaseModel):
    """One scenario. Amounts are in the workspace's currency, excl. VAT; shelf prices incl. VAT."""

    model_config = _FROZEN

    scenario: str
    horizon: Horizon
    objective: Goal = "profit"
    include: Include = Include()
    budget_scale: Finite = Field(default=1.0, ge=0.0, le=1e6)
    budgets: Mapping[str, Annotated[Finite, Field(ge=0.0)]] = {}
    prices: Prices = "fixed"
    risk: Risk = Risk()
    guardrails: tuple[Guardrail, ...] = Field(default=(), strict=False)
    solver: Solver = Solver()
    what_if: tuple[Assumption, ...] = Field(default=(), strict=False)
    vary: Mapping[str, JsonValue] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Spec:
        if self.objective == NASH and not all(rule.hard for rule in self.guardrails):
            expected = Text(
                "profit, revenue, volume or weights: `nash` cannot be set off penalties"
            )
            raise Unacceptable(expected, quoted(NASH), ("objective",))
        if self.risk.weight > 0.0 and self.objective != PROFIT:
            expected = Text("profit: risk is weighed with no other objective")
            told = self.objective if isinstance(self.objective, str) else "{..}"
            raise Unacceptable(expected, quoted(told), ("objective",))
        return self

    @property
    def maximised(self) -> Objective:
        """What plans are compared by: the objective, or mean and worst draws by their weights."""
        if self.risk.weight == 0.0:
            return self.objective
        return {"expected_profit": 1.0 - self.risk.weight, "tail_profit": self.risk.weight}

    @field_validator("scenario")
    @classmethod
    def _name(cls, name: str) -> str:
        if not _NAME.fullmatch(name) or name.endswith((" ", ".")):
            raise Unacceptable(Text("a name of letters, digits, spaces, and . + - _"))
        return name
