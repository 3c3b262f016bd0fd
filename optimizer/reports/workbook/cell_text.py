"""Cells as a worksheet's file says them, without their place.

Text stands in the cell itself and is never markup. A number is the shortest one that reads back as
the same; what is no finite number is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

# What XML cannot hold is written as _xHHHH_; what looks like that already is told apart.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
LIKE_CONTROL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def number_cell(value: float, look: str) -> str:
    """The rest of a cell that holds a number; `look` is its attribute, or nothing."""
    if not math.isfinite(value):
        raise ValueError(f"a cell cannot hold {value}")
    return f'"{look}><v>{value}</v></c>'


def number_cells(values: Sequence[float], look: str) -> list[str]:
    """The same for many."""
    if not all(map(math.isfinite, values)):
        raise ValueError("a cell cannot hold what is no finite number")
    head = f'"{look}><v>'
    return [f"{head}{value}</v></c>" for value in values]


def text_cell(text: str, look: str) -> str:
    """The rest of a cell that holds text."""
    return f'"{look} t="inlineStr"><is>{_inline(text)}</is></c>'


def formula_cell(formula: str, value: float | str, look: str) -> str:
    """The rest of a cell that holds a formula and what it comes to."""
    if isinstance(value, str):
        return f'"{look} t="str"><f>{escaped(formula)}</f><v>{escaped(value)}</v></c>'
    if not math.isfinite(value):
        raise ValueError(f"{formula} cannot come to {value}")
    return f'"{look}><f>{escaped(formula)}</f><v>{value}</v></c>'


def blank_cell(look: str) -> str:
    """The rest of a cell that only looks like something."""
    return f'"{look}/>'


def escaped(text: str) -> str:
    """Text as XML holds it between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=1 << 14)
def _inline(text: str) -> str:
    plain = LIKE_CONTROL.sub("_x005F_", text)
    plain = CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)
    kept = ' xml:space="preserve"' if plain != plain.strip() or "\n" in plain else ""
    return f"<t{kept}>{escaped(plain)}</t>"
