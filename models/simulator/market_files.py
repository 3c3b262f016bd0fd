"""A market as a workspace folder, its truth beside it.

workspace.yaml, accounts.csv, ...   what a user would have
scenarios/base.yaml                 a year to plan
truth/                              what nobody has: see models.simulator.truth_files
truth/response/                     the exact response, where tables can say it
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.response_files import write_response
from models.simulator.forms import FORMS
from models.simulator.market import Market, history_of
from models.simulator.response_tables import true_response
from models.simulator.truth import Deals, Floats
from models.simulator.truth_files import write_truth

HORIZON = 52
MAX_EVENTS = 8
GAP = 3
BUDGET_SHARE = 0.5  # of what an unconstrained plan would spend


def write_market(market: Market, folder: Path, name: str = "market") -> Path:
    """Write the market's workspace and truth into `folder`; the same market, the same bytes."""
    (folder / "scenarios").mkdir(parents=True, exist_ok=True)
    goods = market.catalogue
    tables = {
        "accounts": goods.accounts,
        "products": goods.products,
        "sales": history_of(market),
        "listings": goods.listings,
        "tactics": goods.tactics,
        "budgets": budgets_of(market),
        "events": recent_events(market),
    }
    for table, frame in tables.items():
        frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")
    settings = f'name: {name}\ncurrency: EUR\ncountry: ES\ndecimal: "."\nseason: [fourier-2]\n'
    (folder / "workspace.yaml").write_text(settings, encoding="utf-8")
    (folder / "scenarios" / "base.yaml").write_text(_scenario(market), encoding="utf-8")
    write_truth(market.truth, folder / "truth", market.seed)
    if FORMS[market.truth.form].tabular:
        write_response(true_response(market.truth, goods.tactics), folder / "truth" / "response")
    return folder


def _scenario(market: Market) -> str:
    slots = max(1, (sum(market.options.brands) + 1) // 2 - 1)
    first = market.truth.weeks[market.truth.history]
    return (
        "scenario: base\n"
        f"horizon: {{first_week: {first}, weeks: {min(HORIZON, market.options.future)}}}\n"
        "objective: profit\n"
        "prices: fixed\n"
        "risk: {draws: 200}\n"
        "guardrails:\n"
        f"  - {{rule: max_events, value: {MAX_EVENTS}}}\n"
        f"  - {{rule: min_gap_weeks, value: {GAP}}}\n"
        f"  - {{rule: slots, value: {slots}}}\n"
        "  - {rule: retailer_margin_floor, value: 1.0}\n"
        "solver: {gap: 0.001, seconds: 30, seed: 1}\n"
    )


def recent_events(market: Market) -> pd.DataFrame:
    """Our deals of the last weeks of history whose effects or gaps reach into the future."""
    truth, goods = market.truth, market.catalogue
    reach = max(market.options.carry_lags, market.options.cross_lags, GAP)
    kinds = goods.tactics[goods.tactics["account"] == ""]
    deals, columns = truth.deals, ["depth", "feature", "display"]
    rows = []
    for a, p in np.ndindex(*truth.listed_price.shape):
        last = np.array([deals.depth[a, p], deals.feature[a, p], deals.display[a, p]])
        runs = _runs(last[:, : truth.history]) if truth.own[p] else []
        for start, weeks in runs:
            if start + weeks <= truth.history - reach:
                continue
            same = np.isclose(kinds[columns].to_numpy(), last[:, start]).all(axis=1)
            tactic = kinds["tactic"].to_numpy()[same.argmax()]
            week = str(truth.weeks[start])
            rows.append((truth.accounts[a], truth.products[p], tactic, week, weeks, "actual"))
    names = ["account", "product", "tactic", "start_week", "weeks", "status"]
    return pd.DataFrame(rows, columns=names)


def _runs(deals: Floats) -> list[tuple[int, int]]:
    """(start, weeks) of every stretch of one and the same deal; `deals` (3, weeks)."""
    runs: list[tuple[int, int]] = []
    for week in range(deals.shape[1]):
        if not deals[:, week].any():
            continue
        if runs and sum(runs[-1]) == week and (deals[:, week] == deals[:, week - 1]).all():
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((week, 1))
    return runs


def budgets_of(market: Market) -> pd.DataFrame:
    """The year, its halves, each brand and account: about half of what the best deals would cost.

    The best deal of each product is judged alone and in a typical week, and run as often as the
    scenario allows: a rough guide, good enough to make the year's budget bind.
    """
    goods = market.catalogue
    wanted = _wanted_spend(market)
    # Half by what deals could do, half by turnover: nobody is left without a budget.
    turnover = np.where(goods.own, goods.typical_units * goods.list_price, 0.0)
    spend = BUDGET_SHARE * (wanted + turnover * wanted.sum() / turnover.sum()) / 2
    year = spend.sum()
    middle = market.truth.weeks[market.truth.history] + np.timedelta64(7 * HORIZON // 2, "D")
    rows = [("YEAR", year, "", "", "", "")]
    rows.append(("FIRST-HALF", 0.55 * year, "", "", "", str(middle - np.timedelta64(7, "D"))))
    rows.append(("SECOND-HALF", 0.55 * year, "", "", str(middle), ""))
    for brand in dict.fromkeys(goods.products["brand"][goods.own]):
        part = spend[:, (goods.products["brand"] == brand).to_numpy()].sum()
        rows.append((f"BRAND-{brand}", 1.15 * part, "", brand, "", ""))
    for account, part in zip(goods.account_codes, spend.sum(axis=1), strict=True):
        rows.append((f"ACCOUNT-{account}", 1.3 * part, account, "", "", ""))
    columns = ["budget", "amount", "account", "brand", "first_week", "last_week"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["amount"] = (frame["amount"] / 100).round() * 100
    return frame


def _wanted_spend(market: Market) -> Floats:
    """Spend of each own pair's most profitable deal, MAX_EVENTS times: (A, N)."""
    goods, tastes = market.catalogue, market.truth.tastes
    form = FORMS[market.truth.form]
    vat = goods.accounts["vat_rate"].to_numpy()[:, None]
    cost = np.nan_to_num(goods.products["unit_cost"].to_numpy())
    margin = np.where(goods.own, goods.list_price - cost, 0.0)
    best, spend = np.zeros_like(margin), np.zeros_like(margin)
    sizes = (margin * goods.typical_units)[:, goods.own].mean(axis=1)[:, None]
    general = goods.tactics[goods.tactics["account"] == ""]
    average = float(sizes.mean())
    for row in general.to_dict("records"):
        offered = (np.full((1, 1, 1), float(row[n])) for n in ("depth", "feature", "display"))
        effect = form.own_effect(tastes, Deals(*offered))[:, :, 0]
        lost = (
            effect * tastes.carry.sum(axis=2)
            + tastes.cross[:, :, 0]
            * np.log1p(tastes.share * np.expm1(effect))
            * (1 - tastes.share)
            / tastes.share
        )
        weeks = float(row["max_weeks"])
        forward = 1.2 if row["funding"] == "off_invoice" else 1.0
        funding = float(row["funding_share"] * row["depth"]) * goods.base_price / (1 + vat)
        fees = (float(row["event_fee"]) + weeks * float(row["weekly_fee"])) / average * sizes
        outlay = weeks * funding * forward * goods.typical_units * np.exp(effect) + fees
        gain = weeks * margin * goods.typical_units * (np.expm1(effect) - lost) - outlay
        spend = np.where(goods.own & (gain > best), MAX_EVENTS * outlay, spend)
        best = np.maximum(best, np.where(goods.own, gain, 0.0))
    return spend
