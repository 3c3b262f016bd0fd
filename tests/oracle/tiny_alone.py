"""Tiny instances with one rule beside the cap on events, so that nothing else hides it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from tests.oracle.instance import ACCOUNTS, PRODUCTS, Row, Tiny, week_of
from tests.oracle.tiny import tiny
from tests.oracle.tiny_prices import tiny_priced
from tests.oracle.tiny_rules import PLACES, SOFT

FEW = 60  # calendars of a block
ABOUT_PRICES = {"pack_price_order": 0.8, "price_parity": 0.8, "prior_price": 0.4}  # share with them
Draw = Callable[[Tiny, random.Random], Row]


def tiny_without(seed: int, *, priced: bool) -> Tiny:
    """The instance of a seed with a cap on events and its first budget, and no rule besides."""
    if priced:
        instance = tiny_priced(seed, alone=True)
    else:
        instance = tiny(seed, calendars=FEW)
        instance.guardrails = instance.guardrails[:1]
        instance.tables.pop("events", None)
        instance.tables.pop("supply", None)
        instance.scenario = {}
    instance.tables["budgets"] = instance.tables["budgets"][:1]
    return instance


def is_priced(rule: str, seed: int) -> bool:
    """Whether the rule's instance of a seed has base prices to decide."""
    return random.Random(f"priced {rule} {seed}").random() < ABOUT_PRICES.get(rule, 0.1)


def tiny_alone(seed: int, rule: str, without: Tiny) -> Tiny:
    """The instance `without` it and the rule, hard or, where it may be and by chance, soft."""
    rng = random.Random(f"alone {rule} {seed}")
    instance = copy.deepcopy(without)
    row: Row = {"rule": rule, **DRAWS[rule](instance, rng)}
    if rule in SOFT and rng.random() < 0.25:
        dear = 0.2 if rule in ("volume_floor", "deal_share_ceiling") else 10.0
        row |= {"hard": False, "penalty": round(dear * rng.uniform(0.1, 2.0), 2)}
    instance.guardrails.append(row)
    return instance


def _whole(least: int, most: int) -> Draw:
    """A whole value over some selection and weeks."""
    return lambda instance, rng: {
        "value": rng.randint(least, most),
        **_place(rng, 0.5),
        **_window(instance, rng, 0.4),
    }


def _one_of(*values: float) -> Draw:
    return lambda instance, rng: {
        "value": rng.choice(values),
        **_place(rng, 0.5),
        **_window(instance, rng, 0.3),
    }


def _no_value(chance: float) -> Draw:
    return lambda instance, rng: {**_place(rng, 0.5), **_window(instance, rng, chance)}


def _floor_price(instance: Tiny, rng: random.Random) -> Row:
    lowest = min(_base_prices(instance))
    value = round(lowest * rng.uniform(0.65, 1.0), 2)
    return {"value": value, **_place(rng, 0.4), **_window(instance, rng, 0.3)}


def _ceiling_price(instance: Tiny, rng: random.Random) -> Row:
    """Below some base prices: those products must be promoted in those weeks."""
    value = round(rng.choice(_base_prices(instance)) * rng.uniform(0.85, 1.05), 2)
    return {"value": value, **_place(rng, 0.9), **_window(instance, rng, 1.0, 2)}


def _least_units(instance: Tiny, rng: random.Random) -> Row:
    """Near what is sold without any promotion."""
    end = week_of(instance.weeks - 1)
    product = rng.choice(["", *PRODUCTS])
    rows = [r for r in instance.response["baseline"] if str(r["week"]) <= end]
    mine = [r for r in rows if product in ("", r["product"])]
    quiet = sum(float(str(row["units"])) for row in mine)
    where: Row = {"product": product} if product else {}
    return {"value": round(quiet * rng.choice([0.95, 1.0, 1.03, 1.1]), 1), **where}


def _deal_share(instance: Tiny, rng: random.Random) -> Row:
    agreed: Row = {"of": rng.choice([500, 1500, 4000])} if rng.random() < 0.4 else {}
    value = rng.choice([0.05, 0.1, 0.15, 0.3])
    return {"value": value, **agreed, **_place(rng, 0.5), **_window(instance, rng, 0.3)}


def _lines(instance: Tiny, rng: random.Random) -> Row:
    for row in instance.tables["products"]:
        row["line"] = "L1"
    return {"account": rng.choice(ACCOUNTS)} if rng.random() < 0.3 else {}


def _base_prices(instance: Tiny) -> list[float]:
    return sorted(float(str(row["base_price"])) for row in instance.tables["listings"])


def _place(rng: random.Random, chance: float) -> Row:
    return dict(rng.choice(PLACES)) if rng.random() <= chance else {}


def _window(instance: Tiny, rng: random.Random, chance: float, longest: int = 6) -> Row:
    if rng.random() > chance:
        return {}
    start = rng.randrange(instance.weeks)
    end = min(instance.weeks - 1, start + rng.randint(0, longest - 1))
    return {"first_week": week_of(start), "last_week": week_of(end)}


DRAWS: dict[str, Draw] = {
    "max_events": _whole(0, 1),
    "max_weeks_on_deal": _whole(1, 3),
    "min_gap_weeks": _whole(1, 4),
    "slots": _whole(1, 1),
    "blackout": _no_value(0.9),
    "required": _whole(1, 3),
    "max_depth": _one_of(0.1, 0.15, 0.2, 0.25),
    "price_floor": _floor_price,
    "price_ceiling": _ceiling_price,
    "retailer_margin_floor": _one_of(0.9, 0.97, 1.0, 1.01, 1.03),
    "volume_floor": _least_units,
    "roi_floor": _one_of(-0.5, 0.0, 0.4, 1.2, 2.0),
    "deal_share_ceiling": _deal_share,
    "together": _lines,
    "apart": _no_value(0.4),
    "rivals_apart": _no_value(0.4),
    "prior_price": _no_value(0.3),
    "pack_price_order": _no_value(0.2),
    "price_parity": _one_of(0.0, 0.05, 0.3, 0.7, 1.5),
}
