"""The frame of every page: one file that needs nothing from outside, everything in it escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workbench.language import Language

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    # Names that a template misspells are an error here, not a blank on somebody's page.
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def page(template: str, say: Language, title: str, **content: object) -> str:
    """A whole page. `template` extends `base.html`; `content` are its values, words included."""
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))  # ours, nobody's input
    return (
        _environment()
        .get_template(template)
        .render(
            lang=str(say.code),
            title=title,
            style=style,
            foot=say("Made by Tradewind. Prices are recommendations and assumptions."),
            **content,
        )
    )
