"""The page of a review: steps from plan to actual, where the lift came from, every event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.review.bridge import CAUSES
from scenarios.review.event_review import EventReview, Range
from scenarios.review.outcome import SOURCES
from scenarios.review.review import Review
from workbench.language import Language
from workbench.pages.page import page
from workbench.pages.waterfall import Step, waterfall
from workbench.screens.review import NAMES, SHORT, STATES, headlines, signed
from workbench.screens.sources import FROM


def review_page(found: Review, say: Language) -> str:
    """One self-contained HTML file."""
    told = any(event.compared is not None for event in found.events)
    gained = found.totals.gain != 0
    return page(
        "review.html",
        say,
        say("Planned against actual: {name}", name=found.scenario),
        lead=say("Money in {currency}, without VAT; shelf prices with it.",
                 currency=found.currency),
        headlines=list(headlines(found, say)),
        steps_title=say("From plan to actual, in the weeks of the events"),
        charts=[_units(found, say), _money(found, say)] if told else [],
        steps_note=say(
            "The baseline is rebuilt from weeks that the events did not touch. Depth, feature,"
            " display and weeks are what was executed otherwise than planned, at the lift that the"
            " plan believed in; what then remains is the response of shoppers, and chance."
        ),
        sources_title=say("Where the lift came from"),
        sources=waterfall(say("Where the lift came from"), _sources(found, say)) if gained else "",
        table_title=say("Events"),
        head=_head(say),
        rows=[_row(event, found.currency, say) for event in found.events],
        lessons_title=say("What they teach"),
        lessons=list(_lessons(found, say)),
        notes=[
            say("Ranges hold the truth 8 times in 10. Profit and ROI are against none of the event,"
                " its later weeks and our other products counted."),
        ],
    )  # fmt: skip


def _units(found: Review, say: Language) -> object:
    totals = found.totals
    steps = [Step(say("planned units"), totals.planned_units / 1000,
                  say.integer(totals.planned_units / 1000), True)]  # fmt: skip
    for name in CAUSES:
        if totals.units[name]:
            units = totals.units[name] / 1000
            steps.append(Step(say.translate(SHORT[name]), units, signed(say, units)))
    sold = totals.actual_units / 1000
    steps.append(Step(say("sold units"), sold, say.integer(sold), True))
    return waterfall(say("From planned to sold units"), steps)


def _money(found: Review, say: Language) -> object:
    totals = found.totals

    def money(cents: int) -> str:
        return say.money(cents / 100, found.currency)

    steps = [Step(say("planned profit"), totals.planned_profit / 100,
                  money(totals.planned_profit), True)]  # fmt: skip
    for name in CAUSES:
        if totals.profit[name]:
            cents = totals.profit[name]
            sign = "+" if cents > 0 else ""
            steps.append(Step(say.translate(SHORT[name]), cents / 100, sign + money(cents)))
    steps.append(Step(say("earned"), totals.actual_profit / 100, money(totals.actual_profit), True))
    return waterfall(say("From planned profit to what was earned"), steps)


def _sources(found: Review, say: Language) -> list[Step]:
    totals = found.totals
    lifted = totals.gain / 1000
    steps = [Step(say("lift, in units"), lifted, say.integer(lifted), True)]
    for name in SOURCES:
        units = totals.sources[name] / 1000
        last = name == "new"
        value = units if last else -units
        words = say.integer(units) if last else signed(say, -units)
        steps.append(Step(say.translate(FROM[name]), value, words, last))
    return steps


def _head(say: Language) -> list[str]:
    return [
        say("event"), say("account"), say("product"), say("deal"), say("state"), say("main cause"),
        say("planned units"), say("sold units"), say("baseline"), say("execution"),
        say("response"), say("range"), say("spend planned"), say("spent"),
        say("ROI planned"), say("ROI"), say("range"), say("lift planned"), say("next"),
    ]  # fmt: skip


def _row(event: EventReview, currency: str, say: Language) -> Mapping[str, object]:
    promise, compared, brought, lifts = event.promise, event.compared, event.returns, event.lifts
    words = [
        promise.event, promise.account, promise.product,
        f"{promise.tactic} · {promise.start_week} · {promise.deal.weeks}",
        say.translate(STATES[event.status]),
        say.translate(SHORT[event.cause]) if event.cause else "",
    ]  # fmt: skip
    numbers = [""] * 6
    if compared is not None:
        done = compared.actual_units - compared.planned_units
        rest = sum(compared.units[name] for name in ("baseline", "around", "response", "stock"))
        numbers = [
            say.integer(compared.planned_units / 1000),
            say.integer(compared.actual_units / 1000),
            signed(say, (compared.units["baseline"] + compared.units["around"]) / 1000),
            signed(say, (done - rest) / 1000),
            signed(say, (compared.units["response"] + compared.units["stock"]) / 1000),
            _range(compared.ranges["response"], say),
        ]
    planned = promise.roi(promise.incremental / 100.0)
    money = [say.money(promise.spend / 100, currency), "",
             "" if planned is None else say.percent(planned, 0), "", ""]  # fmt: skip
    if brought is not None:
        money[1] = say.money(brought.spend / 100, currency)
        roi = brought.roi(brought.incremental / 100.0)
        low, high = brought.roi(brought.range.low), brought.roi(brought.range.high)
        if roi is not None and low is not None and high is not None:
            money[3] = say.percent(roi, 0)
            money[4] = f"{say.percent(low, 0)} … {say.percent(high, 0)}"
    believed = ["", ""] if lifts is None else [
        say.percent(lifts.planned, 0), say.percent(lifts.next, 0)
    ]  # fmt: skip
    return {"words": words, "numbers": [*numbers, *money, *believed]}


def _range(ends: Range, say: Language) -> str:
    return f"{signed(say, ends.low)} … {signed(say, ends.high)}"


def _lessons(found: Review, say: Language) -> Iterator[str]:
    for event in found.events:
        promise = event.promise
        where = f"{promise.event} {promise.account} {promise.product} {promise.tactic}"
        detail = ""
        if event.compared is not None and event.cause:
            moved = event.compared.units[event.cause] / 1000
            cause = say.translate(NAMES[event.cause])
            detail = say("; what moved most: {cause} ({units} units)",
                         cause=cause, units=signed(say, moved))  # fmt: skip
        yield f"{where}: {say.text(event.verdict)}{detail}"
