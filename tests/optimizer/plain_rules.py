"""Rules that couple pairs, prices and sales, as plain loops over rows: part of `plain`'s oracle."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from tests.oracle.instance import Row

if TYPE_CHECKING:
    from tests.optimizer.plain import Event, Plain

Pair = tuple[str, str]
Key = tuple[str, str, int]


def keeps(
    plain: Plain, rule: Row, events: list[Event], pairs: list[Pair], weeks: range
) -> bool | None:
    """Whether a rule of this file holds; None for other rules."""
    name, value = str(rule["rule"]), float(str(rule.get("value", 0)))
    deals = {(e[0], e[1], t) for e in events for t in range(e[3], e[3] + e[4])}
    seen = [k for k in deals if k[:2] in pairs and k[2] in weeks]
    if name == "apart":
        return not any(a[0] == b[0] and a[2] == b[2] for a, b in combinations(seen, 2))
    if name == "together":
        runs = {pair: {e[2:] for e in events if e[:2] == pair} for pair in pairs}
        line = {pair: str(plain.products[pair[1]].get("line", "")) for pair in pairs}
        mine = [pair for pair in pairs if line[pair] and _included(plain, pair)]
        return not any(
            a[0] == b[0] and line[a] == line[b] and runs[a] != runs[b]
            for a, b in combinations(mine, 2)
        )
    if name == "rivals_apart":
        return not any(
            a[1:] == b[1:] and plain.accounts[a[0]]["market"] == plain.accounts[b[0]]["market"]
            for a, b in combinations(seen, 2)
        )
    if name == "prior_price":
        return all(_cuts_far_apart(plain, pair, events, weeks) for pair in pairs)
    if name in ("roi_floor", "deal_share_ceiling"):
        return _keeps_sums(plain, rule, events, [(*p, t) for p in pairs for t in weeks], set(seen))
    if name not in ("pack_price_order", "price_parity"):
        return None
    price = {pair: float(str(plain.listings[pair]["base_price"])) for pair in pairs if weeks}
    if name == "price_parity":
        return not any(
            a[1] == b[1] and max(price[a], price[b]) > (1 + value) * min(price[a], price[b]) + 1e-9
            for a, b in combinations(price, 2)
        )
    each = {p: price[p] / float(str(plain.products[p[1]]["size"])) for p in price}
    return not any(
        a[0] == b[0]
        and plain.products[a[1]]["brand"] == plain.products[b[1]]["brand"]
        and (each[a] - each[b]) * (price[a] / each[a] - price[b] / each[b]) > 1e-9
        for a, b in combinations(price, 2)
    )


def _included(plain: Plain, pair: Pair) -> bool:
    include = plain.tiny.scenario.get("include", {})
    assert isinstance(include, dict)
    found = {
        "accounts": pair[0],
        "products": pair[1],
        "brands": str(plain.products[pair[1]]["brand"]),
    }
    return all(found[key] in codes for key, codes in include.items())


def _cuts_far_apart(plain: Plain, pair: Pair, events: list[Event], weeks: range) -> bool:
    def is_cut(event: Event) -> bool:
        row = plain.terms(pair, event[2])
        return event[:2] == pair and row is not None and float(str(row["depth"])) > 0

    cuts = [e for e in (*plain.history(), *events) if is_cut(e)]
    return not any(
        two[3] in weeks and one[3] < two[3] and 7 * (two[3] - one[3] - one[4]) < 30
        for one in cuts
        for two in cuts
    )


def _keeps_sums(
    plain: Plain, rule: Row, events: list[Event], keys: list[Key], deals: set[Key]
) -> bool:
    value = float(str(rule["value"]))
    if rule["rule"] == "deal_share_ceiling":
        units = plain.units(events)
        whole = float(str(rule.get("of", 0))) or sum(units[k] for k in keys)
        agreed = value * float(str(rule.get("of", 0)))
        return sum(units[k] for k in deals) <= value * whole + 1e-7 * max(1.0, agreed)
    plan, before = plain.money(events), plain.money([])
    spend = sum(plan[k]["variable_spend"] + plan[k]["fees"] for k in keys)
    gained = sum(plan[k]["profit"] - before[k]["profit"] for k in keys)
    return gained + spend >= (1 + value) * spend - 0.01
