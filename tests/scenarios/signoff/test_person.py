from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.signoff import person
from scenarios.signoff.person import Person, identify, name_key, owners
from workspace import InputError


def test_without_a_name_it_is_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "mreyes")
    assert identify() == Person("mreyes", "mreyes", "account")
    assert identify("  Ana   Ruiz ") == Person("Ana Ruiz", "mreyes", "option")


def test_an_account_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert identify().name == "unknown"


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[2J", "x" * 101, "a\u202eb", "\udcff"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(InputError, match="printable characters"):
        identify(name)


def test_spellings_of_one_name() -> None:
    spellings = ("José Ruiz", "JOSÉ RUIZ", " José  Ruiz", "Jose\u0301 Ruiz", "Ｊosé Ruiz")
    assert len({name_key(name) for name in spellings}) == 1
    assert name_key("José") != name_key("Jose")


def test_whoever_owns_a_file_has_edited_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    names = {"a": "ana", "b": "bo"}

    def owner(path: Path) -> str:
        if path.name == "c":
            raise KeyError("uid not found")
        return names[path.name]

    monkeypatch.setattr(person.Path, "owner", owner)
    assert owners(tmp_path) == ("ana", "bo")
