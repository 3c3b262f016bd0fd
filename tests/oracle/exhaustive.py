"""The best calendar of a tiny instance, by looking at every one.

Every calendar of every pair is listed; the joint calendars of pairs that act on each other (or
share an account) are valued all at once as arrays; what is left to choose is one joint calendar of
each such cluster, so that budgets and other sums across clusters hold. The winner is valued again
by `evaluate`, which knows nothing of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from models.response import Response
from optimizer.spec import Guardrail, Spec
from tests.oracle.evaluate import (
    baseline_units,
    block_keeps,
    deals,
    evaluate,
    line_mates,
    log_effects,
    may_begin,
    paths,
    prices_keep,
    regular_price,
    rivals,
    week_of,
)
from tests.oracle.market import Calendar, Event, Market, Pair, Price
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

ROUNDS_OF_PRUNING = 400


def best_plan(
    workspace: Workspace, response: Response, spec: Spec
) -> tuple[float | None, Calendar]:
    """The largest objective less penalties, in cents, and a calendar that has it; or None.

    Where base prices are decided too, the calendar has the prices that are not the listed ones.
    """
    market = Market.of(workspace, response, spec)
    clusters = [_cluster(market, pairs) for pairs in _clusters(market)]
    if not clusters or any(not len(cluster.objective) for cluster in clusters):
        return (None, []) if clusters else (0, [])
    if not prices_keep(market):
        return None, []
    sums = _sums(market)
    prices = np.array([_price(about) for about, _ in sums])
    limits = Limits(np.array([limit for _, limit in sums]), prices)
    best: tuple[float, list[int]] | None
    if len(clusters) == 1:
        best = _best_of_one(clusters[0], limits)
    else:
        best = _best_of_two(clusters[0], clusters[1], limits)
    if best is None:
        return None, []
    calendar = [e for c, row in zip(clusters, best[1], strict=True) for e in c.calendar(row)]
    verdict = evaluate(market, calendar)
    net = verdict.objective - verdict.penalty
    same = abs(net - best[0]) <= 1e-3 and not verdict.broken
    assert same, f"the oracle contradicts itself: {verdict}, {best}"
    return best[0], calendar


def calendars_of(market: Market, pair: Pair) -> list[Calendar]:
    """Every calendar of a pair, with every way of its price, that keeps the rules of one pair."""
    found: list[Calendar] = []
    ways = [_spans(market, pair, path) for path in paths(market, pair)]

    def extend(events: list[Event], week: int) -> None:
        found.extend([*events, *way] for way in ways if block_keeps(market, pair, [*events, *way]))
        for start in range(week, market.horizon):
            for (*where, tactic), terms in market.terms.items():
                if tuple(where) != pair:
                    continue
                for weeks in range(int(str(terms["min_weeks"])), int(str(terms["max_weeks"])) + 1):
                    longer = [*events, Event(*pair, tactic, start, weeks)]
                    if may_begin(market, pair, longer):
                        extend(longer, start + weeks)

    if may_begin(market, pair, []):
        extend([], 0)
    return found


def _spans(market: Market, pair: Pair, path: tuple[float, ...]) -> list[Price]:
    """The parts of a path that are not at the listed price."""
    listed = float(str(market.listing[pair]["base_price"]))
    spans: list[Price] = []
    for week, price in enumerate(path):
        last = spans[-1] if spans else None
        if last is not None and last.price == price and last.run.stop == week:
            spans[-1] = last._replace(weeks=last.weeks + 1)
        elif price != listed:
            spans.append(Price(*pair, price, week, 1))
    return spans


def _clusters(market: Market) -> list[list[Pair]]:
    """Pairs that must be looked at together: by account, or all where rivals act."""
    if any(one[0] != other[0] for one, other, _, _ in market.spill):
        return [market.pairs] if market.pairs else []
    accounts = sorted({pair[0] for pair in market.pairs})
    return [[pair for pair in market.pairs if pair[0] == account] for account in accounts]


def _sums(market: Market) -> list[tuple[object, float]]:
    """The rules on sums over all pairs as `use <= limit`: (budget or guardrail, limit).

    Spend in cents; what must be reached is counted negative. Limits include the tolerances.
    """
    sums: list[tuple[object, float]] = []
    for budget in market.budgets:
        limit = 100 * float(str(budget["amount"]))
        sums.append((budget, 0.01 + (limit if budget["kind"] == "ceiling" else -limit)))
    for rule in market.rules:
        value = float(rule.value or 0.0)
        slack = float(rule.hard)  # tolerances are for hard rules
        if rule.rule == "required":
            sums.append((rule, -value))
        elif rule.rule == "volume_floor":
            sums.append((rule, slack * 1e-7 * max(1.0, value) - value))
        elif rule.rule == "roi_floor":
            sums.append((rule, slack * 0.01))
        elif rule.rule == "deal_share_ceiling":
            agreed = value * (rule.of or 0.0)
            sums.append((rule, agreed + slack * 1e-7 * max(1.0, agreed)))
        elif rule.rule == "rivals_apart":
            weeks = [t for t in range(market.horizon) if market.in_weeks(rule, t)]
            products = sorted({pair[1] for pair in market.pairs})
            sums += [(Rivals(rule, product, t), 1.0) for product in products for t in weeks]
        elif rule.rule in ("pack_price_order", "price_parity") and market.rungs:
            weeks = [t for t in range(market.horizon) if market.in_weeks(rule, t)]
            sums += [(Order(*o, t), 1e-9) for o in _orders(market, rule) for t in weeks]
    return [*sums, *_deliveries(market)]


def _price(about: object) -> float:
    """What a unit past a soft rule's limit costs, in cents of `use`; infinite for what is hard."""
    rule = about.rule if isinstance(about, Rivals) else about
    if isinstance(rule, Guardrail) and not rule.hard:
        unit = 1.0 if rule.rule == "roi_floor" else 100.0  # its use is in cents already
        return unit * float(rule.penalty or 0.0)
    return np.inf


@dataclass(frozen=True)
class Limits:
    """What sums may come to, and what a unit beyond costs in cents: infinite where hard."""

    most: Floats
    price: Floats

    def fits(self, use: Floats) -> NDArray[np.bool_]:
        """Whether each row of `use` (n, sums) keeps every hard limit."""
        hard = np.isinf(self.price)
        kept: NDArray[np.bool_] = (use[:, hard] <= self.most[hard]).all(axis=1)
        return kept

    def penalty(self, use: Floats) -> Floats:
        """What each row of `use` pays for soft limits, in cents."""
        soft = np.isfinite(self.price)
        paid: Floats = np.maximum(0.0, use[:, soft] - self.most[soft]) @ self.price[soft]
        return paid


@dataclass(frozen=True)
class Rivals:
    """Accounts that promote a product in a week."""

    rule: Guardrail
    product: str
    week: int


@dataclass(frozen=True)
class Delivery:
    """What a product may sell until a week: a share of what a week leaves is there the next."""

    product: str
    weeks: range
    weights: tuple[float, ...]  # how much of what is sold in each week is missing in the last


@dataclass(frozen=True)
class Order:
    """The regular price of one pair at most so many times that of another in a week."""

    dear: Pair
    cheap: Pair
    ratio: float
    week: int


def _orders(market: Market, rule: Guardrail) -> list[tuple[Pair, Pair, float]]:
    found = []
    selected = [pair for pair in market.pairs if market.selects(rule, pair)]
    for dear, cheap in permutations(selected, 2):
        one, other = market.product[dear[1]], market.product[cheap[1]]
        if rule.rule == "price_parity" and dear[1] == cheap[1] and rivals(market, dear, cheap):
            found.append((dear, cheap, 1.0 + float(rule.value or 0.0)))
        same = all(one[key] == other[key] for key in ("brand", "category", "size_unit"))
        ratio = float(str(one["size"])) / float(str(other["size"]))
        if rule.rule == "pack_price_order" and dear[0] == cheap[0] and same and ratio > 1.0:
            found.append((dear, cheap, ratio))
    return found


def _deliveries(market: Market) -> list[tuple[object, float]]:
    found: list[tuple[object, float]] = []
    for (product, last), (units, _) in sorted(market.supply.items()):
        if product not in {pair[1] for pair in market.pairs} or not 0 <= last < market.horizon:
            continue
        first, weights = last, [1.0]
        while first > 0 and market.supply.get((product, first - 1), (0, 0))[1] > 0:
            first -= 1
            arrived, share = market.supply[product, first]
            weights.insert(0, weights[0] * share)
            units += weights[0] * arrived
        about = Delivery(product, range(first, last + 1), tuple(weights))
        found.append((about, units + 1e-7 * max(1.0, units)))
    return found


@dataclass
class Cluster:
    """All joint calendars of some pairs that keep the rules within these pairs: N of them."""

    pairs: list[Pair]
    choices: list[list[Calendar]]  # by pair, its calendars
    picked: list[NDArray[np.int64]]  # by pair, (N,) which calendar
    objective: Floats  # (N,) cents against no promotion, less the penalties inside the cluster
    use: Floats  # (N, sums)

    def calendar(self, row: int) -> Calendar:
        """The events and prices of a joint calendar."""
        return [
            event
            for choices, picked in zip(self.choices, self.picked, strict=True)
            for event in choices[picked[row]]
        ]

    def keep(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Cluster:
        """Some of the joint calendars."""
        picked = [which[rows] for which in self.picked]
        return Cluster(self.pairs, self.choices, picked, self.objective[rows], self.use[rows])


def _cluster(market: Market, pairs: list[Pair]) -> Cluster:
    """Value every joint calendar."""
    choices = [calendars_of(market, pair) for pair in pairs]
    shape = [len(c) for c in choices]
    picked = [grid.ravel() for grid in np.indices(shape)]
    joint = int(np.prod(shape))
    sums = _sums(market)
    objective = np.zeros(joint, dtype=np.int64)
    use = np.zeros((joint, len(sums)))
    retailer: dict[tuple[int, str], Floats] = {}
    crowd: dict[tuple[int, str], NDArray[np.int64]] = {}
    penalty = np.zeros(joint)
    for i, pair in enumerate(pairs):
        logs = np.zeros((joint, market.horizon + market.tail))
        for j in range(len(pairs)):
            logs += _effects(market, choices[j], pair)[picked[j]]
        valued = _values(market, pair, choices[i], picked[i], logs)
        objective += valued.profit
        for column, (about, _) in enumerate(sums):
            if _concerns(market, about, pair):
                use[:, column] += _used(market, about, valued, pair)
        for number, rule in enumerate(market.rules):
            weeks = [t for t in range(market.horizon) if market.in_weeks(rule, t)]
            if not market.selects(rule, pair) or not weeks:
                continue
            key = (number, pair[0])
            if not rule.hard:
                penalty += 100 * float(rule.penalty or 0.0) * _short_of_one(rule, valued, weeks)
            if rule.rule in ("slots", "apart"):
                crowd[key] = crowd.get(key, 0) + valued.promoted[:, weeks].astype(np.int64)
            if rule.rule == "retailer_margin_floor":
                left = valued.retailer[:, weeks].sum(axis=1) - float(rule.value or 0) * sum(
                    valued.retailer_without[t] for t in weeks
                )
                retailer[key] = retailer.get(key, 0.0) + left
    good = np.ones(joint, dtype=bool)
    for (number, _), promoted in crowd.items():
        rule = market.rules[number]
        excess = np.maximum(0.0, promoted - (rule.value if rule.rule == "slots" else 1.0))
        if rule.hard:
            good &= (excess == 0.0).all(axis=1)
        else:
            penalty += 100 * float(rule.penalty or 0.0) * excess.sum(axis=1)
    for (number, _), left in retailer.items():
        rule = market.rules[number]
        if rule.hard:
            good &= left >= -0.01
        else:
            penalty += float(rule.penalty or 0.0) * np.maximum(0.0, -left)
    for rule in market.rules:
        if rule.rule == "together":
            selected = [pair for pair in pairs if market.selects(rule, pair)]
            for one, other in line_mates(market, selected):
                i, j = pairs.index(one), pairs.index(other)
                good &= _same_events(choices[i], choices[j])[picked[i], picked[j]]
    return Cluster(pairs, choices, picked, objective - penalty, use).keep(good)


def _same_events(one: list[Calendar], other: list[Calendar]) -> NDArray[np.bool_]:
    """Whether two calendars have the same deals in the same weeks, each with each."""
    sides = [
        [frozenset(e[2:] for e in deals(calendar)) for calendar in side] for side in (one, other)
    ]
    same = [[mine == theirs for theirs in sides[1]] for mine in sides[0]]
    return np.array(same, dtype=np.bool_).reshape(len(one), len(other))


def _concerns(market: Market, about: object, pair: Pair) -> bool:
    if isinstance(about, Order):
        return pair in (about.dear, about.cheap)
    if isinstance(about, Delivery):
        return about.product == pair[1]
    if isinstance(about, Rivals):
        in_market = bool(market.account[pair[0]]["market"])
        return in_market and about.product == pair[1] and market.selects(about.rule, pair)
    return market.selects(about, pair)


def _short_of_one(rule: Guardrail, valued: Valued, weeks: list[int]) -> Floats | float:
    """By how much one pair misses a soft rule that looks at pairs one by one."""
    value = float(rule.value or 0.0)
    counted = {
        "max_events": valued.starts,
        "max_weeks_on_deal": valued.promoted,
        "blackout": valued.promoted,
    }
    if rule.rule not in counted:
        return 0.0
    short: Floats = np.maximum(0.0, counted[rule.rule][:, weeks].sum(axis=1) - value)
    return short


def _effects(market: Market, calendars: list[Calendar], pair: Pair) -> Floats:
    """ln effects of each calendar (of another pair, or this one) on a pair: (calendars, weeks)."""
    weeks = market.horizon + market.tail
    known: dict[Event | Price, list[float]] = {}
    effects = np.zeros((len(calendars), weeks))
    for row, calendar in enumerate(calendars):
        for event in calendar:
            if event not in known:
                known[event] = log_effects(market, event, pair)
            effects[row] += known[event]
    return effects


@dataclass
class Valued:
    """A pair in every joint calendar; weeks of the horizon."""

    price: Floats  # (N, T) regular, incl. VAT
    promoted: NDArray[np.bool_]  # (N, T)
    starts: NDArray[np.bool_]  # (N, T)
    units: Floats  # (N, T)
    spend: NDArray[np.int64]  # (N, T) cents
    retailer: NDArray[np.int64]  # (N, T) cents
    retailer_without: list[int]  # (T,) cents
    profit: NDArray[np.int64]  # (N,) change of profit in cents, tail included
    gain: NDArray[np.int64]  # (N, T) change of profit in cents
    net: Floats  # (N, T) net sales before rebates in cents
    changes: Floats  # (N, 4) profit, gross sales, retailer's profit (cents), units; with tail


def _values(
    market: Market,
    pair: Pair,
    calendars: list[Calendar],
    picked: NDArray[np.int64],
    logs: Floats,
    *,
    exact: bool = False,
) -> Valued:
    """The money of one pair. Amounts are straight lines in units: two points give each line.

    Where `exact`, amounts are in cents but not rounded.
    """
    cents = _unrounded if exact else _cents
    T, weeks = market.horizon, market.horizon + market.tail
    base = np.array(baseline_units(market, pair))
    past = np.zeros(weeks)
    for event in market.history:
        past += log_effects(market, event, pair)
    units = base * np.exp(logs + past)
    running = np.full((len(calendars), weeks), -1)
    events = sorted({event for calendar in calendars for event in deals(calendar)})
    number = {event: i for i, event in enumerate(events)}
    base_price = np.full((len(calendars), weeks), regular_price(market, pair, [], 0))
    for row, calendar in enumerate(calendars):
        for event in calendar:
            run = slice(event.start, event.start + event.weeks)
            if isinstance(event, Price):
                base_price[row, run] = event.price
            else:
                running[row, run] = number[event]
    prices, priced = np.unique(base_price, return_inverse=True)
    priced = priced.reshape(base_price.shape)
    # (price, event + 1, week, amount, slope or intercept); row 0 is nothing running.
    table = np.zeros((len(prices), len(events) + 1, weeks, 4, 2))
    for n, price in enumerate(prices.tolist()):
        for i in range(-1, len(events)):
            for t in range(weeks) if i < 0 else events[i].run:
                deal = None if i < 0 else events[i]
                table[n, i + 1, t] = _lines(market, pair, deal, t, price)
    # (calendar, week, amount, slope or intercept), then for every joint calendar.
    line = table[priced, running + 1, np.arange(weeks)]
    variable, fees, profit, retailer = (
        cents(line[picked, :, amount, 0] * units + line[picked, :, amount, 1])
        for amount in range(4)
    )
    invoice = float(str(market.listing[pair]["list_price"]))
    before = base * np.exp(past)
    quiet = np.array(_lines(market, pair, None, 0, regular_price(market, pair, [], 0)))
    gross, gross_before = cents(invoice * units), cents(invoice * before)
    profit_before = cents(quiet[2, 0] * before)
    retailer_before = cents(quiet[3, 0] * before)
    changes = [profit - profit_before, gross - gross_before, retailer - retailer_before]
    without = [week_of(market, pair, None, t, base[t] * np.exp(past[t])) for t in range(weeks)]
    now = running[picked][:, :T]
    first = np.array([event.start for event in events] + [-1])
    return Valued(
        price=base_price[picked][:, :T],
        promoted=now >= 0,
        starts=(now >= 0) & (first[now] == np.arange(T)),
        units=units[:, :T],
        spend=(variable + fees)[:, :T],
        retailer=retailer[:, :T],
        retailer_without=[week.retailer for week in without],
        profit=profit.sum(axis=1) - sum(week.profit for week in without),
        gain=profit[:, :T] - np.array([week.profit for week in without[:T]]),
        net=(gross - variable - fees)[:, :T].astype(np.float64),
        changes=np.array([x.sum(axis=1) for x in [*changes, units - before]], dtype=float).T,
    )


def _lines(
    market: Market, pair: Pair, event: Event | None, week: int, base: float
) -> list[tuple[float, float]]:
    """(slope, intercept) in units of variable spend, fees, profit and retailer's profit."""
    listing, account = market.listing[pair], market.account[pair[0]]
    invoice = float(str(listing["list_price"]))
    shelf = base / (1 + float(str(account["vat_rate"])))
    margin = invoice - float(str(market.product[pair[1]]["unit_cost"]))
    handling = float(str(account["handling_cost"]))
    depth = paid = fees = 0.0
    if event is not None:
        terms = market.terms[*pair, event.tactic]
        depth = float(str(terms["depth"]))
        paid = float(str(terms["funding_share"])) * depth * shelf
        if terms["funding"] == "off_invoice":
            paid *= 1 + float(str(account["forward_buy"]))
        fees = float(str(terms["weekly_fee"]))
        fees += float(str(terms["event_fee"])) if week == event.start else 0.0
    keeps = shelf * (1 - depth) - invoice - handling
    return [(paid, 0.0), (0.0, fees), (margin - paid, -fees), (keeps + paid, fees)]


def _unrounded(amounts: Floats) -> Floats:
    return amounts * 100


def _cents(amounts: Floats) -> NDArray[np.int64]:
    exact = amounts * 100
    cents = np.rint(exact)
    half = np.abs(np.abs(exact - cents) - 0.5) <= 1e-6
    if half.any():
        below = np.floor(exact[half])
        cents[half] = below + below % 2
    return cents.astype(np.int64)


def _used(market: Market, about: object, valued: Valued, pair: Pair) -> Floats:
    """What a pair adds to a sum over all pairs, counted negative where it must be reached."""
    if isinstance(about, Order):
        weight = 1.0 if pair == about.dear else -about.ratio
        return np.asarray(weight * valued.price[:, about.week])
    if isinstance(about, Delivery):
        return valued.units[:, list(about.weeks)] @ np.array(about.weights)
    if isinstance(about, Rivals):
        return valued.promoted[:, about.week].astype(np.float64)
    weeks = [t for t in range(market.horizon) if market.in_weeks(about, t)]
    if isinstance(about, dict):
        spent = valued.spend[:, weeks].sum(axis=1).astype(np.float64)
        return spent if about["kind"] == "ceiling" else -spent
    if getattr(about, "rule", "") == "required":
        return -valued.starts[:, weeks].sum(axis=1).astype(np.float64)
    value = float(getattr(about, "value", 0.0) or 0.0)
    units = valued.units[:, weeks]
    if getattr(about, "rule", "") == "roi_floor":
        loss = value * valued.spend[:, weeks].sum(axis=1) - valued.gain[:, weeks].sum(axis=1)
        return np.asarray(loss, dtype=np.float64)
    if getattr(about, "rule", "") == "deal_share_ceiling":
        deal = np.where(valued.promoted[:, weeks], units, 0.0).sum(axis=1)
        return deal if about.of else deal - value * units.sum(axis=1)  # type: ignore[attr-defined]
    return -units.sum(axis=1)


def _best_of_one(cluster: Cluster, limits: Limits) -> tuple[float, list[int]] | None:
    rows = np.flatnonzero(limits.fits(cluster.use))
    if not len(rows):
        return None
    net = cluster.objective[rows] - limits.penalty(cluster.use[rows])
    return float(net.max()), [int(rows[np.argmax(net)])]


def _best_of_two(one: Cluster, two: Cluster, limits: Limits) -> tuple[float, list[int]] | None:
    """Every pair of joint calendars that could be best, best first on one side."""
    left, right = _worth_a_look(one, two, limits), _worth_a_look(two, one, limits)
    if not len(left) or not len(right):
        return None
    left, right = _undominated(one, left), _undominated(two, right)
    best: tuple[float, list[int]] | None = None
    worth, use = two.objective[right], two.use[right]
    for row in left:
        mine = float(one.objective[row])
        if best is not None and mine + float(worth[0]) <= best[0]:
            break
        better = len(worth) if best is None else int(np.sum(worth > best[0] - mine))
        together = use[:better] + one.use[row]
        fits = np.flatnonzero(limits.fits(together))
        if len(fits):
            net = mine + worth[fits] - limits.penalty(together[fits])
            i = int(np.argmax(net))
            if best is None or net[i] > best[0]:
                best = float(net[i]), [int(row), int(right[fits[i]])]
    return best


def _worth_a_look(one: Cluster, other: Cluster, limits: Limits) -> NDArray[np.int64]:
    """Rows that fit every limit beside at least the least that the other uses of it."""
    return np.flatnonzero(limits.fits(one.use + other.use.min(axis=0)))


def _undominated(cluster: Cluster, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows by falling objective, without (most of) those that use no less and earn no more."""
    rows = rows[np.argsort(-cluster.objective[rows], kind="stable")]
    kept = 0
    while kept < min(len(rows), ROUNDS_OF_PRUNING):
        after = rows[kept + 1 :]
        worse = (cluster.use[after] >= cluster.use[rows[kept]]).all(axis=1)
        rows = np.concatenate([rows[: kept + 1], after[~worse]])
        kept += 1
    return rows
