"""The amounts of a frontier: `A:B:STEP`, and the budgets of a scenario at each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.spec import Spec
from workspace.faults import Fault, InputError
from workspace.nearest import Suggester, quoted
from workspace.text import Text
from workspace.workspace import Workspace

PLACE, NAMED = "--budgets", "--budget"
MOST = 200  # amounts of a grid
LARGEST = 1e13


@dataclass(frozen=True)
class Grid:
    """From `first` to `last` (inclusive) in steps; in shares of the amount in force or currency."""

    first: float
    last: float
    step: float
    shares: bool

    def amounts(self, in_force: float) -> tuple[float, ...]:
        """The amounts in currency, ascending, whole cents."""
        unit = in_force if self.shares else 1.0
        count = math.floor((self.last - self.first) / self.step + 1e-9) + 1
        return tuple(round((self.first + i * self.step) * unit, 2) for i in range(count))


def read_grid(text: str) -> Grid:
    """`0:500000:50000` in currency, or `50%:150%:10%` of the amount in force.

    Raises ValueError for anything else, fewer than two amounts, or more than MOST.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3:
        raise ValueError(text)
    shares = [part.endswith("%") for part in parts]
    if len(set(shares)) != 1:
        raise ValueError(text)
    first, last, step = (float(part.removesuffix("%")) for part in parts)
    if not (0.0 <= first < last <= LARGEST and 0.0 < step <= last - first):  # NaN is false too
        raise ValueError(text)
    if (last - first) / step > MOST - 1 + 1e-9:
        raise ValueError(text)
    scale = 0.01 if shares[0] else 1.0
    return Grid(first * scale, last * scale, step * scale, shares[0])


@dataclass(frozen=True)
class Purse:
    """The budget that a frontier is about, and all budgets in force.

    `name` "" is the total budget: all budgets grow and shrink with it in proportion.
    """

    name: str
    in_force: float  # currency
    budgets: dict[str, float]  # every budget's amount in force

    def at(self, spec: Spec, amount: float) -> Spec:
        """The scenario with the budget at another amount."""
        if self.name:
            budgets = {**self.budgets, self.name: amount}
        else:
            budgets = {
                name: round(known * amount / self.in_force, 6)
                for name, known in self.budgets.items()
            }
        return spec.model_copy(update={"budgets": budgets, "budget_scale": 1.0})


def purse_of(workspace: Workspace, spec: Spec, name: str = "") -> Purse:
    """The budget called `name`, or the total budget.

    The total is the lowest ceiling that names no account, brand, product or week; without any, the
    sum of all ceilings. Raises InputError where there is no such budget, or a total of nothing.
    """
    table = workspace.budgets
    known = {
        str(budget): float(spec.budgets.get(budget, amount * spec.budget_scale))
        for budget, amount in zip(table["budget"], table["amount"], strict=True)
    }
    if name:
        if name not in known:
            expected = Suggester(set(known), "budgets.budget")(name)
            raise InputError([Fault(NAMED, None, None, quoted(name), expected)])
        return Purse(name, known[name], known)
    ceilings = table[table["kind"] != "floor"]
    whole = (ceilings[["account", "brand", "product"]] == "").all(axis=1)
    whole &= ceilings[["first_week", "last_week"]].isna().all(axis=1)
    if whole.any():
        total = min(known[budget] for budget in ceilings.loc[whole, "budget"])
    else:
        total = math.fsum(known[budget] for budget in ceilings["budget"])
    if total <= 0.0:
        expected = Text("a ceiling above 0, or --budget with the name of a budget")
        raise InputError([Fault(PLACE, None, None, Text("a total budget of 0"), expected)])
    return Purse("", total, known)
