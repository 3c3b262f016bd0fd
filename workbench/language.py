"""Words, numbers and dates in the reader's language: gettext catalogues read by Babel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "tradewind"


class Code(StrEnum):
    """Languages offered. English is the language of the source."""

    ENGLISH = "en"
    SPANISH = "es"


# Weeks begin on Monday and days come before months in both. Money is written as in "en": "$".
_LOCALES = {Code.ENGLISH: "en_GB", Code.SPANISH: "es_ES"}
_MONEY = {Code.ENGLISH: Locale.parse("en"), Code.SPANISH: Locale.parse("es")}


@runtime_checkable
class Message(Protocol):
    """A `workspace.text.Text`, seen without loading that floor: help must come up at once."""

    @property
    def template(self) -> str:
        """English, with `{names}`."""

    @property
    def values(self) -> tuple[tuple[str, object], ...]:
        """The values for the names."""


def catalogue_path(code: Code) -> Path:
    """Where the translations of a language lie."""
    return CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def catalogue(code: Code) -> Catalog:
    """The translations of a language, read once."""
    with catalogue_path(code).open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def mark(template: str) -> str:
    """Nothing happens here: marks a template for extraction that is translated elsewhere."""
    return template


class _Local(float):
    """A number that a `{value:spec}` of a template writes with the language's own marks."""

    def __format__(self, spec: str) -> str:
        return _swapped(format(float(self), spec))


def _swapped(written: str) -> str:
    return written.translate(str.maketrans(",.", ".,")).replace("%", "\N{NO-BREAK SPACE}%")


@dataclass(frozen=True)
class Language:
    """Says things in one language. Call it with an English template and its values."""

    code: Code = Code.ENGLISH
    locale: Locale = field(init=False)

    def __post_init__(self) -> None:
        """Derive the locale."""
        object.__setattr__(self, "locale", Locale.parse(_LOCALES[self.code]))

    def translate(self, template: str) -> str:
        """The template in this language, or itself where it has no translation."""
        if self.code is Code.ENGLISH or not template:
            return template
        message = catalogue(self.code).get(template)
        found = message.string if message else ""
        return found if isinstance(found, str) and found else template

    def __call__(self, template: str, **values: object) -> str:
        """The sentence made of a template, a literal at the call site, and its values."""
        return self.translate(template).format(**{k: self._value(v) for k, v in values.items()})

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """The sentence for `n` things; both templates may use `{n}`, the number as it is read."""
        template = one if n == 1 else many
        if self.code is not Code.ENGLISH:
            message = catalogue(self.code).get(one)
            forms = message.string if message else None
            if isinstance(forms, tuple | list) and len(forms) == 2 and all(forms):
                template = forms[0] if n == 1 else forms[1]
        return template.format(n=self.integer(n), **values)

    def text(self, text: Message | str) -> str:
        """A message from any floor, its numbers written as this language does."""
        if isinstance(text, str):
            return text
        shown = {name: self._value(value) for name, value in text.values}
        return self.translate(text.template).format(**shown)

    def _value(self, value: object) -> object:
        if isinstance(value, Message):
            return self.text(value)
        if self.code is not Code.ENGLISH and isinstance(value, float):
            return _Local(value)
        return value

    def integer(self, number: float) -> str:
        """A count, with thousands marked."""
        return str(format_decimal(round(number), format="#,##0", locale=self.locale))

    def number(self, number: float, digits: int = 2) -> str:
        """A number with a fixed number of decimals."""
        mask = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(number, format=mask, locale=self.locale))

    def percent(self, share: float, digits: int = 1) -> str:
        """A share (0.05) as a percentage (5.0 %)."""
        mask = "#,##0" + ("." + "0" * digits if digits else "")
        space = "\N{NO-BREAK SPACE}" if self.code is Code.SPANISH else ""
        return str(format_percent(share, format=f"{mask}{space}%", locale=self.locale))

    def money(self, amount: float, currency: str, digits: int = 0) -> str:
        """An amount of money in whole units, or with `digits` decimals."""
        if round(amount, digits) == 0:
            amount = 0.0  # no minus sign before nothing
        if len(currency) != 3 or not currency.isalpha():
            return f"{self.number(amount, digits)} {currency}"
        locale = _MONEY[self.code]
        mask = str(locale.currency_formats["standard"].pattern)
        mask = mask.replace("0.00", "0" + ("." + "0" * digits if digits else ""))
        written = format_currency(
            amount, currency.upper(), format=mask, locale=locale, currency_digits=False
        )
        return str(written)

    def short_money(self, amount: float, currency: str) -> str:
        """An amount in three digits or so, for axes and small places: €1.2M, 350 mil €."""
        locale = _MONEY[self.code]
        if round(amount, 6) == 0:
            amount = 0.0
        if len(currency) != 3 or not currency.isalpha():
            written = format_compact_decimal(amount, locale=locale, fraction_digits=2)
            return f"{written} {currency}"
        written = format_compact_currency(
            amount, currency.upper(), locale=locale, fraction_digits=2
        )
        return str(written)

    def day(self, day: date) -> str:
        """A date with its year."""
        return str(format_date(day, format="d MMM y", locale=self.locale))

    def month(self, day: date) -> str:
        """A month's short name, without a full stop."""
        return str(format_date(day, format="LLL", locale=self.locale)).rstrip(".")


def spoken(arguments: list[str]) -> Language:
    """The language a command line asks for, before it is parsed: its help is in it too."""
    asked = ""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and at + 1 < len(arguments):
            asked = arguments[at + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return Language(Code(asked)) if asked in tuple(Code) else Language()
