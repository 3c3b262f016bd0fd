"""What two scenarios ask differently: budgets, rules, suppositions, and every other key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from optimizer.reports.cells import money, number
from optimizer.selection import HOMES
from optimizer.spec import Spec
from scenarios.comparison.comparison import Row
from workspace.workspace import Workspace

APART = ("scenario", "vary", "guardrails", "what_if", "budgets", "budget_scale", "include")
HEADER = ("scenario", "kind", "what", "base_value", "value", "worth_low", "worth_high")
LISTS = {"accounts": "account", "brands": "brand", "products": "product"}


class Kind(StrEnum):
    """What differs."""

    BUDGET = "budget"
    RULE = "rule"
    WHAT_IF = "what_if"
    INCLUDE = "include"
    SETTING = "setting"


@dataclass(frozen=True)
class Difference:
    """One thing that the scenarios say differently; "" where one of them does not say it.

    `selectors`: what it is about, by the contract's names; {}: everything. `worth`: what the
    change of a budget is worth by the prices that both plans put on it, cents, the lower first.
    """

    kind: Kind
    what: str
    before: str
    after: str
    selectors: Mapping[str, str]
    worth: tuple[int, int] | None = None


def differences(
    base: Row, other: Row, workspace: Workspace, accounts: Collection[str]
) -> list[Difference]:
    """Those that concern `accounts` or no account in particular: of others nothing is said."""
    one, two = base.contender.spec, other.contender.spec
    found = [
        *_budgets(base, other, workspace),
        *_include(one, two, accounts),
        *_listed(Kind.RULE, _rules(one), _rules(two)),
        *_listed(Kind.WHAT_IF, _suppositions(one), _suppositions(two)),
        *_settings(one, two),
    ]
    return [difference for difference in found if _ours(difference, workspace, accounts)]


def difference_rows(name: str, found: Iterable[Difference]) -> Iterator[list[str]]:
    """differences.csv: one row for each."""
    for one in found:
        worth = ["", ""] if one.worth is None else [money(cents) for cents in one.worth]
        yield [name, str(one.kind), one.what, one.before, one.after, *worth]


def _budgets(base: Row, other: Row, workspace: Workspace) -> Iterator[Difference]:
    table = workspace.budgets
    scope = {
        row["budget"]: {key: row[key] for key in ("account", "brand", "product") if row[key]}
        for row in table[["budget", "account", "brand", "product"]].to_dict("records")
    }
    mine = {budget.name: budget for budget in other.budgets}
    for before in base.budgets:
        after = mine.get(before.name)
        if after is None or after.amount == before.amount:
            continue
        prices = [before.marginal_profit, after.marginal_profit]
        worth = None
        if all(price is not None for price in prices):
            values = sorted(
                round((after.amount - before.amount) * (price or 0)) for price in prices
            )
            worth = (values[0], values[1])
        yield Difference(
            Kind.BUDGET, before.name, money(before.amount), money(after.amount),
            scope[before.name], worth,
        )  # fmt: skip


def _include(one: Spec, two: Spec, accounts: Collection[str]) -> Iterator[Difference]:
    for name in LISTS:
        both = [getattr(spec.include, name) for spec in (one, two)]
        if name == "accounts":
            both = [None if some is None else [a for a in some if a in accounts] for some in both]
        before, after = ("" if some is None else ", ".join(some) for some in both)
        if before != after:
            yield Difference(Kind.INCLUDE, name, before, after, {})


Listed = dict[str, tuple[str, Mapping[str, str]]]


def _rules(spec: Spec) -> Listed:
    """Every guardrail by what it is about; alike ones are told apart by their number."""
    found: Listed = {}
    for rule in spec.guardrails:
        name = f"{rule.rule} [{rule.selection}]" if rule.selection else rule.rule
        said = number(rule.value) if rule.value is not None else "yes"
        said += f" of {number(rule.of)}" if rule.of is not None else ""
        said += f" (penalty {number(rule.penalty)})" if rule.penalty is not None else ""
        _put(found, name, said, rule.selectors)
    return found


def _suppositions(spec: Spec) -> Listed:
    found: Listed = {}
    for one in spec.what_if:
        about = "; ".join(f"{key}={code}" for key, code in one.selectors.items())
        how, size = next(
            (how, getattr(one, how)) for how in ("times", "plus", "set")
            if getattr(one, how) is not None
        )  # fmt: skip
        name = f"{one.change} [{about}]" if about else one.change
        _put(found, name, f"{how} {number(size)}", one.selectors)
    return found


def _put(found: Listed, name: str, said: str, selectors: Mapping[str, str]) -> None:
    key, count = name, 1
    while key in found:
        count += 1
        key = f"{name} ({count})"
    found[key] = (said, selectors)


def _listed(kind: Kind, before: Listed, after: Listed) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        old, selectors = before.get(name, ("", {}))
        new, other = after.get(name, ("", {}))
        if old != new:
            yield Difference(kind, name, old, new, selectors or other)


def _settings(one: Spec, two: Spec) -> Iterator[Difference]:
    before, after = (_flat(spec.model_dump(mode="json", exclude=set(APART))) for spec in (one, two))
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            old, new = ("" if said.get(key) is None else str(said[key]) for said in (before, after))
            yield Difference(Kind.SETTING, key, old, new, {})


def _flat(data: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def _ours(one: Difference, workspace: Workspace, accounts: Collection[str]) -> bool:
    """Whether it is about an account of the comparison, or about none in particular."""
    table = workspace.accounts
    chosen = table["account"].isin(list(accounts))
    for name, code in one.selectors.items():
        if HOMES.get(name) == "accounts":
            chosen &= table[name] == code
    return bool(chosen.any())


def touches(one: Difference, workspace: Workspace, account: str, product: str) -> bool:
    """Whether it is about an account and product."""
    rows = {
        "accounts": workspace.accounts[workspace.accounts["account"] == account].iloc[0],
        "products": workspace.products[workspace.products["product"] == product].iloc[0],
    }
    return all(
        rows[HOMES[name]][name] == code for name, code in one.selectors.items() if name in HOMES
    )
