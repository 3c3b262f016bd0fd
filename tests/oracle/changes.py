"""Changes of a tiny instance whose effect on the best plan is known without solving it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.oracle.instance import ACCOUNTS, Row, Tiny

RENAMED = {ACCOUNTS[0]: "Z9", ACCOUNTS[1]: "0A"}  # what came first comes last
CENTS = 100.0

MONEY = {
    "accounts": ("handling_cost",),
    "products": ("unit_cost",),
    "listings": ("base_price", "list_price", "min_price", "max_price"),
    "sales": ("price", "base_price"),
    "tactics": ("event_fee", "weekly_fee"),
    "budgets": ("amount",),
}
OF_MONEY = ("price_floor", "price_ceiling")  # rules whose value is money
MONEY_FOR_MONEY = ("retailer_margin_floor", "roi_floor")  # whose penalty is a ratio


class Relation(StrEnum):
    """How the changed instance's best plan stands to the first one's."""

    NO_LESS = "no less"
    SAME = "the same"
    HUNDREDFOLD = "a hundredfold"


@dataclass(frozen=True)
class Change:
    """A change and what it must do; `make` answers None where there is nothing to change."""

    relation: Relation
    make: Callable[[Tiny, random.Random], Tiny | None]


def more_budget(instance: Tiny, rng: random.Random) -> Tiny | None:
    """One ceiling is raised, or one floor of spend lowered."""
    changed = copy.deepcopy(instance)
    row = rng.choice(changed.tables["budgets"])
    factor = rng.choice([1.05, 1.3, 2.0])
    if row["kind"] == "floor":
        factor = 1.0 / factor
    row["amount"] = round(float(str(row["amount"])) * factor, 2)
    named = changed.scenario.get("budgets")
    if isinstance(named, dict) and row["budget"] in named:
        named[row["budget"]] = round(named[row["budget"]] * factor, 2)
    return changed


def dropped_rule(instance: Tiny, rng: random.Random) -> Tiny | None:
    """One rule is left out, hard or soft."""
    if not instance.guardrails:
        return None
    changed = copy.deepcopy(instance)
    del changed.guardrails[rng.randrange(len(changed.guardrails))]
    return changed


def renamed_accounts(instance: Tiny, _: random.Random) -> Tiny | None:
    """Every account has another code, and codes sort the other way round."""
    changed = copy.deepcopy(instance)
    for rows in (*changed.tables.values(), *changed.response.values(), changed.guardrails):
        for row in rows:
            for name in ("account", "by_account"):
                if row.get(name):
                    row[name] = RENAMED[str(row[name])]
    include = changed.scenario.get("include")
    if isinstance(include, dict) and "accounts" in include:
        include["accounts"] = [RENAMED[account] for account in include["accounts"]]
    return changed


def permuted_rows(instance: Tiny, rng: random.Random) -> Tiny | None:
    """The rows of every table in another order."""
    changed = copy.deepcopy(instance)
    for rows in (*changed.tables.values(), *changed.response.values()):
        rng.shuffle(rows)
    return changed


def in_cents(instance: Tiny, _: random.Random) -> Tiny | None:
    """Every amount of money is a hundred times as large; prices stay the listed ones."""
    changed = copy.deepcopy(instance)
    if "prices" in changed.scenario:  # the steps of a ladder are rounded to cents
        return None
    for table, names in MONEY.items():
        for row in changed.tables.get(table, []):
            _multiply(row, names)
    for rule in changed.guardrails:
        if rule["rule"] in OF_MONEY:
            _multiply(rule, ("value",))
        if rule["rule"] not in MONEY_FOR_MONEY:
            _multiply(rule, ("penalty",))
    named = changed.scenario.get("budgets")
    if isinstance(named, dict):
        _multiply(named, tuple(named))
    return changed


def _multiply(row: Row, names: tuple[str, ...]) -> None:
    for name in names:
        if row.get(name, "") != "":
            row[name] = round(float(str(row[name])) * CENTS, 6)


CHANGES = {
    "more_budget": Change(Relation.NO_LESS, more_budget),
    "dropped_rule": Change(Relation.NO_LESS, dropped_rule),
    "renamed_accounts": Change(Relation.SAME, renamed_accounts),
    "permuted_rows": Change(Relation.SAME, permuted_rows),
    "in_cents": Change(Relation.HUNDREDFOLD, in_cents),
}
