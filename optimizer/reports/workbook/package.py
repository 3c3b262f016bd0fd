"""The file of a workbook: a frame that holds no cells yet, and the rows that belong into it.

xlsxwriter makes the frame: looks, names, widths, everything but cells. Cells are by far the most of
a plan's workbook, and writing them through it takes ten times as long as writing their text.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

WHEN = (1980, 1, 1, 0, 0, 0)  # of every part: the same cells give the same bytes
READABLE = 0o600 << 16
UNIX = 3
LEVEL = 3  # of packing pages: a sixth more bytes than by default, in less than half the time
DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
LEGEND = re.compile(rb' s="([0-9]+)"')


@dataclass(frozen=True)
class Rows:
    """The rows of a page: a file of their text, and the block of cells they are in, as A1:B2."""

    path: Path
    block: str


def write_package(frame: bytes, looks: int, pages: Sequence[Rows], path: Path) -> None:
    """Put the rows of each page into a frame's pages and write the whole to `path`.

    The frame's first page must have one row that shows the looks 1 to `looks` in order: whether
    the numbers that cells give of their looks are those of the frame is checked by it.
    """
    with (
        zipfile.ZipFile(BytesIO(frame)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as target,
    ):
        for info in source.infolist():
            content = source.read(info)
            number = re.fullmatch(r"xl/worksheets/sheet([0-9]+)\.xml", info.filename)
            if number is None:
                target.writestr(_part(info.filename), content)
                continue
            if number[1] == "1":
                _check_legend(content, looks)
            _write_page(target, info.filename, content, pages[int(number[1]) - 1])


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, WHEN)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = READABLE
    part.create_system = UNIX
    return part


def _check_legend(page: bytes, looks: int) -> None:
    found = [int(number) for number in LEGEND.findall(page)]
    if found != list(range(1, looks + 1)):
        raise RuntimeError(f"xlsxwriter numbers looks as {found}, not from 1 to {looks}")


def _write_page(target: zipfile.ZipFile, name: str, page: bytes, rows: Rows) -> None:
    """One page; its rows are copied piece by piece, however many there are."""
    page = DIMENSION.sub(f'<dimension ref="{rows.block}"/>'.encode(), page, count=1)
    head, empty, foot = page.partition(b"<sheetData/>")
    if not empty:
        head, _, rest = page.partition(b"<sheetData>")
        foot = rest.partition(b"</sheetData>")[2]
    # A part that is opened by its name alone is dated WHEN, and READABLE, by zipfile too.
    large = 1.05 * (len(page) + rows.path.stat().st_size) > zipfile.ZIP64_LIMIT
    with target.open(name, "w", force_zip64=large) as out, rows.path.open("rb") as text:
        out.write(head + b"<sheetData>")
        shutil.copyfileobj(text, out, 1 << 20)
        out.write(b"</sheetData>" + foot)
    target.getinfo(name).create_system = UNIX
