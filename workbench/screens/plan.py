"""A plan as a key account manager reads it: what it earns, when, from which money, how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from workbench.aims import PROFIT, in_words
from workbench.explanation import Explanation
from workbench.language import Language, mark
from workbench.plan_view import PlanView
from workbench.screens.calendar import SHORT, Selection, calendar_screen
from workbench.screens.explain import explain_screen
from workbench.screens.parts import bar, facts, heading
from workbench.screens.prices import prices_screen

MOST_LINES = 12

# What the value of a rule counts.
RULES = {
    "max_events": mark("most events of a product in an account"),
    "max_weeks_on_deal": mark("most weeks on deal of a product in an account"),
    "min_gap_weeks": mark("fewest weeks between two events of a product"),
    "slots": mark("most products on deal in an account and week"),
    "blackout": mark("nothing on deal"),
    "required": mark("fewest events"),
    "max_depth": mark("deepest discount"),
    "price_floor": mark("lowest shelf price"),
    "price_ceiling": mark("highest shelf price"),
    "retailer_margin_floor": mark("retailer's profit, times that without deals"),
    "volume_floor": mark("fewest units"),
    "roi_floor": mark("lowest return on spend"),
    "deal_share_ceiling": mark("largest share of units sold on deal"),
    "together": mark("products of a line share every event"),
    "apart": mark("one of these products on deal in an account at a time"),
    "rivals_apart": mark("one account of a market with a product on deal at a time"),
    "prior_price": mark("30 days at the regular price before a cut is announced"),
    "pack_price_order": mark("larger packs cost no more per unit of size"),
    "price_parity": mark("widest spread of regular prices in a market"),
}


def plan_screen(
    view: PlanView,
    say: Language,
    width: int,
    selection: Selection = SHORT,
    broken: Sequence[str] = (),
    explanation: Explanation | None = None,
) -> Iterator[RenderableType]:
    """Everything about a plan, from what matters most to where its files are.

    `broken`: the rules that a calendar of the user's own breaks, in words. `explanation`: why its
    events are there, where somebody worked it out.
    """
    yield from headline(view, say)
    if broken:
        yield heading(say("Rules that it breaks"))
        yield from (Line(f"- {words}", "red") for words in broken[:MOST_LINES])
        if len(broken) > MOST_LINES:
            left = len(broken) - MOST_LINES
            yield Line(say.plural("{n} more rule", "{n} more rules", left), "dim")
    yield heading(say("Calendar"))
    yield from calendar_screen(view, say, width, selection)
    yield from prices_screen(view, say)
    yield from budgets(view, say, width)
    yield from rules(view, say)
    if explanation is not None:
        yield from explain_screen(
            explanation, view.currency, say, view.plan.get("maximised", PROFIT)
        )
    yield heading(say("Files"))
    yield Line(say("{folder}: calendar, weeks, budgets, P&L, rules", folder=str(view.folder)))


def headline(view: PlanView, say: Language) -> Iterator[RenderableType]:
    """What the plan earns for both sides, what it costs, how near the best and how certain."""
    calendar = view.calendar
    accounts = len({account for account, _ in view.blocks})
    yield Line(
        ", ".join(
            (
                view.word("scenario"),
                say.plural("{n} account", "{n} accounts", accounts),
                say.plural("{n} week", "{n} weeks", len(view.weeks)),
                say("from {day}", day=say.day(view.weeks[0])),
                say.plural("{n} event", "{n} events", len(calendar)),
            )
        ),
        "bold",
    )
    spend = float(calendar["spend"].sum())
    retailer = float(calendar["retailer_incremental_profit"].sum())
    earned = view.number("incremental_profit") or 0.0

    def money(amount: float) -> str:
        return say.money(amount, view.currency)

    lines = [
        (say("The plan earns us"), money(earned), ""),
        *_certainty(view, say),
        *_prospects(view, say),
        (say("and our retailers"), money(retailer), ""),
        (say("Trade spend"), money(spend), ""),
    ]
    penalties = view.number("penalties") or 0.0
    if penalties > 0:
        note = say("price of the soft rules it bends, not paid to anyone")
        lines.append((say("Penalties"), money(penalties), note))
    if spend > 0:
        lines.append(
            (
                say("Return on spend"),
                say.percent(earned / spend, 0),
                say("what spending 1 brings beyond that 1"),
            )
        )
    if view.plan.get("maximised", PROFIT) != PROFIT:
        lines.insert(0, _asked(view, say))
    yield facts([(name, value, note) for name, value, note in lines])
    if view.word("status") != "infeasible":
        yield Line(_proof(view, say))


def _asked(view: PlanView, say: Language) -> tuple[str, str, str]:
    """What was maximised, where it is not our profit, and what it came to."""
    words = in_words(view.plan.get("maximised"), say)
    return say("Maximised"), say.number(view.number("objective") or 0.0, 2), words


def _certainty(view: PlanView, say: Language) -> Iterator[tuple[str, str, str]]:
    low, high = view.number("incremental_profit_p10"), view.number("incremental_profit_p90")
    if low is not None and high is not None:
        low_words, high_words = (say.money(amount, view.currency) for amount in (low, high))
        yield say("  8 times in 10 from"), low_words, say("to {high}", high=high_words)


def _prospects(view: PlanView, say: Language) -> Iterator[tuple[str, str, str]]:
    """What the worst draws earn, and where they count what it costs to be safer."""
    risk = view.plan.get("risk")
    if not isinstance(risk, dict):
        return

    def amount(key: str) -> float:
        return float(str(risk[key]))

    share = say.percent(1.0 - amount("level"), 0)
    note = say(
        "mean of the worst {share} of {n} draws", share=share, n=say.number(amount("draws"), 0)
    )
    yield say("  if things go badly"), say.money(amount("tail_profit"), view.currency), note
    if risk["price"] is not None:
        mean = say.money(amount("neutral_expected_profit"), view.currency)
        note = say("given up of the {mean} that could be expected", mean=mean)
        yield say("  price of safety"), say.money(amount("price"), view.currency), note


def _proof(view: PlanView, say: Language) -> str:
    gap, bound = view.number("gap"), view.number("bound")
    if gap is None or bound is None:
        return say("How much more another plan could earn is not known.")
    objective = abs(view.number("objective") or 0.0)
    above = max(0.0, bound - (view.number("objective") or 0.0))
    if view.plan.get("maximised", PROFIT) != PROFIT:
        share = say.percent(max(0.0, gap), 2)
        return say("Proven: no other plan does better by more than {share}.", share=share)
    if above < 0.005:
        return say("Proven: no other plan can earn more.")
    most = say.money(above, view.currency)
    if objective < 1 or gap < 0.00005:
        return say("Proven: no other plan can earn more than {most} more.", most=most)
    return say(
        "Proven: no other plan can earn more than {share} more ({most}).",
        share=say.percent(max(0.0, gap), 2),
        most=most,
    )


def budgets(view: PlanView, say: Language, width: int) -> Iterator[RenderableType]:
    """A bar per budget: what is used, what is left, what one more unit would earn."""
    if view.budgets.empty:
        return
    yield heading(say("Budgets"))
    table = Table.grid(padding=(0, 2))
    table.add_column(max_width=20, overflow="ellipsis", no_wrap=True)
    table.add_column(no_wrap=True)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", "", say("planned"), say("of"), say("one more earns"), style="dim")
    shown = view.budgets.head(MOST_LINES)
    for row in shown.to_dict("records"):
        share = row["planned"] / row["amount"] if row["amount"] else 0.0
        worth = row["marginal_profit"]
        table.add_row(
            str(row["budget"]),
            bar(share, max(10, min(30, width - 66))),
            say.money(row["planned"], view.currency),
            say.money(row["amount"], view.currency),
            say.number(worth) if worth == worth else "",
        )
    yield table
    if len(view.budgets) > MOST_LINES:
        left = len(view.budgets) - MOST_LINES
        yield Line(say.plural("{n} more budget", "{n} more budgets", left), "dim")


def rules(view: PlanView, say: Language) -> Iterator[RenderableType]:
    """The rules that leave no room: those are worth talking about."""
    frame = view.guardrails
    if frame.empty:
        return
    size = frame["value"].abs().clip(lower=1.0).fillna(1.0)
    binding = frame[frame["slack"].abs() <= 1e-6 * size]
    yield heading(say("Rules that bind"))
    if binding.empty:
        yield Line(say("none: every rule has room left"))
        return
    lines = []
    for row in binding.head(MOST_LINES).to_dict("records"):
        value, rule = row["value"], str(row["rule"])
        words = say.translate(RULES[rule]) if rule in RULES else ""
        lines.append(
            (
                rule,
                "" if value != value else say.number(value, 0 if float(value).is_integer() else 2),
                ": ".join(part for part in (str(row["selection"]), words) if part),
            )
        )
    yield facts(lines)
    if len(binding) > MOST_LINES:
        left = len(binding) - MOST_LINES
        yield Line(say.plural("{n} more rule", "{n} more rules", left), "dim")
