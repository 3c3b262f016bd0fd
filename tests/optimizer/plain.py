"""The contract's formulas and rules once more, as plain loops over rows: an oracle for tests.

Works on the rows of `tests.oracle.tiny.Tiny`, shares nothing with the code it judges.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import date

from tests.optimizer.plain_rules import keeps
from tests.oracle.tiny import FIRST_WEEK, Row, Tiny

Event = tuple[str, str, str, int, int]  # account, product, tactic, first week, weeks


def number(row: Row, name: str, default: float = 0.0) -> float:
    cell = row.get(name, "")
    return default if cell == "" else float(str(cell))


def index(cell: object) -> int:
    return (date.fromisoformat(str(cell)) - FIRST_WEEK).days // 7


def cents(amount: float) -> int:
    exact = amount * 100
    below = math.floor(exact)
    part = exact - below
    if abs(part - 0.5) <= 1e-6:
        return below + below % 2
    return below + (part > 0.5)


class Plain:
    def __init__(self, tiny: Tiny) -> None:
        self.tiny = tiny
        self.horizon = tiny.weeks
        tables = tiny.tables
        self.accounts = {str(r["account"]): r for r in tables["accounts"]}
        self.products = {str(r["product"]): r for r in tables["products"]}
        self.listings = {(str(r["account"]), str(r["product"])): r for r in tables["listings"]}
        self.pairs = sorted(self.listings)
        lags = [
            int(number(r, "lag"))
            for table in ("carry", "cross", "rival")
            for r in tiny.response.get(table, [])
        ]
        self.tail = max(lags, default=0)
        self.weeks = self.horizon + self.tail

    def terms(self, pair: tuple[str, str], tactic: str) -> Row | None:
        codes = {"account": pair[0], "product": pair[1], "brand": self.products[pair[1]]["brand"]}
        found: list[tuple[tuple[int, bool, bool, bool], Row]] = []
        for row in self.tiny.tables["tactics"]:
            given = {n for n in codes if row[n] != ""}
            if row["tactic"] == tactic and all(row[n] == codes[n] for n in given):
                order = (len(given), "product" in given, "account" in given, "brand" in given)
                found.append((order, row))
        return max(found, key=lambda one: one[0])[1] if found else None

    def events_with(self, *statuses: str) -> Iterator[Event]:
        for row in self.tiny.tables.get("events", []):
            if row["status"] in statuses:
                names = str(row["account"]), str(row["product"]), str(row["tactic"])
                yield (*names, index(row["start_week"]), int(str(row["weeks"])))

    def history(self) -> list[Event]:
        return [e for e in self.events_with("actual") if e[3] + e[4] <= 0]

    def pinned(self) -> list[Event]:
        fixed = self.events_with("pinned", "actual")
        return [e for e in fixed if e[3] >= 0 and e[3] + e[4] <= self.horizon]

    def units(self, events: list[Event]) -> dict[tuple[str, str, int], float]:
        running = {}
        for a, p, tactic, start, weeks in [*self.history(), *events]:
            for t in range(start, start + weeks):
                running[a, p, t] = tactic
        response = self.tiny.response
        lift = {(r["account"], r["product"], r["tactic"]): r for r in response["lift"]}

        def trait(a: str, p: str, t: int, name: str) -> float:
            row = lift.get((a, p, running.get((a, p, t), "")))
            if row is None:
                return 0.0
            return number(row, name, number(row, "pressure"))

        baseline = {
            (r["account"], r["product"], index(r["week"])): number(r, "units")
            for r in response["baseline"]
        }
        found = {}
        for a, p in self.pairs:
            whole = all((a, p, t) in baseline for t in range(self.weeks))
            for t in range(self.weeks):
                log = trait(a, p, t, "log_lift")
                for r in response.get("carry", []):
                    if (r["account"], r["product"]) == (a, p):
                        back = t - int(number(r, "lag"))
                        log -= number(r, "coefficient") * trait(a, p, back, "pressure")
                for r in response.get("cross", []):
                    if (r["account"], r["product"]) == (a, p):
                        back = t - int(number(r, "lag"))
                        by = str(r["by_product"])
                        log += number(r, "coefficient") * trait(a, by, back, "pull")
                for r in response.get("rival", []):
                    if (r["account"], r["product"]) == (a, p):
                        back = t - int(number(r, "lag"))
                        by = str(r["by_account"])
                        log += number(r, "coefficient") * trait(by, p, back, "pull")
                known = t if whole or t < self.horizon else self.horizon - 1
                found[a, p, t] = baseline[a, p, known] * math.exp(log)
        return found

    def money(self, events: list[Event]) -> dict[tuple[str, str, int], dict[str, int]]:
        units = self.units(events)
        running = {}
        for a, p, tactic, start, weeks in events:
            for t in range(start, start + weeks):
                running[a, p, t] = (tactic, t == start)
        found = {}
        for (a, p, t), sold in units.items():
            listing, account = self.listings[a, p], self.accounts[a]
            base, price = number(listing, "base_price"), number(listing, "list_price")
            tax = 1 + number(account, "vat_rate")
            cost = number(self.products[p], "unit_cost")
            depth = spend = fees = 0.0
            if (a, p, t) in running:
                tactic, first = running[a, p, t]
                row = self.terms((a, p), tactic)
                assert row is not None
                depth = number(row, "depth")
                spend = number(row, "funding_share") * depth * base / tax * sold
                if row["funding"] == "off_invoice":
                    spend *= 1 + number(account, "forward_buy")
                fees = number(row, "weekly_fee") + (number(row, "event_fee") if first else 0.0)
            margin = base * (1 - depth) / tax - price - number(account, "handling_cost")
            found[a, p, t] = {
                "gross_sales": cents(price * sold),
                "variable_spend": cents(spend),
                "fees": cents(fees),
                "profit": cents((price - cost) * sold - spend - fees),
                "retailer_profit": cents(margin * sold + spend + fees),
            }
        return found

    def selected(self, rule: Row) -> tuple[list[tuple[str, str]], range]:
        def fits(pair: tuple[str, str]) -> bool:
            account, product = self.accounts[pair[0]], self.products[pair[1]]
            homes = {**dict.fromkeys(("account", "chain", "market"), account)}
            homes.update(dict.fromkeys(("brand", "category", "line", "product"), product))
            return all(str(home[n]) == rule[n] for n, home in homes.items() if n in rule)

        first = max(0, index(rule["first_week"])) if "first_week" in rule else 0
        last = index(rule["last_week"]) if "last_week" in rule else self.horizon - 1
        return [p for p in self.pairs if fits(p)], range(first, min(last, self.horizon - 1) + 1)

    def keeps(self, rule: Row, events: list[Event]) -> bool:
        pairs, weeks = self.selected(rule)
        value = number(rule, "value")
        coupled = keeps(self, rule, events, pairs, weeks)
        if rule.get("hard") is False or coupled is not None:
            return rule.get("hard") is False or bool(coupled)
        chosen = [e for e in events if e[:2] in pairs]
        active = {(e[0], e[1], t): e[2] for e in chosen for t in range(e[3], e[3] + e[4])}
        seen = {key: tactic for key, tactic in active.items() if key[2] in weeks}

        def price(pair: tuple[str, str], t: int) -> float:
            tactic = active.get((*pair, t))
            row = self.terms(pair, tactic) if tactic else None
            depth = number(row, "depth") if row else 0.0
            return number(self.listings[pair], "base_price") * (1 - depth)

        starts = [e for e in chosen if e[3] in weeks]
        name = rule["rule"]
        if name == "max_events":
            return all(sum(e[:2] == pair for e in starts) <= value for pair in pairs)
        if name == "max_weeks_on_deal":
            return all(sum(k[:2] == pair for k in seen) <= value for pair in pairs)
        if name == "min_gap_weeks":
            return self._keeps_gap(rule, pairs, weeks, chosen)
        if name == "slots":
            spots = {(a, t) for a, _, t in seen}
            return all(sum((k[0], k[2]) == s for k in seen) <= value for s in spots)
        if name == "blackout":
            return not seen
        if name == "required":
            return len(starts) >= value
        if name == "max_depth":
            return all(
                number(self.terms(k[:2], tactic) or {}, "depth") <= value + 1e-9
                for k, tactic in seen.items()
            )
        if name == "price_floor":
            return all(price(pair, t) >= value - 1e-9 for pair in pairs for t in weeks)
        if name == "price_ceiling":
            return all(price(pair, t) <= value + 1e-9 for pair in pairs for t in weeks)
        return self._keeps_sums(str(name), value, pairs, weeks, events)

    def _keeps_gap(
        self, rule: Row, pairs: list[tuple[str, str]], weeks: range, chosen: list[Event]
    ) -> bool:
        history = [e for e in self.history() if e[:2] in pairs]
        for pair in pairs:
            mine = sorted((e for e in [*history, *chosen] if e[:2] == pair), key=lambda e: e[3])
            for one, two in itertools.pairwise(mine):
                both = all(
                    any(t in weeks for t in range(e[3], e[3] + e[4]))
                    or (e in history and "first_week" not in rule and len(weeks) > 0)
                    for e in (one, two)
                )
                close = two[3] - (one[3] + one[4]) < number(rule, "value")
                if both and close and two not in history:
                    return False
        return True

    def _keeps_sums(
        self,
        name: str,
        value: float,
        pairs: list[tuple[str, str]],
        weeks: range,
        events: list[Event],
    ) -> bool:
        if name == "volume_floor":
            units = self.units(events)
            return sum(units[(*pair, t)] for pair in pairs for t in weeks) >= value * (1 - 1e-7)
        assert name == "retailer_margin_floor"
        plan, before = self.money(events), self.money([])
        for account in self.accounts:
            keys = [(*pair, t) for pair in pairs for t in weeks if pair[0] == account]
            profit = sum(plan[k]["retailer_profit"] for k in keys)
            if profit < value * sum(before[k]["retailer_profit"] for k in keys) - 0.01:
                return False
        return True

    def broken_budgets(self, events: list[Event]) -> list[str]:
        plan = self.money(events)
        found = []
        scale = float(str(self.tiny.scenario.get("budget_scale", 1.0)))
        own = self.tiny.scenario.get("budgets", {})
        assert isinstance(own, dict)
        for row in self.tiny.tables["budgets"]:
            first = index(row["first_week"]) if row["first_week"] else 0
            last = index(row["last_week"]) if row["last_week"] else self.horizon - 1
            spent = sum(
                money["variable_spend"] + money["fees"]
                for (a, p, t), money in plan.items()
                if first <= t <= min(last, self.horizon - 1)
                and row["account"] in ("", a)
                and row["product"] in ("", p)
                and row["brand"] in ("", self.products[p]["brand"])
            )
            amount = own.get(row["budget"], number(row, "amount") * scale) * 100
            wrong = spent < amount - 0.01 if row["kind"] == "floor" else spent > amount + 0.01
            if wrong:
                found.append(str(row["budget"]))
        return found

    def breaks_standing(self, events: list[Event]) -> bool:
        for a, p, tactic, start, weeks in self.events_with("forbidden"):
            for e in events:
                if e[:3] == (a, p, tactic) and e[3] < start + weeks and start < e[3] + e[4]:
                    return True
        return not set(self.pinned()) <= set(events)


def random_events(plain: Plain, draw: Iterator[float], chance: float) -> list[Event]:
    """Events without overlaps, of tactics and lengths that their blocks may run."""
    events = [e for e in plain.pinned() if next(draw) < 0.9]
    taken = {(a, p, t) for a, p, _, start, weeks in events for t in range(start, start + weeks)}
    tactics = sorted({str(r["tactic"]) for r in plain.tiny.tables["tactics"]})
    for pair in plain.pairs:
        for start in range(plain.horizon):
            tactic = tactics[int(next(draw) * len(tactics))]
            row = plain.terms(pair, tactic)
            if next(draw) > chance or row is None:
                continue
            low, high = int(number(row, "min_weeks")), int(number(row, "max_weeks"))
            weeks = low + int(next(draw) * (high - low + 1))
            span = {(*pair, t) for t in range(start, start + weeks)}
            if start + weeks <= plain.horizon and not span & taken:
                events.append((*pair, tactic, start, weeks))
                taken |= span
    return sorted(events, key=lambda e: (e[0], e[1], e[3]))
