"""What a table looks like, as data: every reader, check and document reads it from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the cells of a column hold, and the dtype they get (contract section 1)."""

    CODE = "code"  # text that names something: str, "" where blank
    TEXT = "text"  # text for people: str, "" where blank
    CHOICE = "choice"  # one of a few words: str
    NUMBER = "number"  # float64, NaN where blank
    WHOLE = "whole"  # a whole number: int64
    FLAG = "flag"  # 0 or 1: int64
    WEEK = "week"  # datetime64[s] of a Monday, NaT where blank
    DAY = "day"  # datetime64[s] of a day, NaT where blank


@dataclass(frozen=True)
class Column:
    """One column. `low` and `high` are inclusive unless `above` or `below` says otherwise."""

    name: str
    kind: Kind
    required: bool = False
    default: str | float | None = None  # for blank cells and an absent column
    low: float | None = None
    high: float | None = None
    above: bool = False  # low itself is not allowed
    below: bool = False  # high itself is not allowed
    choices: tuple[str, ...] = ()
    # The table and column whose values this one may take; blank is allowed where not required.
    refers: tuple[str, str] | None = None
    # Came after plans had been signed: where all of it is blank, hashes are as they were without.
    later: bool = False
    whole: bool = False  # a number that may be blank, but not broken


@dataclass(frozen=True)
class Schema:
    """One table: its columns in the order of the contract, and the key that no two rows share.

    `open` tables keep columns that are not named here, as text.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open: bool = False

    def __getitem__(self, column: str) -> Column:
        for candidate in self.columns:
            if candidate.name == column:
                return candidate
        raise KeyError(column)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)


def code(name: str, *, required: bool = False, refers: tuple[str, str] | None = None) -> Column:
    """A column of codes."""
    blank = None if required else ""
    return Column(name, Kind.CODE, required=required, default=blank, refers=refers)


def text(name: str) -> Column:
    """A column of free text."""
    return Column(name, Kind.TEXT, default="")


def choice(name: str, *choices: str, required: bool = False) -> Column:
    """A column of a few words; where it may be blank, the first is the default."""
    default = None if required else choices[0]
    return Column(name, Kind.CHOICE, required=required, default=default, choices=choices)


def share(name: str, *, required: bool = False, default: float | None = None) -> Column:
    """A number from 0 to 1."""
    return Column(name, Kind.NUMBER, required=required, default=default, low=0.0, high=1.0)


def amount(
    name: str, *, required: bool = False, default: float | None = None, above: bool = False
) -> Column:
    """A number that is not negative (`above`: nor zero)."""
    return Column(name, Kind.NUMBER, required=required, default=default, low=0.0, above=above)


def flag(name: str, default: float) -> Column:
    """0 or 1."""
    return Column(name, Kind.FLAG, default=default, low=0.0, high=1.0)


def whole(name: str, *, low: float, high: float) -> Column:
    """A whole number that must be there."""
    return Column(name, Kind.WHOLE, required=True, low=low, high=high)


def week(name: str, *, required: bool = False) -> Column:
    """A week: an ISO date of any weekday, or YYYY-Www."""
    return Column(name, Kind.WEEK, required=required)


def days(name: str) -> Column:
    """Days from an event to its payment; blank: as the workspace's settings have it."""
    return Column(name, Kind.NUMBER, low=0.0, high=LONGEST_DAYS, later=True, whole=True)


def day(name: str, *, required: bool = False) -> Column:
    """A day: an ISO date."""
    return Column(name, Kind.DAY, required=required)


ACCOUNT = ("accounts", "account")
PRODUCT = ("products", "product")
BRAND = ("products", "brand")
TACTIC = ("tactics", "tactic")

# An event of more than ten years is a slip; without a limit it would make endless arrays.
LONGEST = 520.0
# Whoever is paid after ten years is not paid.
LONGEST_DAYS = 3660.0
# Production that has to know more than five years before is a slip.
LONGEST_LEAD = 260.0
# Retailers pass on less than they get, so a share above 1 happens; 50 is a percentage.
MOST_FUNDING = 5.0

WORKSPACE: tuple[Schema, ...] = (
    Schema(
        "accounts",
        (
            code("account", required=True),
            text("name"),
            code("chain"),
            code("market"),
            code("channel"),
            Column("vat_rate", Kind.NUMBER, default=0.0, low=0.0, high=1.0, below=True),
            amount("handling_cost", default=0.0),
            amount("forward_buy", default=0.0),
            choice("promo_week_start", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"),
            days("scan_back_days"),
            days("bill_back_days"),
            days("fee_days"),
            days("rebate_days"),
        ),
        key=("account",),
        open=True,
    ),
    Schema(
        "products",
        (
            code("product", required=True),
            text("name"),
            code("brand", required=True),
            code("category", required=True),
            amount("size", above=True),
            code("size_unit"),
            # Required of our own products; checks/products.py sees to it.
            amount("unit_cost"),
            code("line"),
            flag("own", 1.0),
            share("retailer_margin"),
            # Weeks before the week of a sale by which production has to know of it.
            Column("lead_time_weeks", Kind.NUMBER, low=0.0, high=LONGEST_LEAD, later=True),
        ),
        key=("product",),
    ),
    Schema(
        "sales",
        (
            code("account", required=True, refers=ACCOUNT),
            code("product", required=True, refers=PRODUCT),
            week("week", required=True),
            amount("units", required=True),
            amount("price", required=True, above=True),
            amount("base_price", above=True),
            share("feature"),
            share("display"),
            share("distribution"),
            flag("stockout", 0.0),
        ),
        key=("account", "product", "week"),
    ),
    Schema(
        "listings",
        (
            code("account", required=True, refers=ACCOUNT),
            code("product", required=True, refers=PRODUCT),
            amount("base_price", required=True, above=True),
            amount("list_price", required=True, above=True),
            amount("min_price"),
            amount("max_price", above=True),
        ),
        key=("account", "product"),
    ),
    Schema(
        "tactics",
        (
            code("tactic", required=True),
            Column("depth", Kind.NUMBER, required=True, low=0.0, high=1.0, below=True),
            share("feature", required=True),
            share("display", required=True),
            whole("min_weeks", low=1.0, high=LONGEST),
            whole("max_weeks", low=1.0, high=LONGEST),
            choice("funding", "scan_back", "bill_back", "off_invoice", required=True),
            Column("funding_share", Kind.NUMBER, required=True, low=0.0, high=MOST_FUNDING),
            amount("event_fee", default=0.0),
            amount("weekly_fee", default=0.0),
            code("account", refers=ACCOUNT),
            code("brand", refers=BRAND),
            code("product", refers=PRODUCT),
        ),
        key=("tactic", "account", "brand", "product"),
    ),
    Schema(
        "budgets",
        (
            code("budget", required=True),
            amount("amount", required=True),
            choice("kind", "ceiling", "floor"),
            code("account", refers=ACCOUNT),
            code("brand", refers=BRAND),
            code("product", refers=PRODUCT),
            week("first_week"),
            week("last_week"),
        ),
        key=("budget",),
    ),
    Schema(
        "rebates",
        (
            code("account", required=True, refers=ACCOUNT),
            choice("basis", "units", "net_sales", required=True),
            amount("threshold", required=True),
            share("rate", required=True),
            choice("reach", "all", "excess"),
        ),
        key=("account", "basis", "threshold"),
    ),
    Schema(
        "supply",
        (
            code("product", required=True, refers=PRODUCT),
            week("week", required=True),
            amount("units", required=True),
            share("carry_over", default=1.0),
        ),
        key=("product", "week"),
    ),
    Schema(
        "events",
        (
            code("account", required=True, refers=ACCOUNT),
            code("product", required=True, refers=PRODUCT),
            code("tactic", required=True, refers=TACTIC),
            week("start_week", required=True),
            whole("weeks", low=1.0, high=LONGEST),
            choice("status", "pinned", "forbidden", "actual", "proposed", required=True),
        ),
        key=("account", "product", "start_week", "tactic", "status"),
    ),
    Schema(
        "claims",
        (
            code("claim", required=True),
            code("account", required=True, refers=ACCOUNT),
            code("product", required=True, refers=PRODUCT),
            week("start_week", required=True),
            code("plan"),
            day("received", required=True),
            amount("amount", required=True, above=True),
            amount("settled", default=0.0),
            day("settled_on"),
            text("note"),
        ),
        key=("claim",),
    ),
)

TABLES: dict[str, Schema] = {schema.name: schema for schema in WORKSPACE}
# What happened to plans after they were made: no plan depends on it.
AFTERWARDS = ("claims",)
NEEDED = ("accounts", "products", "sales")
NEEDED_TO_PLAN = ("listings", "tactics", "budgets")
