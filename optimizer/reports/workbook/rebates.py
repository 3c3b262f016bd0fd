"""The pages of rebates: what each account is due by its steps, and how its brands share it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.problem import Tier
from optimizer.reports.workbook import products as p
from optimizer.reports.workbook.book import Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.products import Products
from workspace.money import split_cents
from workspace.text import Text

ACCOUNTS = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Name of the account"), Style.TEXT, 22),
    Column(Text("Units of the horizon"), Style.UNITS),
    Column(Text("Net sales of the horizon before rebates"), Style.MONEY, 16),
    Column(Text("Rebate, unrounded"), Style.PRICE, 14),
    Column(Text("Rebate"), Style.MONEY, 14),
    Column(Text("Units, no promotion"), Style.UNITS),
    Column(Text("Net sales, no promotion"), Style.MONEY, 16),
    Column(Text("Rebate unrounded, no promotion"), Style.PRICE, 14),
    Column(Text("Rebate, no promotion"), Style.MONEY, 14),
    Column(Text("Account no."), Style.KEY, 6),
)
TIERS = (
    Column(Text("Account"), Style.TEXT),
    Column(Text("Basis"), Style.TEXT),
    Column(Text("Reach"), Style.TEXT),
    Column(Text("From"), Style.NUMBER),
    Column(Text("Rate"), Style.SHARE),
    Column(Text("Up to"), Style.NUMBER),
    Column(Text("Amount"), Style.PRICE),
    Column(Text("Amount, no promotion"), Style.PRICE),
    Column(Text("Account no."), Style.KEY),
)
BRANDS = (
    Column(Text("Account"), Style.TEXT, 16),
    Column(Text("Brand"), Style.TEXT, 16),
    Column(Text("Net sales that count"), Style.MONEY, 14),
    Column(Text("Cents due by share"), Style.NUMBER, 14),
    Column(Text("Whole cents"), Style.COUNT, 14),
    Column(Text("Remainder"), Style.NUMBER, 10),
    Column(Text("Rank of the remainder"), Style.COUNT, 10),
    Column(Text("Rebate"), Style.MONEY, 14),
    Column(Text("Net sales that count, no promotion"), Style.MONEY, 14),
    Column(Text("Cents due by share"), Style.NUMBER, 14),
    Column(Text("Whole cents"), Style.COUNT, 14),
    Column(Text("Remainder"), Style.NUMBER, 10),
    Column(Text("Rank of the remainder"), Style.COUNT, 10),
    Column(Text("Rebate, no promotion"), Style.MONEY, 14),
    Column(Text("Account and brand no."), Style.KEY, 6),
)
DUE, DUE_NONE, SHARE, SHARE_NONE, PAIR = 5, 9, 7, 13, 14
Pair = tuple[str, str]


@dataclass(frozen=True)
class Rebates:
    """Where rebates stand: by account (5: plan, 9: no promotion), by account and brand (7, 13)."""

    accounts: Page
    brands: Page
    figures: Figures

    def due(self, account: str, promoted: bool) -> str:
        """An account's rebate."""
        row = self.figures.accounts.index(account) + 1
        return self.accounts.cell(row, DUE if promoted else DUE_NONE)

    def share(self, pair: Pair, promoted: bool) -> str:
        """A brand's share of its account's rebate."""
        row = self.figures.pairs.index(pair) + 1
        return self.brands.cell(row, SHARE if promoted else SHARE_NONE)

    def all_due(self, column: int) -> str:
        """A column over all accounts."""
        return self.accounts.area(column, 1, len(self.figures.accounts))

    def all_shares(self, column: int) -> str:
        """A column over all accounts and brands."""
        return self.brands.area(column, 1, len(self.figures.pairs))


def brand_shares(figures: Figures, promoted: bool) -> dict[Pair, int]:
    """Each account's rebate in cents divided among its brands by net sales of the horizon."""
    found: dict[Pair, int] = {}
    for account in figures.accounts:
        mine = [pair for pair in figures.pairs if pair[0] == account]
        sizes = np.array([max(0, _net(figures, pair, promoted)) for pair in mine], dtype=np.float64)
        if not sizes.any():
            sizes[0] = 1.0
        parts = split_cents(figures.rebate(account, promoted), sizes).tolist()
        found |= dict(zip(mine, parts, strict=True))
    return found


def _net(figures: Figures, pair: Pair, promoted: bool) -> int:
    amounts = figures.net if promoted else figures.cents("gross_sales_no_promotion")
    mine = figures.pair == figures.pairs.index(pair) + 1
    return int(amounts[mine, : figures.horizon].sum())


def write_rebates(rebates: Rebates, products: Products) -> None:
    """Both pages."""
    _write_accounts(rebates, products)
    _write_brands(rebates, products)


def _write_accounts(rebates: Rebates, products: Products) -> None:
    page, figures = rebates.accounts, rebates.figures
    page.head(0, ACCOUNTS)
    page.sheet.freeze_panes(1, 1)
    tiers = sorted(
        figures.plan.problem.tiers, key=lambda t: (t.account, t.basis, t.reach, t.threshold)
    )
    first = len(figures.accounts) + 4
    parts = {True: 6, False: 7}
    names = figures.names("accounts", "account")
    totals = [_tier_amounts(figures, tier, tiers) for tier in tiers]
    for number, account in enumerate(figures.accounts, start=1):
        span = figures.span(account)
        cells: list[Cell] = [account, names[account]]
        for promoted in (True, False):
            plain = 0.0 + sum(
                amounts[promoted]
                for tier, amounts in zip(tiers, totals, strict=True)
                if tier.account == account
            )
            net = page.cell(number, 3 if promoted else 7)
            raw = page.cell(number, 4 if promoted else 8)
            found = "0"
            if tiers:
                keys = page.area(8, first, first + len(tiers) - 1)
                values = page.area(parts[promoted], first, first + len(tiers) - 1)
                found = f"IF({net}<=0,0,SUMIFS({values},{keys},{number}))"
            units, sales = _size(figures, account, promoted)
            columns = (p.UNITS_IN, p.NET_IN) if promoted else (p.UNITS_IN_NONE, p.NET_IN_NONE)
            due = figures.rebate(account, promoted)
            # Cents half to even, as the contract rounds: spreadsheets round halves up.
            tie = f"ABS(MOD({raw}*100,1)-0.5)<=0.000001"
            even = f"IF({tie},2*ROUND({raw}*50,0)/100,ROUND({raw},2))"
            cells += [
                Formula(f"SUM({products.of(columns[0], span)})", units),
                amount(f"SUM({products.of(columns[1], span)})", sales),
                Formula(found, plain if sales > 0 else 0.0),
                amount(even, due),
            ]
        page.line(number, ACCOUNTS, (*cells, number))
    last = len(figures.accounts)
    page.call("tw_rebates", 1, last, len(ACCOUNTS))
    if not tiers:
        page.say(last + 2, 0, Text("No account has rebates."), page.book.note)
        return
    page.head(first - 1, TIERS, widths=False)
    for place, (tier, amounts) in enumerate(zip(tiers, totals, strict=True)):
        _write_tier(rebates, first + place, tier, tiers, amounts)
    page.call("tw_tiers", first, first + len(tiers) - 1, len(TIERS))


def _size(figures: Figures, account: str, promoted: bool) -> tuple[float, int]:
    """Units and net sales (cents) of an account's horizon."""
    first, last = figures.span(account)
    part = (slice(first, last + 1), slice(0, figures.horizon))
    if promoted:
        return float(figures.units[part].sum()), int(figures.net[part].sum())
    sales = figures.cents("gross_sales_no_promotion")
    return float(figures.baseline[part].sum()), int(sales[part].sum())


def _top(tier: Tier, tiers: list[Tier]) -> float | None:
    """The threshold of the next step of the same kind."""
    higher = [
        other.threshold
        for other in tiers
        if (other.account, other.basis, other.reach) == (tier.account, tier.basis, tier.reach)
        and other.threshold > tier.threshold
    ]
    return min(higher, default=None)


def _tier_amounts(figures: Figures, tier: Tier, tiers: list[Tier]) -> dict[bool, float]:
    """What a step brings with the plan and without, unrounded."""
    top, found = _top(tier, tiers), {}
    for promoted in (True, False):
        units, cents = _size(figures, tier.account, promoted)
        size = units if tier.basis == "units" else cents / 100.0
        value = 0.0
        if tier.reach == "all":
            if size >= tier.threshold and (top is None or size < top):
                value = tier.rate * cents / 100.0
        elif size > tier.threshold:
            above = (size if top is None else min(size, top)) - tier.threshold
            value = tier.rate * cents / 100.0 * above / size
        found[promoted] = value
    return found


def _write_tier(
    rebates: Rebates, row: int, tier: Tier, tiers: list[Tier], amounts: dict[bool, float]
) -> None:
    page, figures = rebates.accounts, rebates.figures
    account = figures.accounts.index(tier.account) + 1
    start, rate, end = (page.cell(row, column) for column in (3, 4, 5))
    top = _top(tier, tiers)
    formulas = []
    for promoted in (True, False):
        net = page.cell(account, 3 if promoted else 7)
        size = page.cell(account, 2 if promoted else 6) if tier.basis == "units" else net
        if tier.reach == "all":
            inside = f"{size}>={start}" if top is None else f"AND({size}>={start},{size}<{end})"
            text = f"IF({inside},{rate}*{net},0)"
        else:
            reached = size if top is None else f"MIN({size},{end})"
            text = f"IF({size}>{start},{rate}*{net}*({reached}-{start})/{size},0)"
        formulas.append(Formula(text, amounts[promoted]))
    page.line(
        row,
        TIERS,
        (tier.account, tier.basis, tier.reach, tier.threshold, tier.rate, top, *formulas, account),
    )


def _write_brands(rebates: Rebates, products: Products) -> None:
    page, figures = rebates.brands, rebates.figures
    page.head(0, BRANDS)
    page.sheet.freeze_panes(1, 2)
    shares = {promoted: brand_shares(figures, promoted) for promoted in (True, False)}
    row = 1
    for account in figures.accounts:
        mine = [pair for pair in figures.pairs if pair[0] == account]
        first, last = row, row + len(mine) - 1
        blocks = {
            promoted: _split(rebates, products, account, first, shares[promoted], promoted)
            for promoted in (True, False)
        }
        for place, pair in enumerate(mine):
            number = figures.pairs.index(pair) + 1
            page.line(row, BRANDS, (*pair, *blocks[True][place], *blocks[False][place], number))
            row += 1
        assert row == last + 1
    page.call("tw_rebates_by_brand", 1, row - 1, len(BRANDS))


def _split(
    rebates: Rebates,
    products: Products,
    account: str,
    first: int,
    shares: dict[Pair, int],
    promoted: bool,
) -> list[list[Formula]]:
    """The six formulas of each brand of an account: largest remainders, step by step."""
    page, figures = rebates.brands, rebates.figures
    mine = [pair for pair in figures.pairs if pair[0] == account]
    last, shift = first + len(mine) - 1, 2 if promoted else 8
    size_area, cut_area, rest_area = (
        page.area(shift + column, first, last) for column in (0, 2, 3)
    )
    sizes = [max(0, _net(figures, pair, promoted)) for pair in mine]
    whole = sum(sizes)
    first_only = [1.0] + [0.0] * (len(sizes) - 1)
    weights = [size / whole for size in sizes] if whole else first_only
    due, span = figures.rebate(account, promoted), figures.span(account)
    cents = f"ROUND({rebates.due(account, promoted)}*100,0)"
    quotas = [due * weight for weight in weights]
    cuts = [int(np.floor(quota + 1e-9)) for quota in quotas]
    rests = [round(quota - cut, 9) for quota, cut in zip(quotas, cuts, strict=True)]
    net = products.of(p.NET_IN if promoted else p.NET_IN_NONE, span)
    found = []
    for place, pair in enumerate(mine):
        row = first + place
        size, quota, cut, rest, rank = (page.cell(row, shift + column) for column in range(5))
        number = page.cell(row, PAIR)
        part = f"IF(SUM({size_area})=0,{1 if place == 0 else 0},{size}/SUM({size_area}))"
        before = f"+SUMPRODUCT(({page.area(shift + 3, first, row - 1)}={rest})*1)" if place else ""
        ahead = 1 + sum(other > rests[place] for other in rests)
        ahead += sum(other == rests[place] for other in rests[:place])
        found.append(
            [
                amount(
                    f"MAX(0,SUMIFS({net},{products.of(p.PAIR_NO, span)},{number}))", sizes[place]
                ),
                Formula(f"{cents}*{part}", quotas[place]),
                Formula(f"INT({quota}+0.000000001)", float(cuts[place])),
                Formula(f"ROUND({quota}-{cut},9)", rests[place] + 0.0),
                Formula(f"1+SUMPRODUCT(({rest_area}>{rest})*1){before}", float(ahead)),
                amount(f"({cut}+IF({rank}<={cents}-SUM({cut_area}),1,0))/100", shares[pair]),
            ]
        )
    return found
