"""Random objectives and rebates of tiny instances."""

from __future__ import annotations

import random

from tests.oracle.instance import Row, Tiny

NASH = "nash"
KINDS = ("profit", "revenue", "volume", "weights", NASH)


def draw_rebates(instance: Tiny, rng: random.Random) -> None:
    """Up to two steps for most accounts, near what they sell without promotion."""
    rows: list[Row] = []
    for account in (str(row["account"]) for row in instance.tables["accounts"]):
        net, units = _quiet(instance, account)
        if not units or rng.random() < 0.2:
            continue
        for step in range(rng.randint(1, 2)):
            basis = rng.choice(["net_sales", "net_sales", "units"])
            size = net if basis == "net_sales" else units
            near = rng.choice([0.95, 1.0, 1.02, 1.05, 1.1, 1.2]) * (1 + 0.07 * step)
            threshold = round(size * near, 2)
            known = {(row["account"], row["basis"], row["threshold"]) for row in rows}
            if (account, basis, threshold) not in known:
                rows.append(
                    {"account": account, "basis": basis, "threshold": threshold}
                    | {"rate": rng.choice([0.01, 0.02, 0.05])}
                    | {"reach": rng.choice(["all", "all", "excess"])}
                )
    if rows:
        instance.tables["rebates"] = rows


def _quiet(instance: Tiny, account: str) -> tuple[float, float]:
    """Gross sales and units of an account while nothing is promoted."""
    net = units = 0.0
    for listing in instance.tables["listings"]:
        if listing["account"] != account:
            continue
        sold = sum(
            float(str(row["units"]))
            for row in instance.response["baseline"][:]
            if (row["account"], row["product"]) == (account, listing["product"])
        )
        net, units = net + sold * float(str(listing["list_price"])), units + sold
    weeks = len({row["week"] for row in instance.response["baseline"]})
    return net * instance.weeks / weeks, units * instance.weeks / weeks


def draw_objective(instance: Tiny, rng: random.Random, kind: str) -> None:
    """An objective by its kind: a name of the contract, or `weights`."""
    objective: object = kind
    if kind == "weights":
        objective = {
            "profit": rng.choice([0.5, 1.0]),
            "revenue": rng.choice([0, 0.1, 0.5]),
            "volume": rng.choice([0, 0.05, 0.3]),
            "retailer_profit": rng.choice([0, 0.2, 1.0]),
        }
    instance.scenario["objective"] = objective
    if kind == NASH:  # penalties cannot be set off against a product
        for rule in instance.guardrails:
            rule.pop("hard", None)
            rule.pop("penalty", None)
