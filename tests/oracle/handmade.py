"""One small workspace in which every rule of this release is there and can be broken alone."""

from __future__ import annotations

import math

from tests.oracle.instance import Row, Tiny, week_of

PAIRS = (("001", "NA"), ("001", "P1"), ("001", "P3"), ("B2", "NA"), ("B2", "P1"))
WEEKS = 12


def handmade(draws: int = 24) -> Tiny:
    """Two accounts, three products (one not included), twelve weeks and a tail of two."""
    instance = Tiny(WEEKS)
    instance.tables = _tables()
    instance.response = _response(draws)
    instance.guardrails = _guardrails()
    instance.scenario = {"include": {"brands": ["X"]}, "risk": {"draws": 20}, "budget_scale": 0.9}
    return instance


def _tables() -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    tables["accounts"] = _rows(
        "account chain market vat_rate handling_cost forward_buy",
        ("001", "C0", "north", 0.1, 0.05, 0.3),
        ("B2", "C1", "north", 0.21, 0.1, 0),
    )
    tables["products"] = _rows(
        "product name brand category unit_cost line own",
        ("NA", "Nachos", "X", "snacks", 0.41, "L1", 1),
        ("P1", "Peanuts", "X", "snacks", 0.55, "", 1),
        ("P3", "Pretzels", "Y", "snacks", 0.35, "", 1),
        ("ZZ", "Of others", "Z", "snacks", "", "", 0),
    )
    tables["listings"] = [
        {"account": a, "product": p, "base_price": {"NA": 2.49, "P1": 3.2, "P3": 1.99}[p]}
        | {"list_price": {"NA": 1.25, "P1": 1.6, "P3": 0.9}[p]}
        for a, p in PAIRS
    ]
    tables["sales"] = [
        {"account": a, "product": p, "week": week_of(-back), "units": 90 + 7 * back, "price": 2.0}
        for a, p in (*PAIRS, ("B2", "ZZ"))
        for back in (4, 3, 2, 1)
    ]
    tables["tactics"] = _rows(
        "tactic depth feature display min_weeks max_weeks funding funding_share event_fee"
        " weekly_fee account brand product",
        ("T0", 0.2, 1, 0, 1, 2, "scan_back", 0.6, 10, 0, "", "", ""),
        ("T0", 0.2, 1, 0, 1, 2, "scan_back", 0.5, 5, 1.5, "B2", "", "NA"),
        ("T1", 0.3, 1, 0.5, 2, 3, "off_invoice", 0.5, 0, 3, "", "", ""),
        ("T2", 0.4, 0, 1, 1, 1, "bill_back", 0.7, 0, 0, "", "", ""),
        ("T3", 0.1, 0, 1, 1, 1, "bill_back", 1, 0, 2.5, "B2", "", ""),
    )
    tables["budgets"] = _rows(
        "budget amount kind account brand product first_week last_week",
        ("everything", 1100, "ceiling", "", "", "", "", ""),
        ("first half, 001", 200, "", "001", "", "", "", week_of(5)),
        ("something for B2", 400, "floor", "B2", "", "", "", ""),
    )
    tables["rebates"] = _rows(
        "account basis threshold rate reach",
        ("001", "net_sales", 1000, 0.02, "all"),
        ("001", "units", 2000, 0.01, "excess"),
        ("B2", "net_sales", 3000, 0.03, "excess"),
    )
    tables["supply"] = _rows(
        "product week units carry_over",
        ("P1", week_of(2), 700, 1),
        ("P1", week_of(3), 500, 1),
        ("P1", week_of(4), 450, 0),
    )
    tables["events"] = _rows(
        "account product tactic start_week weeks status",
        ("001", "P1", "T0", week_of(-2), 2, "actual"),
        ("B2", "P3", "T0", week_of(-1), 1, "actual"),  # not listed there any more, but still felt
        ("B2", "NA", "T0", week_of(5), 1, "pinned"),
        ("001", "NA", "T1", week_of(8), 2, "forbidden"),
        ("001", "NA", "T0", week_of(6), 1, "proposed"),
    )
    return tables


def _rows(header: str, *rows: tuple[object, ...]) -> list[Row]:
    return [dict(zip(header.split(), row, strict=True)) for row in rows]


def _response(draws: int) -> dict[str, list[Row]]:
    response: dict[str, list[Row]] = {name: [] for name in ("baseline", "lift", "carry", "cross")}
    response["draws"] = []
    for i, (a, p) in enumerate(PAIRS):
        pair: Row = {"account": a, "product": p}
        for week in range(WEEKS):
            units = round((90 + 30 * i) * (1 + 0.2 * math.sin(week + i)), 3)
            response["baseline"].append({**pair, "week": week_of(week), "units": units})
        for k, lift in (("T0", 0.7), ("T1", 1.05), ("T2", 1.25), ("T3", 0.35)):
            scale = 1 + 0.07 * i
            response["lift"].append(
                {**pair, "tactic": k, "log_lift": round(lift * scale, 4), "pressure": lift * 0.4}
                | {"pull": round(lift * 0.6, 4)}
            )
        for lag, size in ((1, 0.3), (2, 0.1)):
            response["carry"].append({**pair, "lag": lag, "coefficient": size})
        for _, q in [other for other in PAIRS if other[0] == a and other[1] != p]:
            for lag, size in ((0, -0.12), (1, -0.03)):
                key = {"by_product": q, "lag": lag}
                response["cross"].append({**pair, **key, "coefficient": size - 0.01 * i})
        for draw in range(draws):
            response["draws"].append(
                {"draw": draw, **pair, "log_baseline": round(0.1 * math.sin(3 * draw + i), 5)}
            )
            response["draws"].append(
                {"draw": draw, **pair, "tactic": "T0"}
                | {"log_lift": round(0.7 + 0.2 * math.cos(draw * (i + 1)), 5)}
            )
            response["draws"].append(
                {"draw": draw, **pair, "lag": 1, "coefficient": 0.3 + 0.005 * draw}
            )
            if draw % 2 and p == "NA":  # the tail repeats this week, in each draw too
                last = {"week": week_of(WEEKS - 1), "units": round(100 + draw * (i + 1.0), 3)}
                response["draws"].append({"draw": draw, **pair, **last})
    gone: Row = {"account": "B2", "product": "P3", "tactic": "T0"}
    response["lift"].append({**gone, "log_lift": 0.6, "pressure": 0.2, "pull": 0.5})
    response["draws"].append({"draw": 3, **gone, "pull": 0.9})
    key = {"account": "B2", "product": "NA", "by_product": "P3", "lag": 1}
    response["cross"].append({**key, "coefficient": -0.2})
    response["draws"].append({"draw": 4, **key, "coefficient": -0.4})
    return response


def _guardrails() -> list[Row]:
    return [
        {"rule": "max_events", "value": 3},
        {"rule": "max_weeks_on_deal", "value": 5},
        {"rule": "min_gap_weeks", "value": 1},
        {"rule": "slots", "value": 1, "account": "001"},
        {"rule": "blackout", "account": "B2", "first_week": week_of(0), "last_week": week_of(1)},
        {"rule": "required", "value": 1, "product": "P1", "last_week": week_of(6)},
        {"rule": "max_depth", "value": 0.35},
        {"rule": "price_floor", "value": 2.3, "product": "P1"},
        {"rule": "price_ceiling", "value": 2.2, "account": "001", "product": "NA"}
        | {"first_week": week_of(10), "last_week": week_of(10)},
        {"rule": "retailer_margin_floor", "value": 1.075, "account": "B2"},
        {"rule": "volume_floor", "value": 9900},
    ]
