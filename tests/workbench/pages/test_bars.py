"""Bars: lengths to scale, whiskers where they belong, labels that fit."""

from __future__ import annotations

import re

from tests.workbench.pages.checked import Checked
from workbench.pages.axis import axis
from workbench.pages.bars import LABELS, WIDE, WORDS, Bar, Bars, bars
from workbench.shortened import shortened


def drawn(*items: Bar) -> str:
    return str(bars(Bars("<t>", axis([-100.0, 300.0], str), items, [("all", 1, "solid")])))


def test_lengths_are_to_scale_on_both_sides_of_zero():
    text = drawn(Bar("a", 300.0, "300"), Bar("b", -100.0, "-100", low=-100.0, high=0.0))
    wide = text.partition('class="narrow"')[0]
    found = re.findall(r'rect class="fill" x="(.*?)".*?width="(.*?)"', wide)
    (x1, w1), (x2, w2) = ((float(x), float(w)) for x, w in found)
    room = WIDE - WORDS - LABELS
    assert abs(w1 / w2 - 3) < 0.01
    assert abs(x2 - LABELS) < 0.1
    assert abs(x1 - (x2 + w2)) < 0.1
    assert abs(w1 + w2 - room) < 0.2
    whisker = re.search(r'line class="whisker" x1="(.*?)".*?x2="(.*?)"', wide)
    assert whisker is not None
    assert [float(x) for x in whisker.groups()] == [x2, x1]


def test_words_are_escaped_and_elements_close():
    page = Checked(drawn(Bar("<i>", 1.0, "<u>", tip="<s>")))
    assert page.tags.count("svg") == 2
    assert not {"i", "u", "s", "t"} & set(page.tags)


def test_names_keep_both_ends():
    assert shortened("options+budget_scale-1.2+dear", 16) == "optio…-1.2+dear"[:6] + "e-1.2+dear"
    assert len(shortened("x" * 100, 16)) == 16
    assert shortened("short", 16) == "short"
    assert len(shortened("x" * 100, 0)) == 6
