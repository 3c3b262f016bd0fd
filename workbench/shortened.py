"""Names that fit: the middle is what goes, for those of a grid differ at their ends."""

from __future__ import annotations

LEAST = 6


def shortened(name: str, most: int) -> str:
    """A name of at most `most` letters (never fewer than LEAST); itself where it fits."""
    most = max(LEAST, most)
    if len(name) <= most:
        return name
    tail = most * 2 // 3
    return f"{name[: most - 1 - tail]}…{name[len(name) - tail :]}"
