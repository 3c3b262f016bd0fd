"""Random tiny workspaces on disk: small enough to enumerate, mean enough to matter.

Two accounts, two products and eight weeks. Every seed draws its own mixture of tactics, funding
kinds, fees, VAT, dips, cannibalisation (with and without lags), rivals, rules, budgets and fixed
events. `calendars_of_a_block` keeps the number of calendars small enough for `exhaustive`.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from tests.oracle.instance import ACCOUNTS, FIRST_WEEK, PRODUCTS, Row, Tiny, week_of
from tests.oracle.tiny_demand import draw_draws, draw_response
from tests.oracle.tiny_rules import (
    draw_budgets,
    draw_events,
    draw_more_rules,
    draw_rules,
    draw_scope,
    keep_it_enumerable,
)

PLANNED_WEEKS = (4, 5, 5, 6)  # of instances in which prices are planned: they have many calendars


def tiny_workspace(
    folder: Path, seed: int, *, draws: int = 0, weeks: int = 8
) -> tuple[Path, Path, Path]:
    """Write the instance of a seed below `folder`: workspace, its scenario and its response.

    Returns (workspace folder, scenario file, response folder). The same seed always writes the
    same bytes. `draws` > 0 adds that many draws of lifts, dips, cross effects and levels.
    """
    return write(tiny(seed, draws=draws, weeks=weeks), folder)


def write(instance: Tiny, folder: Path) -> tuple[Path, Path, Path]:
    """Write an instance: its workspace folder, scenario file and response folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workspace.yaml").write_text(
        "name: tiny\ncurrency: EUR\ncountry: ES\n", encoding="utf-8"
    )
    for name, rows in instance.tables.items():
        _write_csv(folder / f"{name}.csv", rows)
    response = folder / "response"
    response.mkdir(exist_ok=True)
    for name, rows in instance.response.items():
        _write_csv(response / f"{name}.csv", rows)
    scenario = folder / "scenarios" / "tiny.yaml"
    scenario.parent.mkdir(exist_ok=True)
    scenario.write_text(_scenario_text(instance), encoding="utf-8")
    return folder, scenario, response


def tiny(seed: int, *, draws: int = 0, weeks: int = 8, calendars: int = 240) -> Tiny:
    """The instance of a seed, in memory, with at most so many calendars of a block."""
    rng = random.Random(seed)
    instance = Tiny(weeks)
    _draw_master_data(instance, rng)
    rivals = rng.random() < 0.2
    _draw_tactics(instance, rng, few=rivals)
    draw_response(instance, rng, rivals=rivals)
    draw_rules(instance, rng)
    keep_it_enumerable(instance, limit=min(calendars, 16 if rivals else 240))
    draw_more_rules(instance, random.Random(seed + 3_000_017))
    draw_budgets(instance, rng)
    draw_events(instance, rng)
    draw_scope(instance, random.Random(seed + 2_000_003))
    if draws:
        draw_draws(instance, random.Random(seed + 1_000_003), draws)
    return instance


def _draw_master_data(instance: Tiny, rng: random.Random) -> None:
    tables = instance.tables
    tables["accounts"] = [
        {
            "account": account,
            "market": "north",
            "chain": f"C{i}",
            "vat_rate": rng.choice([0, 0.04, 0.1, 0.21]),
            "handling_cost": rng.choice([0, 0.05, 0.125]),
            "forward_buy": rng.choice([0, 0.3]),
        }
        for i, account in enumerate(ACCOUNTS)
    ]
    one_brand = rng.random() < 0.7
    tables["products"] = [
        {
            "product": product,
            "name": f"Product {product}",
            "brand": "X" if one_brand or i == 0 else "Y",
            "category": "snacks",
            "unit_cost": round(rng.uniform(0.3, 0.9), 3),
            "line": rng.choice(["", "L1"]),
            "size": (200, 450)[i],
            "size_unit": "g",
        }
        for i, product in enumerate(PRODUCTS)
    ]
    pairs = [(a, p) for a in ACCOUNTS for p in PRODUCTS]
    if rng.random() < 0.15:
        pairs.remove(rng.choice(pairs))
    tables["listings"] = []
    tables["sales"] = []
    for account, product in pairs:
        base = rng.choice([1.99, 2.49, 3.2, 4.75])
        tables["listings"].append(
            {
                "account": account,
                "product": product,
                "base_price": base,
                "list_price": round(base * rng.uniform(0.45, 0.53), 2),
            }
        )
        for back in range(4, 0, -1):
            tables["sales"].append(
                {
                    "account": account,
                    "product": product,
                    "week": week_of(-back),
                    "units": rng.randint(20, 400),
                    "price": base,
                    "base_price": base,
                }
            )


def _draw_tactics(instance: Tiny, rng: random.Random, *, few: bool) -> None:
    rows: list[Row] = []
    for i in range(2 if few or rng.random() < 0.7 else 3):
        shortest = rng.choice([1, 1, 2, 3])
        rows.append(
            {
                "tactic": f"T{i}",
                "depth": rng.choice([0, 0.1, 0.15, 0.2, 0.25, 0.3]),
                "feature": rng.choice([0, 1]),
                "display": rng.choice([0, 0.5, 1]),
                "min_weeks": shortest,
                "max_weeks": shortest if few else min(3, shortest + rng.choice([0, 0, 1])),
                "funding": rng.choice(["scan_back", "bill_back", "off_invoice"]),
                "funding_share": rng.choice([0, 0.4, 0.6, 0.75, 1]),
                "event_fee": rng.choice([0, 0, 2.5, 12, 30]),
                "weekly_fee": rng.choice([0, 0, 1.25, 6]),
                "account": "",
                "brand": "",
                "product": "",
            }
        )
    if rng.random() < 0.3:  # a better agreement somewhere: the most specific row wins
        special = dict(rows[0])
        special["funding_share"] = rng.choice([0.2, 0.5])
        special["event_fee"] = rng.choice([0, 5])
        selector = rng.choice(["account", "product", "brand"])
        special[selector] = {"account": ACCOUNTS[1], "product": PRODUCTS[0], "brand": "X"}[selector]
        rows.append(special)
    if rng.random() < 0.15:  # a tactic only one account accepts
        rows[1]["account"] = ACCOUNTS[0]
    instance.tables["tactics"] = rows


def _write_csv(path: Path, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[row.get(name, "") for name in columns] for row in rows])


def _scenario_text(instance: Tiny) -> str:
    lines = ["scenario: tiny"]
    lines.append(f"horizon: {{first_week: {FIRST_WEEK.isoformat()}, weeks: {instance.weeks}}}")
    for key, value in instance.scenario.items():
        lines.append(f"{key}: {_flow(value)}")
    lines.append("guardrails:")
    lines += [f"  - {_flow(rule)}" for rule in instance.guardrails]
    lines.append("solver: {gap: 0.0, seconds: 30, seed: 1}")
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    """A value in YAML's flow style; text is quoted, so that codes and dates stay text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _key(key: object) -> str:
    return f'"{key}"' if " " in str(key) else str(key)
