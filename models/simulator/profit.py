"""What a calendar would really earn in a simulated market: simulate with it, and without.

    incremental = sum over accounts, our products and future weeks of profit(units with the plan)
                - the same of profit(units with no deal of ours), money as in contract section 4

Units come from the truth's own form, never from an estimated or supplied response. Every amount
of a week is rounded to cents as plans round it, so that a plan made with the exact response of a
log-linear market promises the true profit to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.simulator.calendar import Run, deals_of, read_calendar
from models.simulator.forms import FORMS
from models.simulator.truth import Floats, Truth
from models.simulator.truth_files import read_truth
from workspace.load import load
from workspace.money import Cents, to_cents
from workspace.workspace import Workspace


@dataclass(frozen=True)
class TrueProfit:
    """What came of a plan, expected over noise. Money in the workspace's currency, excl. VAT."""

    profit: float  # the manufacturer's incremental profit
    spend: float  # variable spend and fees
    retailer_profit: float  # the retailers' incremental profit
    units: float  # our units, against none of our deals
    accounts: pd.DataFrame  # account, profit, spend, retailer_profit, units: the same by account

    @property
    def roi(self) -> float:
        """Incremental profit over spend; NaN without spend."""
        return self.profit / self.spend if self.spend else float("nan")


def true_profit(
    truth_folder: Path, calendar_csv: Path, workspace_folder: Path | None = None
) -> TrueProfit:
    """Value `calendar_csv` (columns account, product, tactic, start_week, weeks).

    The workspace gives money and tactics; default: the folder that holds the truth folder. All
    weeks after the history count, so no effect of a deal is cut off by a horizon. Raises
    InputError where a file is bad or an event is not possible.
    """
    workspace = load(workspace_folder or truth_folder.resolve().parent)
    truth = read_truth(truth_folder)
    return value_runs(truth, workspace, read_calendar(calendar_csv, truth, workspace))


def value_runs(truth: Truth, workspace: Workspace, runs: tuple[Run, ...]) -> TrueProfit:
    """Value events already looked up: expected units twice, money twice, the difference."""
    form = FORMS[truth.form]
    quiet = truth.deals.without(truth.own, truth.history)
    before = form.units(truth.planned(quiet))[:, :, truth.history :]
    after = form.units(truth.planned(deals_of(truth, quiet, runs, workspace.tactics)))[
        :, :, truth.history :
    ]
    money = _Money.of(truth, workspace)
    funding, fees, depth = _terms(truth, workspace, runs, money)
    nothing = np.zeros_like(funding)
    planned = money.cents(after, funding, fees, depth)
    reference = money.cents(before, nothing, nothing, nothing)
    listed = np.isfinite(money.list_price)[:, :, None]
    change = {name: (planned[name] - reference[name]).sum(axis=(1, 2)) for name in planned}
    units = np.where(listed, after - before, 0.0).sum(axis=(1, 2))
    accounts = pd.DataFrame(
        {
            "account": list(truth.accounts),
            **{name: cents / 100.0 for name, cents in change.items()},
            "units": units,
        }
    )
    return TrueProfit(
        profit=float(change["profit"].sum()) / 100.0,
        spend=float(change["spend"].sum()) / 100.0,
        retailer_profit=float(change["retailer_profit"].sum()) / 100.0,
        units=float(units.sum()),
        accounts=accounts,
    )


@dataclass(frozen=True)
class _Money:
    """Unit money, (A, N); NaN where a product is not listed: it then earns nothing."""

    base_price: Floats
    list_price: Floats
    unit_cost: Floats
    handling: Floats  # (A, 1)
    vat: Floats  # (A, 1)
    forward_buy: Floats  # (A,)

    @staticmethod
    def of(truth: Truth, workspace: Workspace) -> _Money:
        products = list(truth.products)
        listings = workspace.listings.set_index(["account", "product"])
        grid = listings.reindex(pd.MultiIndex.from_product([truth.accounts, products]))
        shape = (len(truth.accounts), len(products))
        accounts = workspace.accounts.set_index("account").loc[list(truth.accounts)]
        costs = workspace.products.set_index("product").loc[products, "unit_cost"].to_numpy()
        return _Money(
            base_price=grid["base_price"].to_numpy().reshape(shape),
            list_price=grid["list_price"].to_numpy().reshape(shape),
            unit_cost=np.broadcast_to(costs, shape),
            handling=accounts["handling_cost"].to_numpy()[:, None],
            vat=accounts["vat_rate"].to_numpy()[:, None],
            forward_buy=accounts["forward_buy"].to_numpy(),
        )

    def cents(
        self, units: Floats, funding: Floats, fees: Floats, depth: Floats
    ) -> dict[str, Cents]:
        """Cents of every pair and week (A, N, W): profit, spend, retailer_profit."""
        margin = (self.list_price - self.unit_cost)[:, :, None]
        shelf = (self.base_price / (1 + self.vat))[:, :, None] * (1 - depth)
        front = shelf - (self.list_price + self.handling)[:, :, None]
        listed = np.isfinite(margin)
        variable = funding * units

        def rounded(amount: Floats) -> Cents:
            return to_cents(np.where(listed, amount, 0.0))

        return {
            "profit": rounded(margin * units - variable - fees),
            "spend": rounded(variable) + rounded(fees),
            "retailer_profit": rounded(front * units + variable + fees),
        }


def _terms(
    truth: Truth, workspace: Workspace, runs: tuple[Run, ...], money: _Money
) -> tuple[Floats, Floats, Floats]:
    """Funding per unit, fees and depth of every pair and future week: three (A, N, W) arrays."""
    future = len(truth.weeks) - truth.history
    funding, fees, depth = (np.zeros((*truth.listed_price.shape, future)) for _ in range(3))
    terms = workspace.tactics
    for run in runs:
        row = terms.iloc[run.row]
        at = (run.account, run.product, slice(run.start, run.start + run.weeks))
        price = money.base_price[run.account, run.product] / (1 + money.vat[run.account, 0])
        bought = 1.0 + money.forward_buy[run.account] * (row["funding"] == "off_invoice")
        funding[at] = row["funding_share"] * row["depth"] * price * bought
        fees[at] = row["weekly_fee"]
        fees[run.account, run.product, run.start] += row["event_fee"]
        depth[at] = row["depth"]
    return funding, fees, depth
