"""From selectors (codes and weeks) to the blocks and weeks that a rule or a budget is about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.problem import Bools, Ints, Kin, Rule
from optimizer.spec import Guardrail, Include, Spec
from workspace.faults import Fault
from workspace.nearest import Suggester, quoted
from workspace.weeks import week_index
from workspace.workspace import Workspace

# Where the codes of a selector are kept.
HOMES = {
    "account": "accounts",
    "chain": "accounts",
    "market": "accounts",
    "brand": "products",
    "category": "products",
    "line": "products",
    "product": "products",
}


@dataclass(frozen=True)
class Traits:
    """What selectors look at: the codes of every pair, by selector. Each value has shape (n,)."""

    codes: Mapping[str, np.ndarray[tuple[int], np.dtype[np.object_]]]
    pairs: int

    @staticmethod
    def of(workspace: Workspace, pairs: Pairs) -> Traits:
        """The codes of some pairs, whose accounts and products the workspace knows."""
        rows = {
            "accounts": _rows(workspace.accounts, "account", pairs.account),
            "products": _rows(workspace.products, "product", pairs.product),
        }
        codes = {
            name: workspace.table(home)[name].to_numpy(dtype=np.object_)[rows[home]]
            for name, home in HOMES.items()
        }
        return Traits(codes, len(pairs))

    def matching(self, selectors: Mapping[str, str]) -> Bools:
        """Whether each pair has all the codes asked for: (n,)."""
        found = np.ones(self.pairs, dtype=np.bool_)
        for name, code in selectors.items():
            found &= self.codes[name] == code
        return found


def _rows(table: pd.DataFrame, key: str, codes: tuple[str, ...]) -> Ints:
    index = pd.Index(table[key], dtype="str")
    return np.asarray(index.get_indexer(pd.Index(codes, dtype="str")), dtype=np.int64)


def check_codes(workspace: Workspace, spec: Spec, file: str, faults: list[Fault]) -> None:
    """Add a fault for every code in the scenario that the workspace does not know."""
    known = {name: set(workspace.table(home)[name]) - {""} for name, home in HOMES.items()}
    suggest = {name: Suggester(known[name], f"{home}.{name}") for name, home in HOMES.items()}

    def check(name: str, code: str, key: str) -> None:
        if code not in known[name]:
            faults.append(Fault(file, None, key, quoted(code), suggest[name](code)))

    include = spec.include
    for key, name in (("accounts", "account"), ("brands", "brand"), ("products", "product")):
        for i, code in enumerate(getattr(include, key) or ()):
            check(name, code, f"include.{key}.{i}")
    for i, guardrail in enumerate(spec.guardrails):
        for name, code in guardrail.selectors.items():
            check(name, code, f"guardrails.{i}.{name}")
    budgets = set(workspace.budgets["budget"])
    suggest_budget = Suggester(budgets, "budgets.budget")
    faults.extend(
        Fault(file, None, f"budgets.{name}", quoted(name), suggest_budget(name))
        for name in spec.budgets
        if name not in budgets
    )


def included(include: Include, traits: Traits) -> Bools:
    """Whether each pair is on every list that the scenario gives: (n,)."""
    found = np.ones(traits.pairs, dtype=np.bool_)
    for name in ("account", "brand", "product"):
        codes: tuple[str, ...] | None = getattr(include, f"{name}s")
        if codes is not None:
            found &= np.isin(traits.codes[name].astype("str"), np.array(codes, dtype="str"))
    return found


def window(
    first: date | None, last: date | None, first_week: np.datetime64, horizon: int
) -> tuple[int, int]:
    """The weeks of the horizon from `first` to `last`, both included, blank: all.

    Where no week of the horizon is meant, the second is the first less one.
    """
    low = 0 if first is None else max(0, _index(first, first_week))
    high = horizon - 1 if last is None else min(horizon - 1, _index(last, first_week))
    return (low, high) if low <= high else (0, -1)


def _index(week: date, first_week: np.datetime64) -> int:
    return int(week_index(np.array([week], dtype="datetime64[D]"), first_week)[0])


def resolve(guardrail: Guardrail, traits: Traits, first_week: np.datetime64, horizon: int) -> Rule:
    """The blocks and weeks of a guardrail. `traits` are the blocks'."""
    low, high = window(guardrail.first_week, guardrail.last_week, first_week, horizon)
    return Rule(
        rule=guardrail.rule,
        value=guardrail.value,
        selection=guardrail.selection,
        blocks=np.flatnonzero(traits.matching(guardrail.selectors)).astype(np.int64),
        first=low,
        last=high,
        since_history=guardrail.first_week is None,
        of=guardrail.of,
        penalty=math.inf if guardrail.hard else float(guardrail.penalty or 0.0),
    )


def lines_of(spec: Spec, traits: Traits, included: Bools) -> tuple[Ints, ...]:
    """The included pairs, ascending, that rules `together` make share every event, by line.

    Pairs are of one account; lines that two rules select in part are one.
    """
    found: dict[tuple[str, str], set[int]] = {}
    for guardrail in spec.guardrails:
        if guardrail.rule != "together":
            continue
        for pair in np.flatnonzero(traits.matching(guardrail.selectors) & included).tolist():
            key = (str(traits.codes["account"][pair]), str(traits.codes["line"][pair]))
            if key[1]:
                found.setdefault(key, set()).add(pair)
    members = (np.array(sorted(line), dtype=np.int64) for _, line in sorted(found.items()))
    return tuple(line for line in members if line.size > 1)


def kin_of(workspace: Workspace, pairs: Pairs) -> Kin:
    """Markets, lines, families and sizes of some pairs."""
    codes = Traits.of(workspace, pairs).codes
    rows = _rows(workspace.products, "product", pairs.product)
    unit = workspace.products["size_unit"].to_numpy(dtype=np.object_)[rows]
    families = zip(codes["brand"], codes["category"], unit, strict=True)
    return Kin(
        market=tuple(codes["market"]),
        line=tuple(codes["line"]),
        family=tuple(" ".join(family) for family in families),
        size=workspace.products["size"].to_numpy(dtype=np.float64)[rows],
    )
