"""Random responses of tiny instances, and draws around them."""

from __future__ import annotations

import random

from tests.oracle.instance import Row, Tiny, week_of


def draw_response(instance: Tiny, rng: random.Random, *, rivals: bool) -> None:
    pairs = [(str(r["account"]), str(r["product"])) for r in instance.tables["listings"]]
    tactics = sorted({str(row["tactic"]) for row in instance.tables["tactics"]})
    carry_lags = rng.choice([0, 0, 1, 1, 2])
    cross_lags = rng.choice([(), (0,), (0,), (0, 1), (1,)])
    covered = instance.weeks + (3 if rng.random() < 0.5 else 0)
    response: dict[str, list[Row]] = {"baseline": [], "lift": []}
    for account, product in pairs:
        level = rng.uniform(30, 300)
        for week in range(covered):
            units = round(level * rng.uniform(0.7, 1.3), 3)
            response["baseline"].append(
                {"account": account, "product": product, "week": week_of(week), "units": units}
            )
        for tactic in tactics:
            lift = rng.uniform(0.1, 1.3)
            response["lift"].append(
                {
                    "account": account,
                    "product": product,
                    "tactic": tactic,
                    "log_lift": round(lift, 4),
                    "pressure": round(lift * rng.uniform(0, 0.8), 4),
                    "pull": "" if rng.random() < 0.3 else round(lift * rng.uniform(0, 1), 4),
                }
            )
    if carry_lags:
        response["carry"] = [
            _effect(a, p, round(rng.uniform(0, 0.5) / lag, 4), lag=lag)
            for a, p in pairs
            for lag in range(1, carry_lags + 1)
        ]
    if cross_lags:
        response["cross"] = [
            _effect(a, p, round(rng.uniform(-0.45, 0.1) / (1 + lag), 4), lag=lag, by_product=q)
            for a, p in pairs
            for b, q in pairs
            for lag in cross_lags
            if a == b and p != q
        ]
    if rivals:
        lag = rng.choice([0, 0, 1])
        response["rival"] = [
            _effect(a, p, round(rng.uniform(-0.3, 0.05), 4), lag=lag, by_account=b)
            for a, p in pairs
            for b, q in pairs
            if a != b and p == q
        ]
    instance.response = response


def _effect(account: str, product: str, coefficient: float, **keys: object) -> Row:
    return {"account": account, "product": product, **keys, "coefficient": coefficient}


def draw_draws(instance: Tiny, rng: random.Random, draws: int, spread: float = 0.2) -> None:
    """Draws around the response; `spread` is the standard deviation of the logarithm of lifts."""
    keys = ("account", "product", "tactic", "week", "lag", "by_product", "by_account")
    values = ("log_lift", "pressure", "pull", "coefficient", "log_baseline")
    blank: Row = dict.fromkeys((*keys, *values), "")
    rows: list[Row] = []
    for draw in range(draws):
        for lift in instance.response["lift"]:
            scale = rng.lognormvariate(0, spread)
            varied = {
                k: round(float(str(lift[k])) * scale, 5)
                for k in ("log_lift", "pressure", "pull")
                if lift[k] != ""
            }
            rows.append({"draw": draw, **blank, **lift, **varied})
        for table in ("carry", "cross", "rival"):
            for effect in instance.response.get(table, []):
                coefficient = round(float(str(effect["coefficient"])) * rng.uniform(0.6, 1.4), 5)
                rows.append({"draw": draw, **blank, **effect, "coefficient": coefficient})
        for listing in instance.tables["listings"]:
            pair = {k: listing[k] for k in ("account", "product")}
            rows.append(
                {"draw": draw, **blank, **pair, "log_baseline": round(rng.gauss(0, 0.1), 5)}
            )
    instance.response["draws"] = rows
