"""Which rules a calendar breaks, by name, and whether the plan admits exactly those."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import Spec
from optimizer.verify.books import Books
from optimizer.verify.record import Record
from optimizer.verify.rules import Ruling
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

MONEY = 1e-2  # cents past a limit that floats are allowed
UNITS = 1e-7  # of the limit
SHARE = 1e-9  # of the draws


def broken_rules(spec: Spec, rulings: list[Ruling]) -> list[str]:
    """The hard guardrails that do not hold, by rule and selection."""
    return [
        f"{rule.rule} [{rule.selection}]" if rule.selection else rule.rule
        for rule, ruling in zip(spec.guardrails, rulings, strict=True)
        if rule.hard and not ruling.kept
    ]


def broken_budgets(
    workspace: Workspace,
    amounts: Floats,
    planned: Floats,
    drawn: Floats | None,
    level: float | None,
) -> list[str]:
    """The budgets that do not hold; `amounts` and `planned` in cents.

    `drawn`: spend on every draw, (D, budgets), in currency; None without draws. Ceilings
    and floors must hold on a share `level` of them; None: on none.
    """
    floors = (workspace.budgets["kind"] == "floor").to_numpy()
    over = planned - amounts
    broken = np.where(floors, over < -MONEY, over > MONEY)
    if drawn is not None and level is not None:
        past = drawn * 100 - amounts
        kept = np.where(floors, past >= -MONEY, past <= MONEY)
        broken |= kept.mean(axis=0) < level - SHARE
    return [str(name) for name in workspace.budgets["budget"][broken]]


def broken_supply(workspace: Workspace, books: Books) -> list[str]:
    """Weeks until which more of a product is sold than there is, what was kept included."""
    facts, supply = books.facts, workspace.supply
    products = facts.blocks["product"].to_numpy()
    broken = []
    for product in sorted(set(supply["product"]) & set(products)):
        used = books.units[products == product].sum(axis=0)
        there = {
            facts.week_number(str(day)[:10]): (float(units), float(share))
            for day, units, share in supply.loc[
                supply["product"] == product, ["week", "units", "carry_over"]
            ].itertuples(index=False)
        }
        left = 0.0
        for week in range(facts.T):
            if week not in there:
                left = 0.0
                continue
            units, share = there[week]
            if used[week] > units + left + UNITS * max(1.0, units + left):
                broken.append(f"supply {product} {facts.week_texts[week]}")
            left = share * (units + left - used[week])
    return broken


def check_violations(record: Record, broken: list[str]) -> None:
    """Each broken rule is one text that starts with its name; nothing else is listed.

    A rule that is broken and not admitted is reported as what it is: a plan against the rules.
    """
    listed = record.content.get("violations")
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        record.wrong("violations", listed, Text("a list of texts"))
        return
    left = [str(text) for text in listed]
    for name in broken:
        told = next((text for text in left if text.startswith(f"{name}: ")), None)
        if told is None:
            found = Text("a plan that breaks {rule}", rule=name)
            record.wrong("violations", found, Text("a plan that keeps it, or says so"))
        else:
            left.remove(told)
    for text in left:
        record.wrong("violations", text, Text("no rule that is kept"))
