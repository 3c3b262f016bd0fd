"""What `backtest` shows: our errors beside simpler methods', intervals, the hardest accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language, mark
from workbench.screens.parts import columns, heading

MOST_ACCOUNTS = 8

_PEERS = {
    "moving_average": mark("moving average with lift"),
    "account_ols": mark("regression per account"),
    "pooled_ols": mark("one regression for all"),
}


def backtest_screen(summary: Mapping[str, object], say: Language) -> Iterator[RenderableType]:
    """`summary` is the contract's --json object of backtest."""
    yield Line(say("Forecasts of hidden weeks, from their actual prices and merchandising"), "bold")
    methods = [("Tradewind", summary)]
    peers = _mapping(summary.get("peers"))
    for name in peers:
        label = say.translate(_PEERS.get(name, name.replace("_", " ")))
        methods.append((label, _mapping(peers[name])))
    yield columns(
        ["", say("error (WAPE)"), say("bias")],
        [
            (
                label,
                _percent(measured.get("wape"), say),
                _percent(measured.get("bias"), say, signed=True),
            )
            for label, measured in methods
        ],
    )
    yield Line(say("Bias: above zero the forecast was too high."), "dim")
    yield heading(say("How often the truth fell inside"))
    coverage = _mapping(summary.get("coverage"))
    yield columns(
        [say("interval"), say("held")],
        [(f"{level} %", _percent(coverage[level], say)) for level in coverage],
    )
    accounts = summary.get("accounts")
    if isinstance(accounts, Sequence) and len(accounts) > 1:
        yield heading(say("Hardest to forecast"))
        worst = sorted(
            (_mapping(account) for account in accounts), key=lambda a: -_number(a.get("wape"))
        )
        yield columns(
            [say("account"), say("error (WAPE)")],
            [
                (str(account.get("account")), _percent(account.get("wape"), say))
                for account in worst[:MOST_ACCOUNTS]
            ],
        )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value == value else -1.0


def _percent(value: object, say: Language, signed: bool = False) -> str:
    if not isinstance(value, int | float) or value != value:
        return ""
    sign = "+" if signed and value > 0 else ""
    return sign + say.percent(float(value))
