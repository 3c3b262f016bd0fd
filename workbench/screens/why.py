"""Why there is no plan, or not this event, in sentences and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.aims import NASH, PROFIT, amount, in_words
from workbench.language import Language
from workbench.screens.parts import facts, heading

if TYPE_CHECKING:
    from optimizer.conflict.case import Demand
    from optimizer.conflict.exclusion import Exclusion
    from optimizer.conflict.relaxation import Relaxation
    from optimizer.conflict.report import Conflict
    from scenarios.why import Explanation
    from workbench.session import Json


def why_screen(found: Explanation, say: Language) -> Iterator[RenderableType]:
    """The answer for a person."""
    money = _Money(found, say)
    if found.asked != PROFIT:
        yield say("The scenario asks for {what}.", what=in_words(found.asked, say))
        if found.asked == NASH:
            yield say("What follows holds for the plan that earns us most.")
        else:
            yield say("Amounts are of that, not of profit.")
    if found.event is not None:
        yield from _event(found.event, say, money)
    if found.conflict is not None:
        yield from _conflict(found, found.conflict, say, money)


class _Money:
    """Words for amounts of what the plan maximises."""

    def __init__(self, found: Explanation, say: Language) -> None:
        self.asked, self.say = found.maximised, say
        self.currency = found.workspace.settings.currency

    def __call__(self, worth: float, digits: int = 2) -> str:
        """An amount: money where profit is maximised."""
        return amount(worth, self.asked, self.currency, self.say, digits)


def _conflict(
    found: Explanation, conflict: Conflict, say: Language, money: _Money
) -> Iterator[RenderableType]:
    if conflict.plan is not None:
        yield say("There is a plan: every rule and budget can be kept.")
        yield from _prices(found, conflict, say, money)
        return
    if conflict.status != "infeasible":
        yield say("No plan was found in time, and no proof that there is none: allow more seconds.")
        return
    if not conflict.demands:
        yield say("There is no plan even without any rule, budget, supply or pinned event.")
        return
    yield heading(say("These cannot be kept together; without any one of them the others can"))
    yield facts([_named(demand, say) for demand in conflict.demands])
    yield heading(say("What would be enough, the smallest change first"))
    for relaxation in conflict.relaxations:
        yield Line(f"- {_way_out(relaxation, say, money)}")
    if not any(relaxation.enough for relaxation in conflict.relaxations):
        yield say("None of these is enough alone: there is another conflict behind this one.")


def _named(demand: Demand, say: Language) -> tuple[str, str, str]:
    words = {
        "guardrail": say("rule"),
        "budget": say("budget"),
        "supply": say("supply"),
        "events": say("events"),
    }
    name = demand.name or say("the pinned events")
    return words[demand.sort], "" if demand.value is None else say.number(demand.value), name


def _way_out(relaxation: Relaxation, say: Language, money: _Money) -> str:
    name = relaxation.demand.name or say("the pinned events")
    if relaxation.value is None:
        if relaxation.enough:
            return say("{name}: leave it out", name=name)
        return say("{name}: leaving it out is not enough", name=name)
    old = 0.0 if relaxation.demand.value is None else relaxation.demand.value
    return say(
        "{name}: {new} in place of {old}; a plan then earns {money} or more",
        name=name,
        new=say.number(relaxation.value, 6).rstrip("0").rstrip(".,"),
        old=say.number(old, 6).rstrip("0").rstrip(".,"),
        money=money(relaxation.objective or 0.0, 0),
    )


def _prices(
    found: Explanation, conflict: Conflict, say: Language, money: _Money
) -> Iterator[RenderableType]:
    """Shadow prices of what binds, as money."""
    lines = _binding(found, conflict)
    if lines:
        yield heading(say("What binds, and what one more unit of it would earn"))
        yield facts([(name, money(price), "") for name, price in lines])


def _binding(found: Explanation, conflict: Conflict) -> list[tuple[str, float]]:
    plan = conflict.plan
    if plan is None or plan.duals is None:
        return []
    pairs = zip(found.problem.rows, plan.duals.tolist(), strict=True)
    lines = [(row.name, abs(price)) for row, price in pairs if abs(price) > 1e-6]
    return sorted(lines, key=lambda line: (-line[1], line[0]))[:20]


def _event(event: Exclusion, say: Language, money: _Money) -> Iterator[RenderableType]:
    if event.planned:
        yield say("The best plan has this event.")
        return
    if event.undecided:
        yield say("Whether a plan can have this event was not found out in the time given.")
        return
    if event.lacks is None:
        yield heading(say("No plan can have this event and keep all of these"))
        yield facts([_named(demand, say) for demand in event.demands])
        if not event.demands:
            yield say("Its tactic cannot run there, or its length does not fit.")
        return
    weeks = event.weeks or 0
    yield say.plural(
        "The best plan with it, {n} week long, earns {money} less: so much it would have to gain.",
        "The best plan with it, {n} weeks long, earns {money} less: so much it would have to gain.",
        weeks,
        money=money(event.lacks),
    )
    if event.gains is None:
        yield say("In the plan another event of the same product runs then.")
        return
    yield say(
        "Added to the plan as it stands it would earn {money}.",
        money=money(event.gains),
    )
    if event.tolls:
        yield heading(say("What it would use, and what that earns elsewhere"))
        yield facts(
            [(toll.name, say.number(toll.used, 2), money(toll.cost)) for toll in event.tolls]
        )


def answer(found: Explanation) -> Mapping[str, Json]:
    """The same for a program."""
    if found.event is not None:
        event = found.event
        return {
            "planned": event.planned,
            "undecided": event.undecided,
            "weeks": event.weeks,
            "lacks": event.lacks,
            "gains": event.gains,
            "uses": [
                {"name": t.name, "used": t.used, "price": t.price, "cost": t.cost}
                for t in event.tolls
            ],
            "conflict": [_demand(d) for d in event.demands],
        }
    conflict = found.conflict
    assert conflict is not None
    return {
        "status": str(conflict.status),
        "conflict": [_demand(d) for d in conflict.demands],
        "relaxations": [
            {**_demand(r.demand), "relaxed": r.value, "enough": r.enough, "objective": r.objective}
            for r in conflict.relaxations
        ],
        "prices": [{"name": name, "price": price} for name, price in _binding(found, conflict)],
    }


def _demand(demand: Demand) -> dict[str, Json]:
    return {"kind": str(demand.sort), "name": demand.name, "value": demand.value}
