"""The tables of a response as data: contract section 3, column by column.

Limits are wide: they stop slips that would overflow an exponential or fill the memory (a lag of
5,000 weeks), not opinions about demand.
"""

from __future__ import annotations

from workspace.schema import Column, Kind, Schema

ACCOUNT = ("accounts", "account")
PRODUCT = ("products", "product")
TACTIC = ("tactics", "tactic")

LONGEST_LAG = 52.0  # weeks
LARGEST_LOG = 20.0  # ln units: a factor of 485 million
LARGEST = 1e6  # pressure, pull and coefficients
MOST_UNITS = 1e12  # per week

NO_LAG = -1  # a blank lag in `draws`


def _code(name: str, refers: tuple[str, str], *, required: bool = True) -> Column:
    return Column(
        name, Kind.CODE, required=required, default=None if required else "", refers=refers
    )


def _number(
    name: str,
    low: float,
    high: float,
    *,
    required: bool = True,
    default: float | None = None,
    above: bool = False,
) -> Column:
    return Column(
        name, Kind.NUMBER, required=required, default=default, low=low, high=high, above=above
    )


def _lag(low: float, default: float | None = None) -> Column:
    required = default is None
    return Column("lag", Kind.WHOLE, required=required, default=default, low=low, high=LONGEST_LAG)


BASELINE = Schema(
    "baseline",
    (
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        Column("week", Kind.WEEK, required=True),
        _number("units", 0.0, MOST_UNITS, above=True),
    ),
    key=("account", "product", "week"),
)
LIFT = Schema(
    "lift",
    (
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        _code("tactic", TACTIC),
        _number("log_lift", -LARGEST_LOG, LARGEST_LOG),
        _number("pressure", 0.0, LARGEST, required=False, default=0.0),
        _number("pull", 0.0, LARGEST, required=False),  # blank: pressure
    ),
    key=("account", "product", "tactic"),
)
CARRY = Schema(
    "carry",
    (
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        _lag(1.0),
        _number("coefficient", 0.0, LARGEST),
    ),
    key=("account", "product", "lag"),
)
CROSS = Schema(
    "cross",
    (
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        _code("by_product", PRODUCT),
        _number("coefficient", -LARGEST, LARGEST),
        _lag(0.0, default=0.0),
    ),
    key=("account", "product", "by_product", "lag"),
)
RIVAL = Schema(
    "rival",
    (
        _code("account", ACCOUNT),
        _code("by_account", ACCOUNT),
        _code("product", PRODUCT),
        _number("coefficient", -LARGEST, LARGEST),
        _lag(0.0, default=0.0),
    ),
    key=("account", "by_account", "product", "lag"),
)
PRICE = Schema(
    "price",
    (
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        _number("elasticity", -LARGEST_LOG, LARGEST_LOG),
    ),
    key=("account", "product"),
)
# Blank cells of the value columns do not vary in that draw.
DRAWS = Schema(
    "draws",
    (
        Column("draw", Kind.WHOLE, required=True, low=0.0, high=LARGEST),
        _code("account", ACCOUNT),
        _code("product", PRODUCT),
        _code("tactic", TACTIC, required=False),
        Column("week", Kind.WEEK),
        _lag(0.0, default=float(NO_LAG)),
        _code("by_product", PRODUCT, required=False),
        _code("by_account", ACCOUNT, required=False),
        _number("units", 0.0, MOST_UNITS, required=False, above=True),
        _number("log_lift", -LARGEST_LOG, LARGEST_LOG, required=False),
        _number("pressure", 0.0, LARGEST, required=False),
        _number("pull", 0.0, LARGEST, required=False),
        _number("coefficient", -LARGEST, LARGEST, required=False),
        _number("elasticity", -LARGEST_LOG, LARGEST_LOG, required=False),
        _number("log_baseline", -LARGEST_LOG, LARGEST_LOG, required=False),
    ),
    key=("draw", "account", "product", "tactic", "week", "lag", "by_product", "by_account"),
)

RESPONSE: tuple[Schema, ...] = (BASELINE, LIFT, CARRY, CROSS, RIVAL, PRICE, DRAWS)
SCHEMAS: dict[str, Schema] = {schema.name: schema for schema in RESPONSE}
NEEDED = ("baseline",)  # absent tables mean zero, but no sales at all are not a response
