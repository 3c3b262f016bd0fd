"""A calendar's worth and faults, in plain Python: one loop a sentence of the contract.

Slow and simple on purpose. It shares nothing with the optimiser or its verifier but the tables.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from optimizer.spec import Guardrail
from tests.oracle.market import Event, Market, Pair


def log_effects(market: Market, event: Event, pair: Pair) -> list[float]:
    """What an event does to ln units of a pair, week by week of horizon and tail."""
    weeks = market.horizon + market.tail
    effects = [0.0] * weeks

    def add(week: int, effect: float) -> None:
        if 0 <= week < weeks:
            effects[week] += effect

    log_lift, pressure, pull = market.lift.get((*event.pair, event.tactic), (0.0, 0.0, 0.0))
    for week in event.run:
        if pair == event.pair:
            add(week, log_lift)
            for where, lag, coefficient in market.carry:
                if where == pair:
                    add(week + lag, -coefficient * pressure)
        for acted_on, acting, lag, coefficient in market.spill:
            if acted_on == pair and acting == event.pair:
                add(week + lag, coefficient * pull)
    return effects


def baseline_units(market: Market, pair: Pair) -> list[float]:
    """Expected units with nothing promoted anywhere; the tail repeats the last week if unknown."""
    weeks = [market.baseline.get((*pair, t)) for t in range(market.horizon + market.tail)]
    known = [units for units in weeks[: market.horizon] if units is not None]
    tail = weeks[market.horizon :]
    if any(units is None for units in tail):
        tail = [known[-1]] * market.tail
    return known + [units for units in tail if units is not None]


def cents(amount: float) -> int:
    """Half to even; within a millionth of a cent of a half counts as a half."""
    exact = amount * 100
    below = math.floor(exact)
    if abs(exact - below - 0.5) <= 1e-6:
        return below if below % 2 == 0 else below + 1
    return round(exact)


class Week(NamedTuple):
    """The money of one pair in one week, in cents."""

    units: float
    spend: int
    profit: int
    retailer: int


def week_of(market: Market, pair: Pair, event: Event | None, week: int, units: float) -> Week:
    """Contract section 4 for one pair and week."""
    listing, account = market.listing[pair], market.account[pair[0]]
    base, invoice = float(str(listing["base_price"])), float(str(listing["list_price"]))
    vat, handling = float(str(account["vat_rate"])), float(str(account["handling_cost"]))
    cost = float(str(market.product[pair[1]]["unit_cost"]))
    depth = variable = fees = 0.0
    if event is not None:
        terms = market.terms[*pair, event.tactic]
        depth = float(str(terms["depth"]))
        variable = float(str(terms["funding_share"])) * depth * base / (1 + vat) * units
        if terms["funding"] == "off_invoice":
            variable *= 1 + float(str(account["forward_buy"]))
        fees = float(str(terms["weekly_fee"]))
        if week == event.start:
            fees += float(str(terms["event_fee"]))
    margin = base * (1 - depth) / (1 + vat) - invoice - handling
    return Week(
        units,
        cents(variable) + cents(fees),
        cents((invoice - cost) * units - variable - fees),
        cents(margin * units + variable + fees),
    )


class Verdict(NamedTuple):
    """What a calendar earns against no promotion, in cents, and the rules that it breaks."""

    objective: int
    broken: list[str]


def evaluate(market: Market, calendar: list[Event]) -> Verdict:
    """Value a calendar and hold it against everything that binds it."""
    plan = _weeks(market, calendar)
    nothing = _weeks(market, [])
    objective = sum(plan[key].profit - nothing[key].profit for key in plan)
    broken = [
        "calendar" for pair in market.pairs if not block_keeps(market, pair, _of(calendar, pair))
    ]
    inside = [(pair, t) for pair in market.pairs for t in range(market.horizon)]
    for budget in market.budgets:
        spent = sum(
            plan[pair, t].spend
            for pair, t in inside
            if market.selects(budget, pair) and market.in_weeks(budget, t)
        )
        limit = 100 * float(str(budget["amount"]))
        if spent > limit + 0.01 if budget["kind"] == "ceiling" else spent < limit - 0.01:
            broken.append(str(budget["budget"]))
    broken += ["supply"] * _runs_out(market, plan)
    for rule in market.rules:
        selected = [
            (pair, t)
            for pair, t in inside
            if market.selects(rule, pair) and market.in_weeks(rule, t)
        ]
        if not _rule_holds(market, rule, calendar, selected, plan, nothing):
            broken.append(rule.rule)
    return Verdict(objective, broken)


def _runs_out(market: Market, plan: dict[tuple[Pair, int], Week]) -> bool:
    """Whether more of a product is sold in some week than there is."""
    for product in {pair[1] for pair in market.pairs}:
        left = 0.0
        for week in range(market.horizon):
            if (product, week) not in market.supply:
                left = 0.0
                continue
            units, share = market.supply[product, week]
            there = units + left
            sold = sum(plan[p, t].units for p, t in plan if p[1] == product and t == week)
            if sold > there + 1e-7 * max(1.0, there):
                return True
            left = share * (there - sold)
    return False


def _of(calendar: list[Event], pair: Pair) -> list[Event]:
    return sorted((e for e in calendar if e.pair == pair), key=lambda e: e.start)


def _weeks(market: Market, calendar: list[Event]) -> dict[tuple[Pair, int], Week]:
    weeks = {}
    for pair in market.pairs:
        effects = [log_effects(market, e, pair) for e in [*calendar, *market.history]]
        running = {t: event for event in _of(calendar, pair) for t in event.run}
        for t, units in enumerate(baseline_units(market, pair)):
            moved = units * math.exp(sum(effect[t] for effect in effects))
            weeks[pair, t] = week_of(market, pair, running.get(t), t, moved)
    return weeks


def _rule_holds(
    market: Market,
    rule: Guardrail,
    calendar: list[Event],
    selected: list[tuple[Pair, int]],
    plan: dict[tuple[Pair, int], Week],
    nothing: dict[tuple[Pair, int], Week],
) -> bool:
    """The rules that look at several pairs; `block_keeps` has the others."""
    value = float(rule.value or 0.0)
    promoted = {(event.pair, t) for event in calendar for t in event.run}
    accounts = {pair[0] for pair, _ in selected}
    if rule.rule == "slots":
        return all(
            sum(p[0] == a and t == week and (p, t) in promoted for p, t in selected) <= value
            for a in accounts
            for week in range(market.horizon)
        )
    if rule.rule == "required":
        return sum((event.pair, event.start) in selected for event in calendar) >= value
    if rule.rule == "volume_floor":
        return sum(plan[key].units for key in selected) >= value - 1e-7 * max(1.0, value)
    if rule.rule == "retailer_margin_floor":
        for account in accounts:
            mine = [key for key in selected if key[0][0] == account]
            without = sum(nothing[key].retailer for key in mine)
            if sum(plan[key].retailer for key in mine) < value * without - 0.01:
                return False
    return True


def block_keeps(market: Market, pair: Pair, events: list[Event]) -> bool:
    """Whether a pair's events, in order of time, are possible and keep every rule of one pair."""
    pins = [event for event in market.pinned if event.pair == pair]
    if any(pin not in events for pin in pins):
        return False
    for rule in market.rules:
        if rule.rule == "price_ceiling" and market.selects(rule, pair):
            for week in range(market.horizon):
                price = _shelf_price(market, pair, events, week)
                if market.in_weeks(rule, week) and price > float(rule.value or 0) + 1e-9:
                    return False
    return may_begin(market, pair, events)


def _shelf_price(market: Market, pair: Pair, events: list[Event], week: int) -> float:
    base = float(str(market.listing[pair]["base_price"]))
    for event in events:
        if week in event.run:
            return base * (1 - float(str(market.terms[*pair, event.tactic]["depth"])))
    return base


def may_begin(market: Market, pair: Pair, events: list[Event]) -> bool:
    """Whether a calendar may begin with these events: later ones cannot repair what fails here."""
    pins = [event for event in market.pinned if event.pair == pair]
    past = [event for event in market.history if event.pair == pair]
    for i, event in enumerate(events):
        terms = market.terms.get((*pair, event.tactic))
        if terms is None or not int(str(terms["min_weeks"])) <= event.weeks <= int(
            str(terms["max_weeks"])
        ):
            return False
        if event.run.start < 0 or event.run.stop > market.horizon:
            return False
        if i and event.start < events[i - 1].run.stop:
            return False
        if pair not in market.included and event not in pins:
            return False
        for other in market.forbidden:
            same = other.pair == pair and other.tactic == event.tactic
            if same and set(other.run) & set(event.run):
                return False
    return all(
        _monotone_rule_holds(market, rule, pair, events, past)
        for rule in market.rules
        if market.selects(rule, pair)
    )


def _monotone_rule_holds(
    market: Market, rule: Guardrail, pair: Pair, events: list[Event], past: list[Event]
) -> bool:
    value = float(rule.value or 0.0)
    weeks = [t for event in events for t in event.run if market.in_weeks(rule, t)]
    if rule.rule == "max_events":
        return sum(market.in_weeks(rule, event.start) for event in events) <= value
    if rule.rule == "max_weeks_on_deal":
        return len(weeks) <= value
    if rule.rule == "blackout":
        return not weeks
    if rule.rule == "max_depth":
        base = float(str(market.listing[pair]["base_price"]))
        depths = [1 - _shelf_price(market, pair, events, t) / base for t in weeks]
        return all(depth <= value + 1e-9 for depth in depths)
    if rule.rule == "price_floor":
        return all(
            _shelf_price(market, pair, events, t) >= value - 1e-9
            for t in range(market.horizon)
            if market.in_weeks(rule, t)
        )
    if rule.rule == "min_gap_weeks":
        before = sorted(past, key=lambda e: e.start)[-1:]
        for last, event in zip([*before, *events], events if before else events[1:], strict=False):
            counts = any(market.in_weeks(rule, t) for t in event.run) and (
                rule.first_week is None
                if last.start < 0
                else any(market.in_weeks(rule, t) for t in last.run)
            )
            if counts and event.start - last.run.stop < value:
                return False
    return True
