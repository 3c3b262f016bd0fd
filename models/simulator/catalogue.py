"""What everybody in a simulated market knows: accounts, products, prices, tactics. All made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.simulator.truth import Bools, Floats

VAT = 0.10
ISLANDS_TAX = 0.03  # every sixth account is on islands with a lower tax
REGIONS = ("NORTE", "LEVANTE", "CENTRO", "SUR", "OESTE", "ISLAS")
CHAINS = ("AURORA", "BRISA", "CIMA")
BRANDS = ("SOLANA", "MERIDIA")
KINDS = ("CLASICO", "INTENSO", "SUAVE", "ECOLOGICO", "DESCAFEINADO")
SIZES = (250.0, 250.0, 500.0, 200.0, 100.0)
CATEGORIES = ("CAFE", "INFUSIONES")  # one brand in each, competitors in the first
# tactic, depth, feature, display, min_weeks, max_weeks, funding, funding_share, and the fees per
# event and week as shares of an average product's weekly margin in the account
TACTICS = (
    ("OFERTA-10", 0.10, 0, 0, 1, 3, "scan_back", 0.40, 0.00, 0.00),
    ("OFERTA-20", 0.20, 0, 0, 1, 2, "scan_back", 0.40, 0.05, 0.00),
    ("FOLLETO-15", 0.15, 1, 0, 1, 2, "bill_back", 0.40, 0.15, 0.10),
    ("CABECERA-10", 0.10, 0, 1, 1, 2, "scan_back", 0.35, 0.20, 0.15),
    ("FACTURA-15", 0.15, 0, 0, 2, 2, "off_invoice", 0.30, 0.00, 0.00),
    ("COMPLETA-20", 0.20, 1, 1, 1, 2, "bill_back", 0.45, 0.35, 0.25),
)


@dataclass(frozen=True)
class Catalogue:
    """Tables of contract section 1 and the arrays they come from, (A, N). Money in EUR."""

    accounts: pd.DataFrame
    products: pd.DataFrame
    listings: pd.DataFrame  # own products only
    tactics: pd.DataFrame  # rows for any account, then one per account with its own fees
    own: Bools  # (N,)
    base_price: Floats  # incl. VAT
    list_price: Floats  # excl. VAT
    typical_units: Floats  # of a week without deals

    @property
    def same(self) -> Floats:
        """1 where two products are of one category, (N, N)."""
        codes = self.products["category"].to_numpy()
        return np.asarray(codes[:, None] == codes[None, :], dtype=np.float64)

    @property
    def account_codes(self) -> tuple[str, ...]:
        """Codes in the order of the arrays."""
        return tuple(self.accounts["account"])

    @property
    def product_codes(self) -> tuple[str, ...]:
        """Codes in the order of the arrays."""
        return tuple(self.products["product"])


def catalogue(
    accounts: int, brands: tuple[int, ...], competitors: int, rng: np.random.Generator
) -> Catalogue:
    """A catalogue of `accounts` and of sum(brands) + competitors products."""
    products = _products(brands, competitors)
    own = products["own"].to_numpy() == 1
    customers = _accounts(accounts)
    shape = (accounts, len(products))
    size = np.exp(rng.normal(7.4, 0.4, (accounts, 1)))
    favour = rng.normal(0, 0.3, (1, shape[1])) + rng.normal(0, 0.2, shape)
    typical = size * np.exp(favour)
    shelf = rng.uniform(2.4, 6.0, shape[1])
    base = np.round(shelf * rng.uniform(0.95, 1.05, shape), 2)
    vat = customers["vat_rate"].to_numpy()[:, None]
    # Invoice prices leave the retailer a margin of 26 to 31 % on the shelf price excl. VAT.
    listed = np.round(base / (1 + vat) * rng.uniform(0.69, 0.74, (accounts, 1)), 2)
    cost = np.round(shelf / (1 + VAT) * 0.73 * rng.uniform(0.46, 0.52, shape[1]), 2)
    products.insert(6, "unit_cost", np.where(own, cost, np.nan))
    products["retailer_margin"] = np.where(own, np.nan, 0.27)
    margin = ((listed - cost) * typical)[:, own].mean(axis=1)
    return Catalogue(
        accounts=customers,
        products=products,
        listings=_listings(customers, products, base, listed),
        tactics=_tactics(customers, margin),
        own=own,
        base_price=base,
        list_price=listed,
        typical_units=typical,
    )


def _accounts(number: int) -> pd.DataFrame:
    rows = []
    for i in range(number):
        region, chain = REGIONS[i % len(REGIONS)], CHAINS[i % len(CHAINS)]
        again = i // len(REGIONS)
        code = f"{chain}-{region}" + (f"-{again + 1}" if again else "")
        tax = ISLANDS_TAX if region == "ISLAS" else VAT
        rows.append((code, code.replace("-", " ").title(), chain, region, "SUPER", tax, 0.06, 0.2))
    columns = ["account", "name", "chain", "market", "channel", "vat_rate"]
    return pd.DataFrame(rows, columns=[*columns, "handling_cost", "forward_buy"])


def _products(brands: tuple[int, ...], competitors: int) -> pd.DataFrame:
    makers = [(BRANDS[b] if b < len(BRANDS) else f"MARCA-{b + 1}", 1) for b in range(len(brands))]
    rows = []
    counts = [*brands, competitors]
    for b, ((brand, own), count) in enumerate(zip([*makers, ("RIVAL", 0)], counts, strict=True)):
        category = CATEGORIES[b % len(CATEGORIES)] if own else CATEGORIES[0]
        for i in range(count):
            kind, again = KINDS[i % len(KINDS)], i // len(KINDS)
            short = f"M{brand[6:]}" if brand.startswith("MARCA-") else brand[:3]
            code = f"{short}-{kind[:3]}" + (f"-{again + 1}" if again else "")
            name = f"{brand} {kind}".capitalize()
            rows.append((code, name, brand, category, SIZES[i % len(SIZES)], "g", own))
    columns = ["product", "name", "brand", "category", "size", "size_unit", "own"]
    return pd.DataFrame(rows, columns=columns)


def _listings(
    accounts: pd.DataFrame, products: pd.DataFrame, base: Floats, listed: Floats
) -> pd.DataFrame:
    rows = [
        (account, product, base[a, p], listed[a, p])
        for a, account in enumerate(accounts["account"])
        for p, product in enumerate(products["product"])
        if products["own"].iloc[p]
    ]
    return pd.DataFrame(rows, columns=["account", "product", "base_price", "list_price"])


def _tactics(accounts: pd.DataFrame, margin: Floats) -> pd.DataFrame:
    """General rows with the average account's fees, and each account's own where there are fees."""
    sizes = [("", float(margin.mean())), *zip(accounts["account"], margin, strict=True)]
    rows = []
    for *terms, event_fee, weekly_fee in TACTICS:
        for account, size in sizes:
            if account and event_fee == weekly_fee == 0:
                continue
            fees = (round(event_fee * size, 2), round(weekly_fee * size, 2))
            rows.append((*terms, *fees, account))
    columns = ["tactic", "depth", "feature", "display", "min_weeks", "max_weeks", "funding"]
    columns += ["funding_share", "event_fee", "weekly_fee", "account"]
    return pd.DataFrame(rows, columns=columns)
