"""The language of a workbook: its sentences, and how dates and money look in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import get_currency_symbol

from workspace.text import Text

_LCID = {"en": "809", "es": "C0A"}  # what spreadsheets call the languages: en-GB, es-ES


def _as_is(template: str) -> str:
    return template


@dataclass(frozen=True)
class Words:
    """Sentences in one language (`en` or `es`). `translate` maps a template to a template."""

    language: str = "en"
    translate: Callable[[str], str] = _as_is

    def __call__(self, text: Text) -> str:
        """The sentence."""
        return text.render(self.translate)

    def money(self, currency: str) -> str:
        """The number format of amounts: symbol before in English, after in Spanish."""
        locale = "es" if self.language == "es" else "en"
        symbol = f"[${get_currency_symbol(currency, locale=locale)}-{_LCID[self.language]}]"
        if self.language == "es":
            return f"#,##0.00\\ {symbol};[Red]-#,##0.00\\ {symbol}"
        return f"{symbol}#,##0.00;[Red]-{symbol}#,##0.00"

    def price(self, currency: str) -> str:
        """The same with four decimals, for amounts per unit."""
        return self.money(currency).replace("0.00", "0.0000")

    @property
    def day(self) -> str:
        """The number format of dates."""
        return f"[$-{_LCID[self.language]}]d\\ mmm\\ yyyy"

    @property
    def month(self) -> str:
        """The number format of months."""
        return f"[$-{_LCID[self.language]}]mmm\\ yyyy"


ENGLISH = Words()
