"""search.npz of a plan's folder: where its search ended, for `plan --pin` of an edit to go on from.

Nothing in it is believed unless a problem built anew from the inputs has the very print that it
was written with; calendars are valued anew all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np

from optimizer.former import Former
from optimizer.head_start import HeadStart, signature_of
from optimizer.problem import Problem

FILE = "search.npz"
MOST = 20  # calendars of a group that are kept: of many more a master makes hardly any use


def write_search(folder: Path, head: HeadStart, base: Problem) -> None:
    """Keep where a search ended whose bounds are about `base`. The same search, the same bytes."""
    kept = [calendars[:MOST] for calendars in head.calendars]
    np.savez_compressed(
        folder / FILE,
        base=np.array(print_of(base)),
        rows=np.array(list(head.worth)),
        worth=np.array(list(head.worth.values())),
        counts=np.array([len(calendars) for calendars in kept], dtype=np.int64),
        calendars=np.concatenate([c.ravel() for c in kept]).astype(np.int16),
        chosen=head.chosen.astype(np.int16),
        bounds=head.bounds,
        gap=np.array(head.gap),
    )


def read_search(folder: Path, base: Problem) -> Former | None:
    """Where the plan of a folder ended; None without such a file, or if it is of another problem.

    A file that cannot be read is as good as none.
    """
    try:
        with np.load(folder / FILE, allow_pickle=False) as found:
            kept = {name: found[name] for name in found.files}
        if str(kept["base"]) != print_of(base):
            return None
        return Former(_head(kept, base), base)
    except Exception:  # zipfile, zlib and numpy raise whatever comes to hand
        return None


def _head(kept: dict[str, np.ndarray], base: Problem) -> HeadStart:
    sizes = np.bincount(base.group)
    ends = np.cumsum(kept["counts"] * sizes * base.horizon)
    calendars = [
        part.reshape(-1, size, base.horizon)
        for part, size in zip(np.split(kept["calendars"], ends[:-1]), sizes, strict=True)
    ]
    worth = dict(zip(kept["rows"].tolist(), kept["worth"].tolist(), strict=True))
    chosen = kept["chosen"].astype(np.int64).reshape(base.blocks, base.horizon)
    bounds = kept["bounds"].astype(np.float64).reshape(sizes.size)
    return HeadStart(
        signature_of(base), worth, tuple(calendars), chosen, bounds, float(kept["gap"])
    )


def print_of(problem: Problem) -> str:
    """sha256 of all that a problem says."""
    told = hashlib.sha256()
    for part in _said(problem):
        told.update(part)
    return told.hexdigest()


def _said(value: object) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, tuple):
        yield f"({len(value)}".encode()
        for part in value:
            yield from _said(part)
    elif is_dataclass(value):
        yield type(value).__name__.encode()
        for field in fields(value):
            yield from _said(getattr(value, field.name))
    else:
        yield f"{value!r}\0".encode()
