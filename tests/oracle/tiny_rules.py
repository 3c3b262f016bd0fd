"""Random rules, budgets, fixed events and scopes of tiny instances."""

from __future__ import annotations

import random

from tests.oracle.instance import ACCOUNTS, PRODUCTS, Row, Tiny, week_of

PLACES: tuple[Row, ...] = (
    {"account": ACCOUNTS[0]},
    {"account": ACCOUNTS[1]},
    {"product": PRODUCTS[0]},
    {"brand": "X"},
    {"chain": "C1"},
    {"market": "north"},
    {"category": "snacks"},
    {"account": ACCOUNTS[0], "product": PRODUCTS[1]},
)


def draw_rules(instance: Tiny, rng: random.Random) -> None:
    """Every rule by its own chance, over a random selection and window."""
    bases = sorted(float(str(row["base_price"])) for row in instance.tables["listings"])
    last = instance.weeks - 1

    def window(chance: float, longest: int = 8) -> Row:
        return _window(rng, last, longest) if rng.random() <= chance else {}

    def place(chance: float) -> Row:
        return rng.choice(PLACES) if rng.random() <= chance else {}

    rules: list[Row] = [{"rule": "max_events", "value": rng.randint(1, 3)}]
    if rng.random() < 0.2:
        rules.append({"rule": "max_events", "value": 1, **place(1), **window(0.6)})
    if rng.random() < 0.3:
        most = rng.randint(1, 4)
        rules.append({"rule": "max_weeks_on_deal", "value": most, **place(0.4), **window(0.3)})
    if rng.random() < 0.6:
        least = rng.randint(0, 3)
        rules.append({"rule": "min_gap_weeks", "value": least, **place(0.3), **window(0.3)})
    if rng.random() < 0.4:
        rules.append({"rule": "slots", "value": 1, **place(0.4), **window(0.4)})
    if rng.random() < 0.3:
        rules.append({"rule": "blackout", **place(0.6), **window(0.95, 3)})
    if rng.random() < 0.25:
        rules.append({"rule": "required", "value": rng.randint(1, 2), **place(0.7), **window(0.4)})
    if rng.random() < 0.2:
        rules.append({"rule": "max_depth", "value": rng.choice([0.15, 0.2, 0.25]), **place(0.6)})
    if rng.random() < 0.2:
        floor = round(bases[0] * rng.uniform(0.7, 0.95), 2)
        rules.append({"rule": "price_floor", "value": floor, **place(0.3), **window(0.3)})
    if rng.random() < 0.1:  # below the base price: somebody must promote in those weeks
        ceiling = round(bases[-1] * rng.uniform(0.88, 1.05), 2)
        rules.append({"rule": "price_ceiling", "value": ceiling, **place(0.7), **window(1, 2)})
    if rng.random() < 0.4:
        value = rng.choice([0.9, 0.97, 1.0, 1.01])
        floor_rule: Row = {"rule": "retailer_margin_floor", "value": value}
        rules.append({**floor_rule, **place(0.3), **window(0.2)})
    if rng.random() < 0.25:
        rules.append(_volume_floor(instance, rng))
    instance.guardrails = rules


def draw_more_rules(instance: Tiny, rng: random.Random) -> None:
    """Rules that couple pairs, prices and sales; then some of all rules become soft."""
    last = instance.weeks - 1
    rules = instance.guardrails

    def place(chance: float) -> Row:
        return rng.choice(PLACES) if rng.random() <= chance else {}

    def window(chance: float) -> Row:
        return _window(rng, last, 6) if rng.random() <= chance else {}

    if rng.random() < 0.15:
        rules.append({"rule": "apart", **place(0.3), **window(0.4)})
    if rng.random() < 0.15:
        rules.append({"rule": "rivals_apart", **place(0.3), **window(0.4)})
    if rng.random() < 0.15:
        value = rng.choice([-0.5, 0.0, 0.4, 1.2])
        rules.append({"rule": "roi_floor", "value": value, **place(0.5), **window(0.3)})
    if rng.random() < 0.15:
        rule: Row = {"rule": "deal_share_ceiling", "value": rng.choice([0.05, 0.15, 0.3])}
        agreed = {"of": rng.choice([500, 1500, 4000])} if rng.random() < 0.4 else {}
        rules.append({**rule, **agreed, **place(0.5), **window(0.3)})
    if rng.random() < 0.12:
        rules.append({"rule": "prior_price", **place(0.4), **window(0.3)})
    if rng.random() < 0.04:
        rules.append({"rule": "pack_price_order", **place(0.6)})
    if rng.random() < 0.04:
        rules.append({"rule": "price_parity", "value": rng.choice([0.0, 0.3, 1.5]), **place(0.6)})
    if rng.random() < 0.15:
        rules.append({"rule": "together", **place(0.2)})
    for rule in rules[1:]:
        if rule["rule"] in SOFT and rng.random() < 0.25:
            dear = 0.2 if rule["rule"] in ("volume_floor", "deal_share_ceiling") else 10.0
            rule |= {"hard": False, "penalty": round(dear * rng.uniform(0.1, 2.0), 2)}


SOFT = (
    *("slots", "apart", "rivals_apart", "max_events", "max_weeks_on_deal", "blackout"),
    *("required", "volume_floor", "retailer_margin_floor", "roi_floor", "deal_share_ceiling"),
)


def _window(rng: random.Random, last: int, longest: int) -> Row:
    start = rng.randint(0, last)
    end = min(last, start + rng.randint(0, longest - 1))
    return {"first_week": week_of(start), "last_week": week_of(end)}


def _volume_floor(instance: Tiny, rng: random.Random) -> Row:
    """Units near those without any promotion."""
    end = week_of(instance.weeks - 1)
    rows = [row for row in instance.response["baseline"] if str(row["week"]) <= end]
    without = sum(float(str(row["units"])) for row in rows)
    value = round(without * rng.choice([0.9, 1.0, 1.05]), 1)
    if rng.random() >= 0.5:
        return {"rule": "volume_floor", "value": value}
    value = round(value * rng.uniform(0.3, 0.5), 1)
    return {"rule": "volume_floor", "value": value, "product": PRODUCTS[0]}


def draw_budgets(instance: Tiny, rng: random.Random) -> None:
    rows: list[Row] = []

    def add(amount: float, **more: object) -> None:
        blank = dict.fromkeys(["account", "brand", "product", "first_week", "last_week"], "")
        row: Row = {"budget": f"budget {len(rows)}", "amount": amount, "kind": "", **blank, **more}
        rows.append(row)

    add(rng.choice([40, 90, 160, 400, 5000]))
    if rng.random() < 0.3:
        add(rng.choice([20, 60, 120]), kind="ceiling", account=rng.choice(ACCOUNTS))
    if rng.random() < 0.2:
        add(rng.choice([20, 60, 120]), kind="ceiling", product=PRODUCTS[0], first_week=week_of(2))
    if rng.random() < 0.2:
        where = rng.choice([{"account": ACCOUNTS[1]}, {"brand": "X"}, {"last_week": week_of(5)}])
        add(rng.choice([5, 20, 50]), kind="floor", **where)
    instance.tables["budgets"] = rows
    if rng.random() < 0.2:
        instance.scenario["budget_scale"] = rng.choice([0.8, 1.25])
    if rng.random() < 0.1:
        instance.scenario["budgets"] = {"budget 0": rng.choice([55.5, 140])}


def draw_events(instance: Tiny, rng: random.Random) -> None:
    rows: list[Row] = []
    pairs = [(str(r["account"]), str(r["product"])) for r in instance.tables["listings"]]
    lengths = {
        str(r["tactic"]): (int(str(r["min_weeks"])), int(str(r["max_weeks"])))
        for r in instance.tables["tactics"]
    }
    anywhere = sorted(
        {str(r["tactic"]) for r in instance.tables["tactics"]}
        - {str(r["tactic"]) for r in instance.tables["tactics"][1:2] if r["account"]}
    )

    def add(status: str, start: int, weeks: int, pair: tuple[str, str], tactic: str) -> None:
        rows.append(
            {
                "account": pair[0],
                "product": pair[1],
                "tactic": tactic,
                "start_week": week_of(start),
                "weeks": weeks,
                "status": status,
            }
        )

    free = list(pairs)
    rng.shuffle(free)
    if rng.random() < 0.3:  # history: its dip and its gap reach into the horizon
        tactic = rng.choice(anywhere)
        length = lengths[tactic][0]
        add("actual", -length - rng.randint(0, 2), length, free[0], tactic)
    if rng.random() < 0.25:
        tactic = rng.choice(anywhere)
        length = rng.randint(*lengths[tactic])
        status = rng.choice(["pinned", "pinned", "actual"])
        add(status, rng.randint(1, instance.weeks - length), length, free[1], tactic)
    if rng.random() < 0.3:
        start = rng.randint(0, instance.weeks - 3)
        add("forbidden", start, rng.randint(1, 3), free[2], rng.choice(anywhere))
    if rng.random() < 0.2:
        tactic = rng.choice(anywhere)
        length = lengths[tactic][0]
        add("proposed", rng.randint(0, instance.weeks - length), length, free[-1], tactic)
    if rows:
        instance.tables["events"] = rows


def draw_scope(instance: Tiny, rng: random.Random) -> None:
    """Sometimes only a part is planned, or there is only so much to sell."""
    if rng.random() < 0.1:
        instance.scenario["include"] = rng.choice(
            [{"products": [PRODUCTS[0]]}, {"accounts": [ACCOUNTS[1]]}, {"brands": ["X"]}]
        )
    if rng.random() < 0.15:
        product, start = rng.choice(PRODUCTS), rng.randint(-1, instance.weeks - 2)
        known = [r for r in instance.response["baseline"] if r["product"] == product]
        usual = sum(float(str(r["units"])) for r in known) / len({r["week"] for r in known})
        instance.tables["supply"] = [
            {
                "product": product,
                "week": week_of(week),
                "units": round(usual * rng.uniform(1.1, 2.2), 1),
                "carry_over": rng.choice([0, 1, 0.5, 0.8]),
            }
            for week in range(start, min(instance.weeks, start + rng.randint(1, 4)))
        ]


def calendars_of_a_block(lengths: list[int], weeks: int, events: int, gap: int) -> int:
    """How many calendars of at most `events` events of the shapes' `lengths` there are."""
    ways = [[1] * (weeks + gap + 4) for _ in range(events + 1)]
    for left in range(1, events + 1):
        for week in range(weeks - 1, -1, -1):
            here = ways[left][week + 1]
            for length in lengths:
                if week + length <= weeks:
                    here += ways[left - 1][week + length + gap]
            ways[left][week] = here
    return ways[events][0]


def keep_it_enumerable(instance: Tiny, limit: int) -> None:
    """Fix lengths, then lower `max_events`, until no block has more than `limit` calendars."""
    gaps = [
        int(str(rule["value"]))
        for rule in instance.guardrails
        if rule["rule"] == "min_gap_weeks" and len(rule) == 2
    ]
    first = instance.guardrails[0]
    tactics = instance.tables["tactics"]
    while True:
        spans = sorted(
            {
                (str(r["tactic"]), int(str(r["min_weeks"])), int(str(r["max_weeks"])))
                for r in tactics
            }
        )
        lengths = [n for _, low, high in spans for n in range(low, high + 1)]
        events = int(str(first["value"]))
        count = calendars_of_a_block(lengths, instance.weeks, events, max(gaps, default=0))
        if count <= limit:
            return
        loose = [name for name, low, high in spans if low < high]
        for row in tactics:
            if loose and row["tactic"] == loose[0]:
                row["max_weeks"] = row["min_weeks"]
        if not loose and events > 1:
            first["value"] = events - 1
        elif not loose:
            return
