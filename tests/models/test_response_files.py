from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from models.response import Response
from models.response_files import read_response, write_response
from tests.workspaces import write_workspace
from workspace import InputError, Workspace, load

ACCOUNTS = ["0012", "NA"]
PRODUCTS = ["p", "q"]


def workspace(folder: Path, decimal: str = ".") -> Workspace:
    sales = [
        {"account": a, "product": p, "week": "2025-12-29", "units": 5, "price": 2.0}
        for a in ACCOUNTS
        for p in PRODUCTS
    ]
    products = [{"product": p, "brand": "b", "category": "c", "unit_cost": 1.0} for p in PRODUCTS]
    tactic = {
        "tactic": "deal",
        "depth": 0.2,
        "feature": 0.0,
        "display": 0.0,
        "min_weeks": 1,
        "max_weeks": 2,
    }
    tables = {
        "accounts": [{"account": a} for a in ACCOUNTS],
        "products": products,
        "sales": sales,
        "tactics": [{**tactic, "funding": "scan_back", "funding_share": 0.5}],
    }
    return load(write_workspace(folder, tables, {"decimal": decimal}))


def response() -> Response:
    pairs = pd.DataFrame({"account": ACCOUNTS * 2, "product": ["p", "p", "q", "q"]})
    return Response.of(
        baseline=pairs.assign(week="2026-01-05", units=[0.1, 1 / 3, 2e-7, 12345678.9]),
        lift=pairs.assign(tactic="deal", log_lift=1 / 7, pressure=0.25),
        carry=pairs.assign(lag=2, coefficient=0.1),
        cross=pairs[:2].assign(by_product="q", coefficient=-0.1),
        draws=pd.concat(
            [
                pairs.assign(draw=1, tactic="deal", log_lift=1 / 9),
                pairs.assign(draw=1, log_baseline=-0.1),
                pairs[:2].assign(draw=1, by_product="q", coefficient=-0.3),
            ]
        ),
    )


@pytest.mark.parametrize("decimal", [".", ","])
def test_round_trip_is_exact(tmp_path: Path, decimal: str) -> None:
    write_response(response(), tmp_path / "r", decimal)
    assert {p.name for p in (tmp_path / "r").iterdir()} == {
        "baseline.csv",
        "lift.csv",
        "carry.csv",
        "cross.csv",
        "draws.parquet",
    }
    assert read_response(tmp_path / "r", workspace(tmp_path, decimal)).sha256 == response().sha256


def test_same_bytes_twice_and_nothing_left_of_before(tmp_path: Path) -> None:
    write_response(response(), tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "rival.parquet").write_bytes(b"of an earlier fit")
    write_response(response(), tmp_path / "b")
    a, b = ({p.name: p.read_bytes() for p in (tmp_path / x).iterdir()} for x in "ab")
    assert a == b


def test_parquet_and_csv_are_the_same(tmp_path: Path) -> None:
    write_response(response(), tmp_path / "r")
    one = workspace(tmp_path)
    first = read_response(tmp_path / "r", one)
    for name in ("baseline", "lift"):
        getattr(first, name).to_parquet(tmp_path / "r" / f"{name}.parquet")
        (tmp_path / "r" / f"{name}.csv").unlink()
    assert read_response(tmp_path / "r", one).sha256 == first.sha256


def edited(tmp_path: Path, name: str, text: str) -> list[str]:
    """The places of faults after a file of a good response was replaced (or added)."""
    folder = tmp_path / "r"
    write_response(response(), folder)
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_response(folder, workspace(tmp_path))
    return [str(fault) for fault in caught.value.faults]


HEAD = "account,product,tactic,log_lift,pressure,pull\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("lift.csv", HEAD + "0013,p,deal,.1,.1,\n", "lift.csv:2:account: found '0013'"),
        ("lift.csv", HEAD + "NA,pp,deal,.1,.1,\n", "lift.csv:2:product: found 'pp'"),
        ("lift.csv", HEAD + "NA,p,dael,.1,.1,\n", "such as 'deal'"),
        ("lift.csv", HEAD + "NA,p,deal,.1,-1,\n", "lift.csv:2:pressure: found '-1'"),
        ("lift.csv", HEAD + "NA,p,deal,.1,1,-2\n", "lift.csv:2:pull: found '-2'"),
        ("lift.csv", HEAD + "NA,p,deal,nan,1,2\n", "lift.csv:2:log_lift: found 'nan'"),
        (
            "lift.csv",
            HEAD + "NA,p,deal,.1,,\nNA,p,deal,.1,,\n",
            "lift.csv:3:tactic: found the same",
        ),
        ("carry.csv", "account,product,lag,coefficient\nNA,p,0,.1\n", "carry.csv:2:lag: found '0'"),
        ("carry.csv", "account,product,lag,coefficient\nNA,p,1,-1\n", "carry.csv:2:coefficient"),
        (
            "cross.csv",
            "account,product,by_product,coefficient,lag\nNA,p,q,-1,\nNA,p,q,-1,0\n",
            "cross.csv:3:lag: found the same",
        ),
        (
            "cross.csv",
            "account,product,by_product,coefficient\nNA,p,p,1\n",
            "cross.csv:2:by_product",
        ),
        ("baseline.csv", "account,product,week,units\nNA,p,2026-01-05,0\n", "baseline.csv:2:units"),
        ("lifts.csv", HEAD, "lifts.csv::: found an unknown table"),
        (
            "effects.csv",
            HEAD,
            "effects.csv::: found an unknown table, expected a table of a response: baseline",
        ),
        ("lift.parquet", "x", "lift.parquet::: found the table twice"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    found = edited(tmp_path, name, text)
    assert any(expected in fault for fault in found), found


def test_no_baseline_and_no_folder(tmp_path: Path) -> None:
    one = workspace(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_response(tmp_path / "nowhere", one)
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"baseline.csv::: found no such file"):
        read_response(tmp_path / "r", one)
