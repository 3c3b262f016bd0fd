from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from workspace import Fault, Text
from workspace.document import Document, read_document
from workspace.validate import Code, Unacceptable, validate


def read(tmp_path: Path, text: str) -> tuple[Document | None, list[Fault]]:
    path = tmp_path / "doc.yaml"
    path.write_text(text, "utf-8")
    faults: list[Fault] = []
    return read_document(path, faults), faults


def data(tmp_path: Path, text: str) -> object:
    document, faults = read(tmp_path, text)
    assert document is not None, faults
    return document.data


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("0012", "0012"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e3", 1000.0),
        ("1.50", 1.5),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("2025-01-06", "2025-01-06"),
        ("NA", "NA"),
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("'12'", "12"),
        ('"true"', "true"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_scalars_follow_yaml_1_2(tmp_path: Path, written: str, value: object) -> None:
    found = data(tmp_path, f"a: {written}\n")
    assert found == {"a": value}
    assert type(found["a"]) is type(value)  # type: ignore[index]


def test_plain_documents_read_as_safe_load_reads_them(tmp_path: Path) -> None:
    text = """
    scenario: base
    include: {accounts: [A, "B c"], empty: []}
    guardrails:
      - {rule: slots, value: 6}
      - rule: max_depth
        value: 0.34
        text: |
          two
          lines
    """
    assert data(tmp_path, text) == yaml.safe_load(text)


def test_every_key_has_its_line(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a: 1\n\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert document is not None
    assert document.line(("a",)) == 1
    assert document.line(("b",)) == 3
    assert document.line(("b", 1)) == 5
    assert document.line(("b", 1, "d")) == 6
    assert document.line(("b", 1, "missing")) == 5
    assert document.line(("nowhere",)) == 1


def test_bombs_are_refused_at_once(tmp_path: Path) -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    for text in (laughs, "a: " + "[" * 200_000, "a: " + "- " * 100_000, "? " * 100_000, "[" * 99):
        start = time.perf_counter()
        document, faults = read(tmp_path, text)
        assert document is None
        assert len(faults) == 1
        assert time.perf_counter() - start < 5.0


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\na: 2\n", 2, "a"),
        ("b:\n  a: 1\n  a: 2\n", 3, "b.a"),
        ("? [x]\n: 1\n", 1, None),
        ("a: 1\n---\nb: 1\n", 2, None),
        ("a: !!str 1\n", 1, None),
        ("\x00", None, None),
        ("a: 'x", 1, None),
        ("- a\n", 1, None),
    ],
)
def test_what_cannot_be_trusted_is_named(
    tmp_path: Path, text: str, line: int | None, column: str | None
) -> None:
    document, faults = read(tmp_path, text)
    assert document is None
    assert [(f.file, f.row, f.column) for f in faults] == [("doc.yaml", line, column)]


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[Fault] = []
    assert read_document(tmp_path / "none.yaml", faults) is None
    assert read_document(tmp_path, faults, file="x") is None
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert read_document(path, faults) is None
    assert str(faults[-1]).startswith("a.yaml::: found Permission denied")


def test_endless_numbers_stay_text(tmp_path: Path) -> None:
    digits = "9" * 5000
    assert data(tmp_path, f"a: {digits}\n") == {"a": digits}


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    rule: Literal["slots", "blackout"]
    value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    account: Code = ""
    weeks: int = Field(default=1, gt=0, lt=10, le=9)
    on: bool = True


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, pattern="^[a-z]+$")
    rules: list[Inner] = Field(default=[], max_length=3)
    choice: Inner | Literal["fixed"] = "fixed"
    extra: dict[str, float] = {}


def checked(tmp_path: Path, text: str) -> tuple[Outer | None, list[str]]:
    document, faults = read(tmp_path, text)
    assert document is not None
    model = validate(document, Outer, faults)
    return model, [str(fault) for fault in faults]


def test_a_good_document_becomes_its_model(tmp_path: Path) -> None:
    model, faults = checked(tmp_path, "name: a\nrules:\n  - {rule: slots, account: 12}\n")
    assert faults == []
    assert model is not None
    assert model.rules[0].account == "12"


def test_faults_name_line_and_key(tmp_path: Path) -> None:
    text = """\
name: A
rules:
  - {rule: slot, value: -1}
  - rule: slots
    valeu: 3
  - rule: slots
    value: .nan
    weeks: 1.5
    on: 1
choice: {rule: 7}
extra: []
nmae: x
"""
    model, faults = checked(tmp_path, text)
    assert model is None
    assert sorted(faults) == sorted(
        [
            "doc.yaml:1:name: found 'A', expected text like ^[a-z]+$",
            "doc.yaml:3:rules.0.rule: found 'slot', expected one of 'slots' or 'blackout'",
            "doc.yaml:3:rules.0.value: found '-1', expected at least 0.0",
            "doc.yaml:5:rules.1.valeu: found an unknown key, expected the key 'value'",
            "doc.yaml:7:rules.2.value: found 'nan', expected a finite number",
            "doc.yaml:8:rules.2.weeks: found '1.5', expected a whole number",
            "doc.yaml:9:rules.2.on: found '1', expected true or false",
            "doc.yaml:10:choice.rule: found '7', expected one of 'slots' or 'blackout'",
            "doc.yaml:10:choice: found a mapping, expected one of 'fixed'",
            "doc.yaml:11:extra: found a list, expected a mapping",
            "doc.yaml:12:nmae: found an unknown key, expected the key 'name'",
        ]
    )


def test_missing_and_other_faults(tmp_path: Path) -> None:
    text = "rules: [{}, {rule: slots, account: [1]}, {rule: slots, weeks: 99}, {rule: slots}]\n"
    _, faults = checked(tmp_path, text)
    assert "doc.yaml:1:name: found nothing, expected a value" in faults
    assert "doc.yaml:1:rules: found a list, expected a shorter list" in faults
    _, faults = checked(tmp_path, "name: a\nrules: [{}, {rule: slots, account: [1]}]\nzzzz: 1\n")
    assert "doc.yaml:2:rules.0.rule: found nothing, expected a value" in faults
    assert "doc.yaml:2:rules.1.account: found a list, expected text" in faults
    assert any("one of the keys name, rules, choice, extra" in fault for fault in faults)
    _, faults = checked(tmp_path, "name: true\nrules: 1\n")
    assert "doc.yaml:1:name: found 'true', expected text" in faults
    assert "doc.yaml:2:rules: found '1', expected a list" in faults


def test_validators_say_what_they_expect() -> None:
    error = Unacceptable(Text("{n} things", n=2), "one", ("a", 0))
    assert str(error) == "2 things"
