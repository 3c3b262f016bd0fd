"""Workspaces with a supplied response, of any size: what the optimiser is measured on.

Every account sells every product. Products come in brands whose members take units from each
other within an account. Budgets leave about half of what an unconstrained plan would spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST_WEEK = pd.Timestamp("2026-01-05")
VAT = 0.10
LAGS = np.array([0.12, 0.06, 0.03])  # carry of lags 1..3: dips of about a sixth of the lift
MAX_EVENTS = 8
GAP = 3
# tactic, depth, feature, display, min_weeks, max_weeks, funding, funding_share, event, weekly fee;
# fees in shares of an average product's weekly margin in the account
TACTICS = (
    ("CUT-10", 0.10, 0, 0, 1, 2, "scan_back", 0.40, 0.00, 0.00),
    ("CUT-15", 0.15, 0, 0, 1, 2, "scan_back", 0.45, 0.05, 0.00),
    ("FEATURE-15", 0.15, 1, 0, 1, 2, "scan_back", 0.45, 0.15, 0.08),
    ("FEATURE-25", 0.25, 1, 0, 1, 1, "bill_back", 0.50, 0.20, 0.10),
    ("DISPLAY-10", 0.10, 0, 1, 1, 2, "off_invoice", 0.40, 0.10, 0.15),
    ("ALL-20", 0.20, 1, 1, 2, 2, "bill_back", 0.50, 0.30, 0.20),
)


@dataclass(frozen=True)
class Blocks:
    """Account x product arrays, all (A, N); money in EUR, `base_price` incl. VAT."""

    units: Floats  # average weekly units with no promotion
    base_price: Floats
    list_price: Floats
    unit_cost: Floats  # the same in every account
    log_lift: Floats  # (A, N, K)
    pressure: Floats  # (A, N, K)
    fees: Floats  # (A, K, 2) per event, per week


def _blocks(rng: np.random.Generator, accounts: int, products: int) -> Blocks:
    depth = np.array([row[1] for row in TACTICS])
    feature = np.array([row[2] for row in TACTICS])
    display = np.array([row[3] for row in TACTICS])
    size = np.exp(rng.normal(6.7, 0.6, (accounts, 1)))
    units = size * np.exp(rng.normal(0.0, 0.6, products) + rng.normal(0.0, 0.25, (accounts, 1)))
    price = rng.uniform(2.0, 6.0, products)
    base = np.round(price * rng.uniform(0.94, 1.06, (accounts, products)), 2)
    listed = np.round(base / (1 + VAT) * rng.uniform(0.68, 0.76, (accounts, products)), 2)
    cost = np.broadcast_to(np.round(price / (1 + VAT) * 0.72 * 0.50, 2), base.shape)
    elasticity = np.maximum(rng.normal(3.0, 0.5, base.shape), 0.8)[:, :, None]
    lift = -elasticity * np.log1p(-depth)
    lift = lift + feature * rng.normal(0.25, 0.06, base.shape)[:, :, None]
    lift = lift + display * rng.normal(0.35, 0.08, base.shape)[:, :, None]
    pressure = lift * rng.uniform(0.8, 1.1, base.shape)[:, :, None]
    margin = ((listed - cost) * units).mean(axis=1)
    fee = np.array([[row[8], row[9]] for row in TACTICS])
    fees = np.round(margin[:, None, None] * fee, 2)
    return Blocks(units, base, listed, cost, lift, pressure, fees)


def _unconstrained_spend(blocks: Blocks, siblings: int, cross: float) -> Floats:
    """What the best deal of each block, run as often as the rules allow, would cost: (A, N)."""
    best = np.zeros_like(blocks.units)
    spend = np.zeros_like(blocks.units)
    margin = blocks.list_price - blocks.unit_cost
    for k, row in enumerate(TACTICS):
        weeks, share = float(row[5]), float(row[7])
        forward = 1.2 if row[6] == "off_invoice" else 1.0
        funding = share * row[1] * blocks.base_price / (1 + VAT) * forward
        lift = np.exp(blocks.log_lift[:, :, k])
        lost = blocks.pressure[:, :, k] * (LAGS.sum() + cross * siblings)
        fees = blocks.fees[:, k, 0] + weeks * blocks.fees[:, k, 1]
        cost = weeks * funding * lift * blocks.units + fees[:, None]
        profit = weeks * margin * blocks.units * (lift - 1 - lost) - cost
        spend = np.where(profit > best, MAX_EVENTS * cost, spend)
        best = np.maximum(best, profit)
    return spend


def _season(weeks: int, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Weekly factors around 1, an annual wave and slow noise: (A, N, W)."""
    phase = 2 * np.pi * np.arange(weeks) / 52
    amplitude = rng.uniform(0.05, 0.25, shape)[:, :, None]
    shift = rng.uniform(0, 2 * np.pi, (1, shape[1]))[:, :, None]
    noise = rng.normal(0, 0.03, (*shape, weeks))
    return np.asarray(np.exp(amplitude * np.sin(phase + shift) + noise))


def _code(prefix: str, number: int) -> str:
    return f"{prefix}{number + 1:03d}"


def _pairs(shape: tuple[int, int], repeat: int) -> dict[str, NDArray[np.str_]]:
    """The columns account and product, in that order of keys, each pair `repeat` times."""
    names = np.array([_code("A", i) for i in range(shape[0])])
    items = np.array([_code("P", j) for j in range(shape[1])])
    return {
        "account": np.repeat(names, shape[1] * repeat),
        "product": np.tile(np.repeat(items, repeat), shape[0]),
    }


def _cross(
    rng: np.random.Generator, shape: tuple[int, int], brand: int, cross: float, lags: int
) -> pd.DataFrame:
    """Every ordered pair of one brand in one account, lags 0..`lags` with halving effects."""
    rows = [
        (_code("A", a), _code("P", p), _code("P", q), lag)
        for a in range(shape[0])
        for p in range(shape[1])
        for q in range(p // brand * brand, min(p // brand * brand + brand, shape[1]))
        if p != q
        for lag in range(lags + 1)
    ]
    table = pd.DataFrame(rows, columns=["account", "product", "by_product", "lag"])
    size = cross * rng.uniform(0.6, 1.4, len(table)) * 0.5 ** table["lag"].to_numpy()
    table.insert(3, "coefficient", -size)
    return table


def _rival(
    rng: np.random.Generator, shape: tuple[int, int], size: float, market: int
) -> pd.DataFrame:
    """Accounts come in markets of `market` whose members take units from each other."""
    pairs = [
        (a, b)
        for a in range(shape[0])
        for b in range(a // market * market, min(a // market * market + market, shape[0]))
        if a != b
    ]
    pairs.sort(key=lambda pair: (pair[0] > pair[1], pair))
    rows = [
        (_code("A", a), _code("A", b), _code("P", p)) for a, b in pairs for p in range(shape[1])
    ]
    table = pd.DataFrame(rows, columns=["account", "by_account", "product"])
    table["coefficient"] = -size * rng.uniform(0.6, 1.4, len(table))
    return table


def _response(
    blocks: Blocks, rng: np.random.Generator, horizon: int, tables: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    shape = (blocks.units.shape[0], blocks.units.shape[1])
    weeks = horizon + len(LAGS)
    dates = (FIRST_WEEK + pd.to_timedelta(7 * np.arange(weeks), unit="D")).strftime("%Y-%m-%d")
    units = blocks.units[:, :, None] * _season(weeks, rng, shape)
    baseline = pd.DataFrame(_pairs(shape, weeks))
    baseline["week"] = np.tile(np.asarray(dates), shape[0] * shape[1])
    baseline["units"] = units.ravel()
    lift = pd.DataFrame(_pairs(shape, len(TACTICS)))
    lift["tactic"] = np.tile(np.array([row[0] for row in TACTICS]), shape[0] * shape[1])
    lift["log_lift"] = blocks.log_lift.ravel()
    lift["pressure"] = blocks.pressure.ravel()
    carry = pd.DataFrame(_pairs(shape, len(LAGS)))
    carry["lag"] = np.tile(1 + np.arange(len(LAGS)), shape[0] * shape[1])
    carry["coefficient"] = (LAGS * rng.uniform(0.7, 1.3, (*shape, 1))).ravel()
    return {"baseline": baseline, "lift": lift, "carry": carry} | tables


def _draws(lift: pd.DataFrame, rng: np.random.Generator, draws: int) -> pd.DataFrame:
    """Lifts with a standard error of a tenth, the same error for all tactics of a pair."""
    parts = []
    for draw in range(draws):
        part = lift[["account", "product", "tactic", "log_lift"]].copy()
        error = np.repeat(rng.normal(0, 0.1, len(part) // len(TACTICS)), len(TACTICS))
        part["log_lift"] = part["log_lift"] * np.exp(error)
        part.insert(0, "draw", draw)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _budgets(spend: Floats, brand: int, share: float, horizon: int) -> pd.DataFrame:
    """Total, half years, accounts and brands; only the total's share is as tight as asked."""
    middle = FIRST_WEEK + pd.Timedelta(weeks=horizon // 2)
    before = (middle - pd.Timedelta(weeks=1)).strftime("%Y-%m-%d")
    after = middle.strftime("%Y-%m-%d")
    total = spend.sum()
    rows = [("TOTAL", share * total, "", "", "", "")]
    rows += [("HALF-1", 0.52 * share * total, "", "", "", before)]
    rows += [("HALF-2", 0.52 * share * total, "", "", after, "")]
    for a, amount in enumerate(spend.sum(axis=1)):
        rows.append((_code("ACCOUNT-", a), 1.1 * share * amount, _code("A", a), "", "", ""))
    for b, first in enumerate(range(0, spend.shape[1], brand)):
        amount = spend[:, first : first + brand].sum()
        rows.append((_code("BRAND-", b), 1.1 * share * amount, "", _code("B", b), "", ""))
    columns = ["budget", "amount", "account", "brand", "first_week", "last_week"]
    table = pd.DataFrame(rows, columns=columns)
    table["amount"] = table["amount"].round(2)
    return table


def _supply(baseline: pd.DataFrame, share: float, horizon: int) -> pd.DataFrame:
    """`share` times what all accounts sell of a product in each week without promotion."""
    weeks = sorted(set(baseline["week"]))[:horizon]
    inside = baseline[baseline["week"].isin(weeks)]
    table = inside.groupby(["product", "week"], as_index=False)["units"].sum()
    table["units"] = (table["units"] * share).round()
    return table


def _workspace(blocks: Blocks, brand: int, market: int) -> dict[str, pd.DataFrame]:
    """Tables of facts; sales are a token history of four weeks before the horizon."""
    shape = (blocks.units.shape[0], blocks.units.shape[1])
    accounts = pd.DataFrame({"account": [_code("A", a) for a in range(shape[0])]})
    accounts["market"] = [_code("M", a // market) for a in range(shape[0])]
    accounts["vat_rate"], accounts["handling_cost"] = VAT, 0.05
    accounts["forward_buy"] = 0.2
    products = pd.DataFrame({"product": [_code("P", p) for p in range(shape[1])]})
    products["brand"] = [_code("B", p // brand) for p in range(shape[1])]
    products["category"] = "CATEGORY"
    products["unit_cost"] = blocks.unit_cost[0]
    listings = pd.DataFrame(_pairs(shape, 1))
    listings["base_price"] = blocks.base_price.ravel()
    listings["list_price"] = blocks.list_price.ravel()
    sales = pd.DataFrame(_pairs(shape, 4))
    dates = FIRST_WEEK - pd.to_timedelta(7 * np.arange(4, 0, -1), unit="D")
    sales["week"] = np.tile(np.asarray(dates.strftime("%Y-%m-%d")), shape[0] * shape[1])
    sales["units"] = np.repeat(np.round(blocks.units.ravel()), 4)
    sales["price"] = np.repeat(blocks.base_price.ravel(), 4)
    rows = []
    for k, row in enumerate(TACTICS):
        fees = [("", *blocks.fees[:, k].mean(axis=0).round(2))]
        fees += [(_code("A", a), *blocks.fees[a, k]) for a in range(shape[0])]
        rows += [(*row[:8], event, weekly, account) for account, event, weekly in fees]
    columns = ["tactic", "depth", "feature", "display", "min_weeks", "max_weeks", "funding"]
    columns += ["funding_share", "event_fee", "weekly_fee", "account"]
    tactics = pd.DataFrame(rows, columns=columns)
    tables = {"accounts": accounts, "products": products, "sales": sales}
    return tables | {"listings": listings, "tactics": tactics}


def supplied_response_workspace(
    folder: Path,
    accounts: int = 8,
    products: int = 30,
    weeks: int = 52,
    seed: int = 1,
    *,
    brand_size: int = 5,
    cross: float = 0.1,
    cross_lags: int = 0,
    rival: float = 0.0,
    market: int = 2,
    pulls: bool = False,
    gap: int = GAP,
    supply: float = 0.0,
    budget: float = 0.5,
    slots: int | None = None,
    floor: float = 1.0,
    ladder: tuple[float, ...] = (),
    changes: int = 1,
    draws: int = 0,
    seconds: float = 60.0,
) -> Path:
    """Write a workspace, `response/` and `scenarios/base.yaml` into `folder`; returns `folder`.

    Severity: `cross`: mean size of a sibling's cross coefficient, at lags 0..`cross_lags`;
    `rival`: the same between the `market` accounts of a market (0: none); `pulls`: what a deal
    takes from siblings is not its pressure, but a number of its own; `gap`: min_gap_weeks, against
    dips of three weeks; `supply`: units of each product and week over its baseline's (0: no limit),
    unused ones kept; `budget`: total budget as a share of
    the spend of an unconstrained plan; `slots`: products on deal per account and week (default a
    quarter of the products, at least 2); `floor`: retailer_margin_floor; `ladder`: base prices
    are decided too, with `changes` at most (none: they are fixed); `draws`: joint draws of the
    lifts. `seconds` is the solver's limit in the scenario. Same arguments, same bytes.
    """
    rng = np.random.default_rng(seed)
    blocks = _blocks(rng, accounts, products)
    tables = _workspace(blocks, brand_size, market)
    siblings = min(brand_size, products) - 1
    spend = _unconstrained_spend(blocks, siblings, cross * (2 - 0.5**cross_lags))
    tables["budgets"] = _budgets(spend, brand_size, budget, weeks)
    effects = {"cross": _cross(rng, (accounts, products), brand_size, cross, cross_lags)}
    if rival > 0:
        effects["rival"] = _rival(rng, (accounts, products), rival, market)
    response = _response(blocks, rng, weeks, effects)
    if pulls:
        lift = response["lift"]
        lift["pull"] = lift["pressure"] * rng.uniform(0.5, 1.5, len(lift))
    if ladder:
        response["price"] = pd.DataFrame(_pairs((accounts, products), 1))
        elasticity = np.minimum(rng.normal(-1.8, 0.4, accounts * products), -0.3)
        response["price"]["elasticity"] = elasticity.round(4)
    if supply > 0:
        tables["supply"] = _supply(response["baseline"], supply, weeks)
    if draws:
        response["draws"] = _draws(response["lift"], rng, draws)
    for name in ("response", "scenarios"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    for name, table in response.items():
        table.to_csv(folder / "response" / f"{name}.csv", index=False, lineterminator="\n")
    settings = f"name: instance-{seed}\ncurrency: EUR\ncountry: ES\nseason: []\n"
    (folder / "workspace.yaml").write_text(settings, encoding="utf-8")
    per_account = max(2, products // 4) if slots is None else slots
    (folder / "scenarios" / "base.yaml").write_text(
        "scenario: base\n"
        f"horizon: {{first_week: {FIRST_WEEK.date()}, weeks: {weeks}}}\n"
        + (f"prices: {{ladder: {list(ladder)}, changes: {changes}}}\n" if ladder else "")
        + "guardrails:\n"
        f"  - {{rule: max_events, value: {MAX_EVENTS}}}\n"
        f"  - {{rule: min_gap_weeks, value: {gap}}}\n"
        f"  - {{rule: slots, value: {per_account}}}\n"
        f"  - {{rule: retailer_margin_floor, value: {floor}}}\n"
        f"solver: {{gap: 0.001, seconds: {seconds}, seed: 1}}\n",
        encoding="utf-8",
    )
    return folder
