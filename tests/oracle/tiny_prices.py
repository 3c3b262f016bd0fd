"""Tiny instances in which base prices are decided too, alone or with all other rules."""

from __future__ import annotations

import random

from tests.oracle.instance import Row, Tiny
from tests.oracle.tiny import PLANNED_WEEKS, tiny
from tests.oracle.tiny_rules import PLACES, keep_it_enumerable

FEW = 12  # calendars of a block, before its prices: what is left is multiplied by those


def tiny_priced(seed: int, *, alone: bool = False, draws: int = 0) -> Tiny:
    """The instance of a seed with a ladder; `alone`: every other rule is left out."""
    rng = random.Random(seed + 5_000_011)
    instance = tiny(seed, draws=draws, weeks=rng.choice(PLANNED_WEEKS))
    rivals = "rival" in instance.response
    if alone:
        instance.guardrails = instance.guardrails[:1]
        instance.tables.pop("events", None)
        instance.tables.pop("supply", None)
        instance.scenario = {}
    first = instance.guardrails[0]
    first["value"] = min(int(str(first["value"])), 2)
    keep_it_enumerable(instance, 3 if rivals else FEW)
    _shorten_events(instance)
    _draw_ladder(instance, rng, few=rivals)
    _draw_elasticities(instance, rng)
    if not alone:
        _draw_price_rules(instance, rng)
    return instance


def _shorten_events(instance: Tiny) -> None:
    """Fixed events keep to the lengths that are left of their tactics."""
    lengths = {
        str(r["tactic"]): (int(str(r["min_weeks"])), int(str(r["max_weeks"])))
        for r in instance.tables["tactics"]
    }
    for row in instance.tables.get("events", []):
        low, high = lengths[str(row["tactic"])]
        if row["status"] != "forbidden":
            row["weeks"] = min(max(int(str(row["weeks"])), low), high)


def _draw_ladder(instance: Tiny, rng: random.Random, *, few: bool) -> None:
    rungs = [[0.95], [0.9, 1.0], [1.08], [1.0, 1.05]]
    more = [[0.95, 1.0, 1.05], [0.9, 0.95], [0.9, 1.0, 1.1], [1.0, 1.04, 1.08]]
    ladder = rng.choice(rungs if few or rng.random() < 0.5 else more)
    changes = 1 if few or len(ladder) > 2 or rng.random() < 0.8 else 2
    instance.scenario["prices"] = {"ladder": ladder, "changes": changes}
    for row in instance.tables["listings"]:
        base = float(str(row["base_price"]))
        row["min_price"] = round(base * rng.uniform(0.85, 1.0), 2) if rng.random() < 0.2 else ""
        row["max_price"] = round(base * rng.uniform(1.0, 1.1), 2) if rng.random() < 0.2 else ""


def _draw_elasticities(instance: Tiny, rng: random.Random) -> None:
    rows: list[Row] = []
    for listing in instance.tables["listings"]:
        if rng.random() < 0.9:
            pair = {k: listing[k] for k in ("account", "product")}
            rows.append({**pair, "elasticity": round(rng.uniform(-3.5, 0.3), 4)})
    instance.response["price"] = rows
    known = {(r["account"], r["product"]): float(str(r["elasticity"])) for r in rows}
    for row in instance.response.get("draws", []):
        pair = (row["account"], row["product"])
        if row["log_baseline"] != "" and pair in known:
            row["elasticity"] = round(known[pair] * rng.uniform(0.5, 1.5), 5)
        else:
            row["elasticity"] = ""


def _draw_price_rules(instance: Tiny, rng: random.Random) -> None:
    """Rules that regular prices make more of: floors for retailers, orders, parity, bounds."""
    bases = sorted(float(str(row["base_price"])) for row in instance.tables["listings"])
    rules = instance.guardrails

    def place(chance: float) -> Row:
        return dict(rng.choice(PLACES)) if rng.random() <= chance else {}

    if rng.random() < 0.5:
        value = rng.choice([0.97, 1.0, 1.02])
        rules.append({"rule": "retailer_margin_floor", "value": value, **place(0.2)})
    if rng.random() < 0.25:
        rules.append({"rule": "pack_price_order", **place(0.3)})
    if rng.random() < 0.25:
        value = rng.choice([0.0, 0.05, 0.3, 0.7, 1.5])
        rules.append({"rule": "price_parity", "value": value, **place(0.4)})
    if rng.random() < 0.2:
        rules.append({"rule": "prior_price", **place(0.4)})
    if rng.random() < 0.2:
        floor = round(bases[0] * rng.uniform(0.8, 1.03), 2)
        rules.append({"rule": "price_floor", "value": floor, **place(0.5)})
    if rng.random() < 0.15:
        ceiling = round(bases[-1] * rng.uniform(0.9, 1.06), 2)
        rules.append({"rule": "price_ceiling", "value": ceiling, **place(0.6)})
