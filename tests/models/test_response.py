from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.response import Response
from models.response_schema import SCHEMAS
from workspace import InputError

BASELINE = pd.DataFrame(
    {"account": ["B", "A"], "product": "p", "week": ["2026-01-05", "2026-01-05"], "units": [2, 1.5]}
)
LIFT = pd.DataFrame(
    {"account": "A", "product": "p", "tactic": ["t", "u"], "log_lift": [0.5, 0.7], "pressure": 0.3}
)
DRAWS = pd.DataFrame(
    {
        "draw": [0, 0],
        "account": ["A", "B"],
        "product": "p",
        "tactic": ["t", None],
        "log_lift": [0.4, None],
        "log_baseline": [None, 0.1],
    }
)


def places(frames: dict[str, pd.DataFrame]) -> list[str]:
    with pytest.raises(InputError) as caught:
        Response.of(**frames)
    return [f"{f.file}:{f.row}:{f.column}" for f in caught.value.faults]


def test_canonical_form() -> None:
    response = Response.of(baseline=BASELINE, lift=LIFT, draws=DRAWS)
    assert list(response.baseline["account"]) == ["A", "B"]
    assert response.baseline["week"].dtype == "datetime64[s]"
    assert list(response.lift["pull"]) == [0.3, 0.3]  # blank: pressure
    for name, schema in SCHEMAS.items():
        frame = getattr(response, name)
        assert tuple(frame.columns) == schema.names
        assert isinstance(frame.index, pd.RangeIndex)
    assert list(response.draws["lag"]) == [-1, -1]
    assert list(response.draws["tactic"]) == ["t", ""]
    assert "2 pairs, 2 lifts, 1 draws" in str(response)


def test_hash_depends_on_content_only() -> None:
    one = Response.of(baseline=BASELINE, lift=LIFT, draws=DRAWS)
    other = Response.of(
        draws=DRAWS[::-1], lift=LIFT[::-1].assign(pull=0.3), baseline=BASELINE[::-1]
    )
    assert one.sha256 == other.sha256
    changed = Response.of(
        baseline=BASELINE.assign(units=[2, np.nextafter(1.5, 2)]), lift=LIFT, draws=DRAWS
    )
    assert changed.sha256 != one.sha256


def test_hash_tells_codes_from_their_neighbours() -> None:
    one = Response.of(baseline=BASELINE.assign(account=["ab", "a"]))
    other = Response.of(baseline=BASELINE.assign(account=["ac", "a"]))
    assert one.sha256 != other.sha256


def test_tail_is_the_longest_lag() -> None:
    carry = pd.DataFrame({"account": "A", "product": "p", "lag": [1, 3], "coefficient": 0.1})
    cross = pd.DataFrame({"account": ["A"], "product": "p", "by_product": "q", "coefficient": -0.1})
    assert Response.of(baseline=BASELINE).tail == 0
    response = Response.of(baseline=BASELINE, carry=carry, cross=cross)
    assert response.tail == 3
    assert list(response.cross["lag"]) == [0]


def test_lag_of_cross_draws_is_zero_where_blank() -> None:
    cross = pd.DataFrame({"account": ["A"], "product": "p", "by_product": "q", "coefficient": -0.1})
    draws = cross.assign(draw=0, coefficient=-0.2)
    assert list(Response.of(baseline=BASELINE, cross=cross, draws=draws).draws["lag"]) == [0]


@pytest.mark.parametrize(
    ("frames", "place"),
    [
        ({"baseline": BASELINE.assign(units=[0.0, 1.0])}, "baseline:2:units"),
        ({"baseline": BASELINE.assign(units=[1.0, np.nan])}, "baseline:3:units"),
        ({"baseline": BASELINE.assign(units=[1.0, np.inf])}, "baseline:3:units"),
        ({"baseline": BASELINE.assign(account="A")}, "baseline:3:week"),
        ({"baseline": BASELINE.assign(account=["A", ""])}, "baseline:3:account"),
        ({"baseline": BASELINE.assign(week=["2026-01-05", None])}, "baseline:3:week"),
        ({"baseline": BASELINE.drop(columns="units")}, "baseline:1:units"),
        ({"lift": LIFT.assign(pressure=[-0.1, 0.0])}, "lift:2:pressure"),
        ({"lift": LIFT.assign(pull=[0.1, -1e-9])}, "lift:3:pull"),
        ({"lift": LIFT.assign(log_lift=[np.nan, 0.1])}, "lift:2:log_lift"),
        ({"lift": LIFT.assign(tactic="t")}, "lift:3:tactic"),
    ],
)
def test_bad_cells_are_named(frames: dict[str, pd.DataFrame], place: str) -> None:
    assert place in places({"baseline": BASELINE, **frames})


@pytest.mark.parametrize(
    ("lag", "coefficient", "column"),
    [(0, 0.1, "lag"), (53, 0.1, "lag"), (1.5, 0.1, "lag"), (1, -0.1, "coefficient")],
)
def test_bad_carry_is_named(lag: float, coefficient: float, column: str) -> None:
    carry = pd.DataFrame({"account": ["A"], "product": "p", "lag": lag, "coefficient": coefficient})
    assert places({"baseline": BASELINE, "carry": carry}) == [f"carry:2:{column}"]


@pytest.mark.parametrize("table", ["cross", "rival"])
def test_effects_on_oneself_are_refused(table: str) -> None:
    by = "by_product" if table == "cross" else "by_account"
    code = "p" if table == "cross" else "A"
    frame = pd.DataFrame({"account": ["A"], "product": "p", by: code, "coefficient": -0.1})
    assert places({"baseline": BASELINE, table: frame}) == [f"{table}:2:{by}"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"tactic": "v", "log_lift": 0.1}, "draws:2:None"),  # not in lift
        ({"tactic": "t", "by_product": "q", "coefficient": 0.1}, "draws:2:None"),
        ({"tactic": "t", "coefficient": 0.1, "log_lift": 0.1}, "draws:2:coefficient"),
        ({"tactic": "t"}, "draws:2:log_lift"),  # nothing varies
        ({"elasticity": -1.0}, "draws:2:None"),  # no price table
        ({"lag": 1, "coefficient": 0.1}, "draws:2:None"),  # no carry
        ({"tactic": "t", "pressure": -0.1}, "draws:2:pressure"),
        ({"tactic": "t", "log_lift": np.inf}, "draws:2:log_lift"),
        ({"week": "2026-01-12", "units": 5.0}, "draws:2:None"),  # no such week
    ],
)
def test_bad_draws_are_named(row: dict[str, object], place: str) -> None:
    draws = pd.DataFrame([{"draw": 0, "account": "A", "product": "p", **row}])
    assert place in places({"baseline": BASELINE, "lift": LIFT, "draws": draws})


def test_draws_of_every_table_are_accepted() -> None:
    carry = pd.DataFrame({"account": ["A"], "product": "p", "lag": 1, "coefficient": 0.1})
    cross = pd.DataFrame({"account": ["A"], "product": "p", "by_product": "q", "coefficient": -0.1})
    rival = pd.DataFrame({"account": ["A"], "by_account": "B", "product": "p", "coefficient": -0.1})
    price = pd.DataFrame({"account": ["A"], "product": "p", "elasticity": -2.0})
    key = {"draw": 0, "account": "A", "product": "p"}
    rows = [
        {**key, "tactic": "t", "log_lift": 0.2, "pull": 0.1},
        {**key, "week": "2026-01-05", "units": 3.0},
        {**key, "by_product": "q", "coefficient": -0.2},
        {**key, "by_account": "B", "coefficient": -0.2},
        {**key, "lag": 1, "coefficient": 0.2},
        {**key, "elasticity": -1.0, "log_baseline": 0.1},
    ]
    response = Response.of(
        baseline=BASELINE,
        lift=LIFT,
        carry=carry,
        cross=cross,
        rival=rival,
        price=price,
        draws=pd.DataFrame(rows),
    )
    assert len(response.draws) == 6
    negative = [{**key, "lag": 1, "coefficient": -0.2}]
    assert places({"baseline": BASELINE, "carry": carry, "draws": pd.DataFrame(negative)}) == [
        "draws:2:coefficient"
    ]


def test_unknown_table_is_a_slip_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="lifts"):
        Response.of(lifts=LIFT)
