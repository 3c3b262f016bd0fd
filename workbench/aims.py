"""What a plan maximises, in words; its amounts as money where that is our profit."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.language import Language, mark

PROFIT, NASH = "profit", "nash"

NAMES = {
    "revenue": mark("more gross sales"),
    "volume": mark("more units sold"),
    "retailer_profit": mark("retailers' profit"),
    PROFIT: mark("our profit"),
    "expected_profit": mark("expected profit"),
    "tail_profit": mark("profit in the worst draws"),
    NASH: mark("our gain times the retailers'"),
}


def in_words(asked: object, say: Language) -> str:
    """An objective as scenarios and plan.json give it: a name, or weights of which some count."""
    names = [asked] if isinstance(asked, str) else []
    if isinstance(asked, Mapping):
        names = [name for name, weight in asked.items() if weight]
    return " + ".join(say(NAMES[str(name)]) for name in names)


def amount(worth: float, asked: object, currency: str, say: Language, digits: int = 0) -> str:
    """What something is worth to a plan: money where profit is maximised, else a bare number."""
    if asked == PROFIT:
        return say.money(worth, currency, digits)
    return say.number(worth, max(2, digits))
