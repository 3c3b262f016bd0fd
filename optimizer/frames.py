"""Frames between this process and the solver's: a length, a JSON header and raw arrays.

Nothing is unpickled on either side.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO

import numpy as np
from numpy.typing import NDArray

Value = str | float | int | bool | None
Array = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_]
Message = tuple[dict[str, Value], dict[str, Array]]

_TYPES = {"<f8": np.dtype("<f8"), "<i8": np.dtype("<i8"), "|b1": np.dtype("|b1")}
_HEADER = struct.Struct("<4sQQ")  # mark, bytes of the JSON header, bytes of the arrays
_MARK = b"tw1\n"


def write_frame(
    stream: IO[bytes], values: Mapping[str, Value], arrays: Mapping[str, Array]
) -> None:
    """Send values and arrays (float64, int64 or bool) in one frame. Raises OSError if closed."""
    listed = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    shapes = {name: (array.dtype.str, array.shape) for name, array in listed.items()}
    header = json.dumps({"values": dict(values), "arrays": shapes}).encode()
    body = b"".join(array.tobytes() for array in listed.values())
    stream.write(_HEADER.pack(_MARK, len(header), len(body)) + header)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Message | None:
    """The next frame, or None at the end of the stream. Raises ValueError if it is not a frame."""
    start = stream.read(_HEADER.size)
    if len(start) < _HEADER.size:
        return None
    mark, head, size = _HEADER.unpack(start)
    if mark != _MARK:
        raise ValueError("not a frame")
    header, body = stream.read(head), stream.read(size)
    if len(header) < head or len(body) < size:
        return None
    described = json.loads(header)
    arrays: dict[str, Array] = {}
    offset = 0
    for name, (kind, shape) in described["arrays"].items():
        count = int(np.prod(shape))
        array = np.frombuffer(body, dtype=_TYPES[kind], count=count, offset=offset)
        arrays[name] = array.reshape(shape)
        offset += array.nbytes
    return described["values"], arrays
