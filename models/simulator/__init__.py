"""Markets whose truth is known, to see what a plan would really have earned.

    market = make_market(MarketOptions(form="logit"), seed=1)
    write_market(market, folder)                          # a workspace, with truth/ inside
    true_profit(folder / "truth", folder / "calendar.csv")

Forms of response are in `forms/`, one file each, with their equations; `kinds.py` names the markets
that the estimator is judged on, `counterfactual.py` simulates what single deals really do.
"""

from models.simulator.counterfactual import counterfactuals, known_response, lift_table
from models.simulator.forms import FORMS
from models.simulator.kinds import KINDS
from models.simulator.market import Market, MarketOptions, history_of, make_market
from models.simulator.market_files import write_market
from models.simulator.profit import TrueProfit, true_profit
from models.simulator.truth import Deals, Tastes, Truth
from models.simulator.truth_files import read_truth, write_truth

__all__ = [
    "FORMS",
    "KINDS",
    "Deals",
    "Market",
    "MarketOptions",
    "Tastes",
    "TrueProfit",
    "Truth",
    "counterfactuals",
    "history_of",
    "known_response",
    "lift_table",
    "make_market",
    "read_truth",
    "true_profit",
    "write_market",
    "write_truth",
]
