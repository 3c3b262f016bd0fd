"""What a plan promised, and what it would really have earned. Run as a program:

    python -m models.simulator.reveal PLANDIR [TRUTHDIR]

TRUTHDIR defaults to `truth/` of the workspace that `plan.json` names.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.simulator.profit import TrueProfit, true_profit
from workspace.faults import Fault, InputError
from workspace.text import Text


@dataclass(frozen=True)
class Reveal:
    """A promise beside the truth, money in the workspace's currency, excl. VAT."""

    promised: float  # the plan's objective: incremental profit as the response had it
    promised_by_account: dict[str, float]
    true: TrueProfit

    @property
    def ratio(self) -> float:
        """Promised over true; NaN where nothing came."""
        return self.promised / self.true.profit if self.true.profit else float("nan")

    def __str__(self) -> str:
        width = max(len(account) for account in self.true.accounts["account"]) + 2
        lines = [f"{'account':<{width}}{'promised':>16}{'true':>16}{'retailer, true':>16}"]
        true = self.true.accounts
        for account, profit, retailer in zip(
            true["account"], true["profit"], true["retailer_profit"], strict=True
        ):
            numbers = (self.promised_by_account.get(account, 0.0), profit, retailer)
            lines.append(f"{account:<{width}}" + "".join(f"{n:>16,.2f}" for n in numbers))
        total = (self.promised, self.true.profit, self.true.retailer_profit)
        lines.append(f"{'in all':<{width}}" + "".join(f"{n:>16,.2f}" for n in total))
        lines.append(f"promised / true: {self.ratio:.3f}")
        return "\n".join(lines)


def reveal(plan_folder: Path, truth_folder: Path | None = None) -> Reveal:
    """Read a plan's folder and simulate its calendar. Raises InputError on what cannot be read."""
    file = plan_folder / "plan.json"
    try:
        plan = json.loads(file.read_text(encoding="utf-8"))
        promised, workspace = float(plan["objective"]), plan_folder / str(plan["workspace"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = Text("a file that cannot be used ({problem})", problem=str(error))
        raise InputError([Fault(str(file), None, None, found, Text("a plan"))]) from error
    calendar = plan_folder / "calendar.csv"
    true = true_profit(truth_folder or workspace / "truth", calendar, workspace)
    events = pd.read_csv(calendar, dtype={"account": "str"}, keep_default_na=False)
    by_account: dict[str, float] = {}
    if "incremental_profit" in events:
        sums = events.groupby("account", sort=True)["incremental_profit"].sum().astype("float64")
        by_account = dict(zip(sums.index.astype(str), sums.tolist(), strict=True))
    return Reveal(promised, by_account, true)


def main(arguments: list[str]) -> int:
    """Print the comparison; 0 done, 1 the input is bad, 2 the command line is."""
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m models.simulator.reveal PLANDIR [TRUTHDIR]", file=sys.stderr)
        return 2
    try:
        print(reveal(*(Path(argument) for argument in arguments)))
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
