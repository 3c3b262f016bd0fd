from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.cells import RawTable
from workspace.faults import Findings
from workspace.readers import csv_file
from workspace.readers.csv_file import read_csv

KNOWN = ("account", "units", "name")


def read(tmp_path: Path, data: bytes | str) -> tuple[RawTable | None, list[str]]:
    path = tmp_path / "t.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    findings = Findings()
    return read_csv(path, KNOWN, findings), [str(fault) for fault in findings.faults]


def cells(raw: RawTable | None) -> list[list[str | None]]:
    assert raw is not None
    return [column.text.to_pylist() for column in raw.columns]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_every_dialect(tmp_path: Path, separator: str, end: str, quote: str, bom: bytes) -> None:
    lines = [["account", "units"], ["0012", "1"], ["NA", ""], ["ñ", "3"]]
    text = "".join(separator.join(f"{quote}{c}{quote}" for c in line) + end for line in lines)
    raw, faults = read(tmp_path, bom + text.encode())
    assert faults == []
    assert raw is not None
    assert list(raw.names) == ["account", "units"]
    assert cells(raw) == [["0012", "NA", "ñ"], ["1", None, "3"]]
    assert list(raw.rows) == [2, 3, 4]


def test_the_other_separators_may_stand_in_cells(tmp_path: Path) -> None:
    raw, _ = read(tmp_path, 'account;name\n1;"a, b; c"\n2;x,y\n')
    assert cells(raw) == [["1", "2"], ["a, b; c", "x,y"]]


def test_rows_are_lines_of_the_file(tmp_path: Path) -> None:
    text = 'account,name\n\n1,"two\nlines"\n,\n2,"say ""hi"""\n\n\n3,\n'
    raw, faults = read(tmp_path, text)
    assert faults == []
    assert raw is not None
    assert list(raw.rows) == [3, 6, 9]
    assert cells(raw) == [["1", "2", "3"], ["two\nlines", 'say "hi"', None]]


def test_a_quote_in_the_middle_is_a_character(tmp_path: Path) -> None:
    raw, faults = read(tmp_path, 'account,name\n1,12" pizza\n')
    assert faults == []
    assert cells(raw) == [["1"], ['12" pizza']]


words = st.text(st.characters(codec="utf-8", exclude_characters='"\0\r\n'), max_size=4)


@given(st.lists(st.tuples(words, words), min_size=1))
def test_both_readers_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """The fast reader takes files without quotes; quoting a cell sends them to the other."""
    folder = tmp_path_factory.getbasetemp()
    rows = [(a.replace(",", "") or "x", b.replace(",", "")) for a, b in rows]
    body = "".join(f"{a},{b}\n" for a, b in rows)
    fast, faults = read(folder, "account,units\n" + body)
    slow, more = read(folder, '"account",units\n' + body)
    assert faults == more == []
    assert cells(fast) == cells(slow)
    assert fast is not None
    assert slow is not None
    assert list(fast.rows) == list(slow.rows)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "t.csv::: found an empty file"),
        (b"\n \n", "t.csv::: found an empty file"),
        (b"\naccount,units\n1,2\n", "t.csv:1:: found a blank line"),
        (b",\n,\n", "t.csv::: found no header"),
        (b"account,units\n1\n", "t.csv:2:: found 1 cells, expected 2, as in the header"),
        (b"account,units\n1,2\n1,2,3\n", "t.csv:3:: found 3 cells"),
        (b'account,units\n1,"2\n3,4\n', "t.csv:2:: found a row that cannot be read"),
        (b'account,units\n1,"2"3\n', "t.csv:2:: found a row that cannot be read"),
        (b"account,units\n1,\xff\n", "t.csv:2:: found bytes that are no UTF-8"),
        (b"account,units\n1,\0\n", "t.csv:2:: found a NUL byte"),
        (b"\xff\xfea\0", "t.csv:1:: found UTF-16 text"),
        (b"PK\x03\x04", "t.csv:1:: found a binary file"),
        (b"account|units\n1|2\n", "t.csv:1:: found a header in one piece"),
        (b'"account,units\n1,2\n', "t.csv:1:: found a row that cannot be read"),
        (",".join(map(str, range(501))).encode(), "t.csv:1:: found 501 columns"),
        (b"account,units\n1," + b"x" * 200_000 + b'"\n', "t.csv:2:: found a row that cannot"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, fault: str) -> None:
    _, faults = read(tmp_path, data)
    assert faults
    assert faults[0].startswith(fault)


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MOST_ROWS", 3)
    text = "account,units\n" + "1,2\n" * 4
    assert read(tmp_path, text)[1] == ["t.csv::: found too many rows, expected at most 3"]
    monkeypatch.setattr(csv_file, "LARGEST", 10)
    assert read(tmp_path, text)[1][0].startswith("t.csv::: found a huge file")


def test_ragged_rows_keep_their_place(tmp_path: Path) -> None:
    raw, faults = read(tmp_path, "account,units\n1,2\n3\n5,6,7\n8,9\n")
    assert len(faults) == 2
    assert raw is not None
    assert cells(raw) == [["1", "3", "5", "8"], ["2", None, "6", "9"]]
    assert list(raw.broken) == [False, True, True, False]
