import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from workbench import catalogue
from workbench.language import Code, catalogue_path

SPANISH = catalogue_path(Code.SPANISH)


def spanish():
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def test_every_message_has_a_spanish_translation_with_the_same_placeholders():
    assert catalogue.complaints(spanish()) == []


def test_the_catalogue_is_what_update_would_write(tmp_path):
    copy = tmp_path / "es.po"
    copy.write_bytes(SPANISH.read_bytes())
    catalogue.update(copy, Code.SPANISH)
    assert copy.read_bytes() == SPANISH.read_bytes()


def test_control_a_missing_a_stale_and_a_garbled_translation_are_found():
    translated, before = spanish(), set(catalogue.complaints(spanish()))
    key = "found {found}, expected {expected}"
    translated[key].string = "encontrado {hallado}, esperado {expected}"
    translated.delete("nothing is promoted")
    translated.add("never said", "nunca dicho")
    translated[("{n} event", "{n} events")].string = ("{n} acción", "")
    wrong = "\n".join(set(catalogue.complaints(translated)) - before)
    assert "other placeholders: 'found {found}, expected {expected}'" in wrong
    assert "not translated: 'nothing is promoted'" in wrong
    assert "no longer said: 'never said'" in wrong
    assert "not translated: ('{n} event', '{n} events')" in wrong
    assert len(wrong.splitlines()) == 4


def _calls(floor: str):
    for path in sorted((catalogue.ROOT / floor).rglob("*.py")):
        if path.name == "text.py":
            continue  # where Text itself is made
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path, node


@pytest.mark.parametrize("floor", catalogue.FLOORS)
def test_templates_are_literals_so_that_none_escapes_the_catalogue(floor):
    """`Text` is for messages only; anything computed goes into its values."""
    for path, call in _calls(floor):
        if call.func.id in ("Text", "mark") and call.args:
            argument = call.args[0]
            literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            assert literal, f"{path}:{call.lineno}"


def test_main_says_what_is_wrong(tmp_path, monkeypatch, capsys):
    path = tmp_path / "es.po"
    monkeypatch.setattr(catalogue, "catalogue_path", lambda _code: path)
    assert catalogue.main(["--update"]) == 1
    assert "not translated" in capsys.readouterr().out
    path.write_bytes(SPANISH.read_bytes())
    assert catalogue.main([]) == bool(catalogue.complaints(spanish()))
    assert Path(path).read_bytes() == SPANISH.read_bytes()
