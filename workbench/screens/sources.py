"""Where the units of a lift came from, in words."""

from __future__ import annotations

from workbench.language import mark

FROM = {
    "later_weeks": mark("from its own later weeks"),
    "own_products": mark("from our other products, the same weeks"),
    "own_products_later": mark("from our other products, later weeks"),
    "competitors": mark("from competitors' products"),
    "new": mark("new to the shelf"),
}
