"""A calendar's worth and faults, in plain Python: one loop a sentence of the contract.

Slow and simple on purpose. It shares nothing with the optimiser or its verifier but the tables.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from optimizer.spec import Guardrail
from tests.oracle.market import Calendar, Event, Market, Pair, Price


def log_effects(market: Market, event: Event | Price, pair: Pair) -> list[float]:
    """What an event or a price does to ln units of a pair, week by week of horizon and tail."""
    weeks = market.horizon + market.tail
    effects = [0.0] * weeks
    if isinstance(event, Price):
        listed = float(str(market.listing[event.pair]["base_price"]))
        for week in event.run if pair == event.pair else ():
            effects[week] = market.elasticity.get(pair, 0.0) * math.log(event.price / listed)
        return effects

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


def week_of(
    market: Market,
    pair: Pair,
    event: Event | None,
    week: int,
    units: float,
    base: float | None = None,
) -> Week:
    """Contract section 4 for one pair and week, at the listed price unless another is given."""
    listing, account = market.listing[pair], market.account[pair[0]]
    invoice = float(str(listing["list_price"]))
    base = float(str(listing["base_price"])) if base is None else base
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
    penalty: float = 0.0  # of soft rules, in cents, unrounded


def evaluate(market: Market, calendar: Calendar) -> Verdict:
    """Value a calendar and its prices, and hold them against everything that binds them."""
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
    penalty = 0.0
    for rule in market.rules:
        selected = [
            (pair, t)
            for pair, t in inside
            if market.selects(rule, pair) and market.in_weeks(rule, t)
        ]
        if not rule.hard:
            short = shortage(market, rule, calendar, selected, plan, nothing)
            penalty += 100 * float(rule.penalty or 0.0) * short
        elif not _rule_holds(market, rule, calendar, selected, plan, nothing):
            broken.append(rule.rule)
    return Verdict(objective, broken, penalty)


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


def _of(calendar: Calendar, pair: Pair) -> Calendar:
    return sorted((e for e in calendar if e.pair == pair), key=lambda e: e.start)


def deals(calendar: Calendar) -> list[Event]:
    """The events of a calendar, its prices left out."""
    return [event for event in calendar if isinstance(event, Event)]


def regular_price(market: Market, pair: Pair, calendar: Calendar, week: int) -> float:
    """What a product costs there in a week without a deal, incl. VAT."""
    for event in calendar:
        if isinstance(event, Price) and event.pair == pair and week in event.run:
            return event.price
    return float(str(market.listing[pair]["base_price"]))


def _weeks(market: Market, calendar: Calendar) -> dict[tuple[Pair, int], Week]:
    weeks = {}
    for pair in market.pairs:
        effects = [log_effects(market, e, pair) for e in [*calendar, *market.history]]
        running = {t: event for event in deals(_of(calendar, pair)) for t in event.run}
        for t, units in enumerate(baseline_units(market, pair)):
            moved = units * math.exp(sum(effect[t] for effect in effects))
            base = regular_price(market, pair, calendar, t)
            weeks[pair, t] = week_of(market, pair, running.get(t), t, moved, base)
    return weeks


def _rule_holds(
    market: Market,
    rule: Guardrail,
    calendar: Calendar,
    selected: list[tuple[Pair, int]],
    plan: dict[tuple[Pair, int], Week],
    nothing: dict[tuple[Pair, int], Week],
) -> bool:
    """The rules that look at several pairs; `block_keeps` has the others."""
    value = float(rule.value or 0.0)
    prices, calendar = calendar, deals(calendar)
    promoted = {(event.pair, t) for event in calendar for t in event.run}
    accounts = {pair[0] for pair, _ in selected}
    if rule.rule in ("slots", "apart"):
        return all(
            sum(p[0] == a and t == week and (p, t) in promoted for p, t in selected)
            <= (value if rule.rule == "slots" else 1)
            for a in accounts
            for week in range(market.horizon)
        )
    if rule.rule == "together":
        events = {pair: {e[2:] for e in calendar if e.pair == pair} for pair, _ in selected}
        return all(events[one] == events[other] for one, other in line_mates(market, list(events)))
    if rule.rule == "rivals_apart":
        return not any(
            t == s and one[1] == other[1] and one[0] < other[0] and rivals(market, one, other)
            for one, t in selected
            for other, s in selected
            if (one, t) in promoted and (other, s) in promoted
        )
    if rule.rule == "roi_floor":
        spend = sum(plan[key].spend for key in selected)
        before = sum(plan[key].profit + plan[key].spend - nothing[key].profit for key in selected)
        return before >= (1 + value) * spend - 0.01
    if rule.rule == "deal_share_ceiling":
        deal = sum(plan[key].units for key in selected if key in promoted)
        limit = value * (rule.of or sum(plan[key].units for key in selected))
        return deal <= limit + 1e-7 * max(1.0, value * (rule.of or 0.0))
    if rule.rule == "pack_price_order" and selected:
        pairs = {pair for pair, _ in selected}
        weeks = sorted({t for _, t in selected})
        return all(packs_in_order(market, pairs, prices, t) for t in weeks)
    if rule.rule == "price_parity" and selected:
        return all(
            regular_price(market, one, prices, t)
            <= (1 + value) * regular_price(market, other, prices, t) + 1e-9
            for one, t in selected
            for other, s in selected
            if t == s and one[1] == other[1] and rivals(market, one, other)
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


def line_mates(market: Market, pairs: list[Pair]) -> list[tuple[Pair, Pair]]:
    """Included pairs of one account whose products are of one line."""
    line = {pair: market.product[pair[1]]["line"] for pair in pairs if pair in market.included}
    return [
        (one, other)
        for one in line
        for other in line
        if one < other and one[0] == other[0] and line[one] and line[one] == line[other]
    ]


def rivals(market: Market, one: Pair, other: Pair) -> bool:
    here, there = market.account[one[0]]["market"], market.account[other[0]]["market"]
    return bool(here) and here == there


def packs_in_order(market: Market, pairs: set[Pair], calendar: Calendar, week: int) -> bool:
    """Whether nobody pays more per unit of size for a larger pack, at regular prices."""
    for small in pairs:
        for large in pairs:
            one, other = market.product[small[1]], market.product[large[1]]
            same = all(one[key] == other[key] for key in ("brand", "category", "size_unit"))
            sizes = float(str(one["size"])), float(str(other["size"]))
            if small[0] == large[0] and same and sizes[0] < sizes[1]:
                cheap, dear = (
                    regular_price(market, pair, calendar, week) / size
                    for pair, size in zip((small, large), sizes, strict=True)
                )
                if dear > cheap * (1 + 1e-9):
                    return False
    return True


def prices_keep(market: Market) -> bool:
    """Whether regular prices, where no plan changes them, keep the rules about them."""
    if market.rungs:
        return True
    weeks = range(market.horizon)
    for rule in market.rules:
        if rule.rule in ("pack_price_order", "price_parity"):
            selected = [
                (pair, t)
                for pair in market.pairs
                for t in weeks
                if market.selects(rule, pair) and market.in_weeks(rule, t)
            ]
            if not _rule_holds(market, rule, [], selected, {}, {}):
                return False
    return True


def shortage(
    market: Market,
    rule: Guardrail,
    calendar: Calendar,
    selected: list[tuple[Pair, int]],
    plan: dict[tuple[Pair, int], Week],
    nothing: dict[tuple[Pair, int], Week],
) -> float:
    """By how much a soft rule is missed, in the unit that its penalty is for."""
    value = float(rule.value or 0.0)
    calendar = deals(calendar)
    promoted = [(event.pair, t) for event in calendar for t in event.run]
    inside = [key for key in promoted if key in selected]
    if rule.rule in ("slots", "apart", "rivals_apart"):
        most = value if rule.rule == "slots" else 1.0
        where = 1 if rule.rule == "rivals_apart" else 0
        crowds: dict[tuple[str, int], int] = {}
        for pair, week in inside:
            crowds[pair[where], week] = crowds.get((pair[where], week), 0) + 1
        return sum(max(0.0, count - most) for count in crowds.values())
    if rule.rule in ("max_events", "max_weeks_on_deal"):
        begun = [(event.pair, event.start) for event in calendar]
        counted = [k for k in begun if k in selected] if rule.rule == "max_events" else inside
        return sum(
            max(0.0, sum(key[0] == pair for key in counted) - value)
            for pair in {key[0] for key in counted}
        )
    if rule.rule == "blackout":
        return float(len(inside))
    if rule.rule == "required":
        return max(0.0, value - sum((e.pair, e.start) in selected for e in calendar))
    if rule.rule == "volume_floor":
        return max(0.0, value - sum(plan[key].units for key in selected))
    if rule.rule == "roi_floor":
        gained = sum(plan[key].profit - nothing[key].profit for key in selected)
        return max(0.0, value * sum(plan[key].spend for key in selected) - gained) / 100
    if rule.rule == "deal_share_ceiling":
        limit = value * (rule.of or sum(plan[key].units for key in selected))
        return max(0.0, sum(plan[key].units for key in inside) - limit)
    assert rule.rule == "retailer_margin_floor", rule.rule
    short = 0.0
    for account in {pair[0] for pair, _ in selected}:
        mine = [key for key in selected if key[0][0] == account]
        without = sum(nothing[key].retailer for key in mine)
        short += max(0.0, value * without - sum(plan[key].retailer for key in mine)) / 100
    return short


def block_keeps(market: Market, pair: Pair, calendar: Calendar) -> bool:
    """Whether a pair's events and prices are possible and keep every rule of one pair."""
    events = deals(calendar)
    if not prices_possible(market, pair, calendar):
        return False
    pins = [event for event in market.pinned if event.pair == pair]
    if any(pin not in events for pin in pins):
        return False
    for rule in market.rules:
        if rule.rule == "price_ceiling" and market.selects(rule, pair):
            for week in range(market.horizon):
                price = _shelf_price(market, pair, calendar, week)
                if market.in_weeks(rule, week) and price > float(rule.value or 0) + 1e-9:
                    return False
    return may_begin(market, pair, events) and all(
        _priced_rule_holds(market, rule, pair, calendar)
        for rule in market.rules
        if market.rungs and market.selects(rule, pair)
    )


def prices_possible(market: Market, pair: Pair, calendar: Calendar) -> bool:
    """Whether regular prices are on the ladder, seldom changed, and stay while an event runs."""
    path = [regular_price(market, pair, calendar, t) for t in range(market.horizon)]
    if any(path[t] != path[event.start] for event in deals(calendar) for t in event.run):
        return False
    return len(path) == 0 or tuple(path) in paths(market, pair)


def paths(market: Market, pair: Pair) -> list[tuple[float, ...]]:
    """Every way that a regular price may take through the horizon."""
    if pair not in market.known_paths:
        listed = float(str(market.listing[pair]["base_price"]))
        low, high = market.listing[pair]["min_price"], market.listing[pair]["max_price"]
        steps = [cents(listed * rung) / 100 for rung in market.rungs if rung != 1.0]
        steps = [step for step in steps if not (step < low or step > high)]  # blanks are NaN
        open_to = sorted({listed, *steps}) if pair in market.included else [listed]
        found = [((), listed, 0)]
        for _ in range(market.horizon):
            found = [
                ((*path, price), price, used + (price != last))
                for path, last, used in found
                for price in open_to
                if used + (price != last) <= market.changes
            ]
        market.known_paths[pair] = [path for path, _, _ in found]
    return market.known_paths[pair]


def _priced_rule_holds(market: Market, rule: Guardrail, pair: Pair, calendar: Calendar) -> bool:
    """Rules of one pair that look at planned regular prices too."""
    value = float(rule.value or 0.0)
    if rule.rule == "price_floor":
        return all(
            _shelf_price(market, pair, calendar, t) >= value - 1e-9
            for t in range(market.horizon)
            if market.in_weeks(rule, t)
        )
    if rule.rule == "prior_price":
        path = [regular_price(market, pair, calendar, t) for t in range(-1, market.horizon)]
        raised = [t for t in range(market.horizon) if path[t + 1] > path[t]]
        return not any(
            market.in_weeks(rule, event.start)
            and float(str(market.terms[*pair, event.tactic]["depth"])) > 0
            and t <= event.start
            and 7 * (event.start - t) < 30
            for event in deals(calendar)
            for t in raised
        )
    return True


def _shelf_price(market: Market, pair: Pair, events: Calendar, week: int) -> float:
    base = regular_price(market, pair, events, week)
    for event in deals(events):
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
        if rule.hard and market.selects(rule, pair)
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
    if rule.rule == "price_floor" and not market.rungs:
        return all(
            _shelf_price(market, pair, events, t) >= value - 1e-9
            for t in range(market.horizon)
            if market.in_weeks(rule, t)
        )
    if rule.rule == "prior_price":
        cuts = [
            e
            for e in sorted([*past, *events], key=lambda e: e.start)
            if (terms := market.terms.get((*pair, e.tactic))) and float(str(terms["depth"])) > 0
        ]
        return not any(
            event.start >= 0
            and market.in_weeks(rule, event.start)
            and 7 * (event.start - earlier.run.stop) < 30
            for i, event in enumerate(cuts)
            for earlier in cuts[:i]
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
