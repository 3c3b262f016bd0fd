from __future__ import annotations

import pickle

import pytest

from workspace import Text


def test_it_reads_as_english() -> None:
    assert str(Text("{n} of {what}", n=3, what=Text("four"))) == "3 of four"
    assert str(Text("{x:.2f}", x=1.0)) == "1.00"
    assert str(Text("{x}", x="{y}")) == "{y}"


def test_values_are_translated_too() -> None:
    spanish = {"{n} of {what}": "{n} de {what}", "four": "cuatro"}
    shown = Text("{n} of {what}", n=3, what=Text("four")).render(lambda t: spanish.get(t, t))
    assert shown == "3 de cuatro"


def test_it_never_changes() -> None:
    text = Text("a {b}", b=1)
    with pytest.raises(AttributeError):
        text.template = "c"
    with pytest.raises(AttributeError):
        del text.template
    assert text == Text("a {b}", b=1)
    assert text != Text("a {b}", b=2)
    assert text != "a 1"
    assert len({text, Text("a {b}", b=1)}) == 1
    assert pickle.loads(pickle.dumps(text)) == text
    assert "a {b}" in repr(text)
