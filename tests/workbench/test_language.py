from datetime import date

import pytest

from workbench.language import Code, Language, spoken
from workspace.text import Text

ENGLISH, SPANISH = Language(), Language(Code.SPANISH)


@pytest.mark.parametrize(
    ("say", "money", "percent", "number", "day"),
    [
        (ENGLISH, "€1,234,568", "12.3%", "-2.62", "5 Jan 2026"),
        (SPANISH, "1.234.568\xa0€", "12,3\xa0%", "-2,62", "5 ene 2026"),
    ],
)
def test_numbers_and_dates_are_written_as_each_language_does(say, money, percent, number, day):
    assert say.money(1_234_567.891, "EUR") == money
    assert say.percent(0.1234) == percent
    assert say.number(-2.6151) == number
    assert say.day(date(2026, 1, 5)) == day


def test_nothing_has_no_minus_sign():
    assert ENGLISH.money(-0.2, "EUR") == "€0"


def test_cents_are_shown_where_asked_for():
    assert ENGLISH.money(-1234.5, "USD", 2) == "-$1,234.50"


def test_a_currency_that_is_no_code_is_written_after_the_amount():
    assert ENGLISH.money(1234, "points") == "1,234 points"


def test_templates_without_translation_stay_english():
    assert SPANISH("zyzzyva {n}", n=3) == "zyzzyva 3"


def test_a_template_is_translated_and_its_values_too():
    inner = Text("nothing is promoted")
    assert SPANISH("found {found}, expected {expected}", found=inner, expected="x") == (
        f"encontrado {SPANISH('nothing is promoted')}, esperado x"
    )


def test_numbers_inside_messages_follow_the_language():
    text = Text("{share:.1%} of {units:,.1f} in {weeks}", share=0.125, units=1234.5, weeks=2026)
    assert ENGLISH.text(text) == "12.5% of 1,234.5 in 2026"
    assert SPANISH.text(text) == "12,5\xa0% of 1.234,5 in 2026"


def test_plurals():
    assert [ENGLISH.plural("{n} event", "{n} events", n) for n in (0, 1, 1200)] == [
        "0 events",
        "1 event",
        "1,200 events",
    ]
    assert [SPANISH.plural("{n} event", "{n} events", n) for n in (0, 1, 12000)] == [
        "0 acciones",
        "1 acción",
        "12.000 acciones",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan", "--lang", "es"], Code.SPANISH),
        (["--lang=es", "--help"], Code.SPANISH),
        (["plan", "--lang", "fr"], Code.ENGLISH),
        (["plan", "--lang"], Code.ENGLISH),
        (["plan", "--", "--lang", "es"], Code.ENGLISH),
        ([], Code.ENGLISH),
    ],
)
def test_the_language_is_known_before_the_command_line_is_parsed(arguments, code):
    assert spoken(arguments).code is code
