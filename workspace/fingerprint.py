"""A hash of what tables say, whatever the order of rows and columns and the format of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from workspace.settings import Settings

LATER = ("peaks", "payment")


def hash_frame(frame: pd.DataFrame) -> str:
    """sha256 of a canonical frame: columns by name, rows in the order of the frame's own key.

    Numbers count as float64 (so 1 is 1.0, and -0.0 is 0.0), weeks as days, the rest as text.
    """
    digest = hashlib.sha256(str(len(frame)).encode())
    for name in sorted(map(str, frame.columns)):
        digest.update(f"\0{len(name)}\0{name}\0".encode())
        for part in _bytes(frame[name]):
            digest.update(part)
    return digest.hexdigest()


def _bytes(column: pd.Series) -> Iterable[bytes | memoryview]:
    kind = column.dtype.kind
    if kind == "M":
        days = column.to_numpy().astype("datetime64[D]").astype("<i8")
        yield b"week"
        yield days.tobytes()
    elif kind in "iufb":
        numbers = column.to_numpy().astype("<f8") + 0.0  # -0.0 becomes 0.0
        numbers[np.isnan(numbers)] = np.nan  # one bit pattern for all blanks
        yield b"number"
        yield numbers.tobytes()
    else:
        # Lengths beside the text, so that no two columns run together to the same bytes.
        words = pa.array(column, type=pa.large_string(), from_pandas=True)
        if isinstance(words, pa.ChunkedArray):
            words = words.combine_chunks()
        _, ends, data = words.fill_null("").buffers()
        offsets = np.frombuffer(ends, dtype="<i8")[words.offset : words.offset + len(words) + 1]
        yield b"text"
        yield np.diff(offsets).astype("<i8").tobytes()
        if data is not None:
            yield memoryview(data)[int(offsets[0]) : int(offsets[-1])]


def hash_settings(settings: Settings) -> str:
    """sha256 of the settings that a plan depends on.

    The decimal mark is left out: it says how files are written. So is who has to approve: it
    changes no number (sign-off has its own hash of it). Settings that came after plans had been
    signed are left out where they are the default: what was signed is still what it was.
    """
    shown = settings.model_dump(mode="json", exclude={"decimal", "approval"}, by_alias=True)
    for name in LATER:
        if getattr(settings, name) == Settings.model_fields[name].default:
            del shown[name]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def combined(parts: Iterable[tuple[str, str]]) -> str:
    """sha256 over named hashes, in the order of their names."""
    listed = "".join(f"{name}={value}\n" for name, value in sorted(parts))
    return hashlib.sha256(listed.encode()).hexdigest()
