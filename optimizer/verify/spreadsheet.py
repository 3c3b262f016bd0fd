"""Read a workbook as strictly as the tables: cells of known kinds, and nothing else in the file."""

from __future__ import annotations

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Place = tuple[int, int]

LARGEST = 4 * 2**30
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles)\.xml"
    r"|xl/theme/theme1\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet[0-9]+\.xml"
)
ROW = re.compile(r'<row r="([0-9]+)"[^<>]*?(/?)>')
CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]+)"(?: s="[0-9]+")?(?: t="(str|inlineStr)")?'
    r"(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class NotRead(Exception):
    """The file is not a workbook of the one kind that is accepted; the argument says why."""


@dataclass
class Grid:
    """One page. `number` (rows, columns), NaN where there is none; places count from 0."""

    number: Floats
    text: dict[Place, str]
    formula: dict[Place, str]
    told: Bools = field(init=False)  # which numbers something accounts for

    def __post_init__(self) -> None:
        """Nothing is accounted for yet."""
        self.told = np.zeros(self.number.shape, dtype=bool)


@dataclass(frozen=True)
class Area:
    """A named block of cells, by page; last row and column are in it."""

    page: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        """How many rows."""
        return self.last_row - self.row + 1

    @property
    def columns(self) -> int:
        """How many columns."""
        return self.last_column - self.column + 1


@dataclass(frozen=True)
class Workbook:
    """Pages in order, and areas by name."""

    pages: dict[str, Grid]
    areas: dict[str, Area]


def read_workbook(path: Path) -> Workbook:
    """Everything in a workbook. Raises NotRead."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if len(sizes) != len(archive.infolist()) or sum(sizes.values()) > LARGEST:
                raise NotRead("too large, or a part twice")
            for name in sizes:
                if not PARTS.fullmatch(name):
                    raise NotRead(name)
            book = archive.read("xl/workbook.xml").decode()
            names = [unescape(name) for name in re.findall(r'<sheet name="([^"]*)"', book)]
            pages = {
                name: _grid(archive.read(f"xl/worksheets/sheet{number}.xml").decode())
                for number, name in enumerate(names, start=1)
            }
            for name in sizes:
                if not name.startswith("xl/worksheets/"):
                    archive.read(name)  # looks and links hold no numbers, but have to be whole
    except (
        *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
        *(KeyError, UnicodeDecodeError, NotImplementedError),
        RuntimeError,  # a part that asks for a password
    ) as error:
        raise NotRead(str(error)) from error
    if len(pages) != sum(name.startswith("xl/worksheets/") for name in sizes):
        raise NotRead("pages that nobody sees")
    areas = {}
    for name, target in re.findall(r'<definedName name="(tw_[a-z_]+)">([^<]*)</definedName>', book):
        areas[name] = area_of(unescape(target), "")
    for area in areas.values():
        grid = pages.get(area.page)
        if grid is None or area.last_row >= len(grid.number):
            raise NotRead(area.page)
    return Workbook(pages, areas)


AREA = re.compile(
    r"(?:'((?:[^']|'')+)'!|([A-Za-z0-9_.]+)!)?\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?"
)


def area_of(text: str, here: str) -> Area:
    """A reference as a block of cells; `here` is the page where it names none. Raises NotRead."""
    found = AREA.fullmatch(text)
    if found is None:
        raise NotRead(text)
    quoted, plain, column, row, last_column, last_row = found.groups()
    page = quoted.replace("''", "'") if quoted else plain or here
    first = (int(row) - 1, column_number(column))
    last = (int(last_row) - 1, column_number(last_column)) if last_row else first
    if last[0] < first[0] or last[1] < first[1]:
        raise NotRead(text)
    return Area(page, *first, *last)


def column_number(letters: str) -> int:
    """The place of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _grid(xml: str) -> Grid:
    """One page. Every character between the first and the last cell must be of a known form."""
    # Places in the text instead of its parts: a page can be hundreds of megabytes.
    start, stop = xml.find("<sheetData>"), xml.find("</sheetData>")
    if start < 0:
        if "<sheetData/>" not in xml or "<f" in xml:
            raise NotRead("a page without cells")
        start = stop = 0
    elif stop < start:
        raise NotRead("a page that does not end")
    else:
        start += len("<sheetData>")
    foot = xml[stop:]
    if "<f>" in foot or "dataValidation" in foot or "<oleObject" in foot:
        raise NotRead("more than cells")
    values = array("d")  # row, column, number: a tuple each would take six times the memory
    text: dict[Place, str] = {}
    formula: dict[Place, str] = {}
    before = -1
    for number, cells in _rows(xml, start, stop):
        if number <= before:
            raise NotRead("rows out of order")
        before = number
        _cells(cells, number, values, text, formula)
    numbers = np.frombuffer(values, dtype=np.float64).reshape(-1, 3)
    width = 1 + max(
        int(numbers[:, 1].max(initial=-1)), max((place[1] for place in text), default=-1)
    )
    grid = np.full((before + 1, max(width, 1)), np.nan)
    grid[numbers[:, 0].astype(int), numbers[:, 1].astype(int)] = numbers[:, 2]
    return Grid(grid, text, formula)


def _rows(xml: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """The place of every row in xml[start:stop], from 0, and the text of its cells."""
    while (closed := xml.find("</row>", start, stop)) >= 0:
        piece, end = xml[start:closed], 0
        start = closed + len("</row>")
        while True:
            row = ROW.match(piece, end)
            if row is None:
                raise NotRead(piece[end : end + 40])
            end = row.end()
            if not row[2]:
                yield int(row[1]) - 1, piece[end:]
                break
            yield int(row[1]) - 1, ""  # a row without cells closes itself
    rest = xml[start:stop]
    end = 0
    while end < len(rest):
        row = ROW.match(rest, end)
        if row is None or not row[2]:
            raise NotRead(rest[end : end + 40])
        yield int(row[1]) - 1, ""
        end = row.end()


_COLUMNS: dict[str, int] = {}


def _cells(
    body: str,
    row: int,
    values: array[float],
    text: dict[Place, str],
    formula: dict[Place, str],
) -> None:
    end, before = 0, -1
    for cell in CELL.finditer(body):
        if cell.start() != end:
            raise NotRead(body[end : end + 40])
        end = cell.end()
        letters, number, kind, how, value, words = cell.groups()
        column = _COLUMNS.get(letters)
        if column is None:
            column = _COLUMNS.setdefault(letters, column_number(letters))
        if column <= before or int(number) != row + 1:
            raise NotRead("cells out of order")
        before = column
        if how is not None:
            formula[row, column] = unescape(how)
        if kind == "inlineStr":
            if words is None or how is not None or value is not None:
                raise NotRead(cell[0])
            plain = unescape(words)
            if "_x" in plain:
                plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain)
            text[row, column] = plain
        elif value is not None:
            try:
                values.extend((row, column, float(value)))
            except ValueError:
                raise NotRead(cell[0]) from None
        elif how is not None:
            raise NotRead("a formula without a value")
    if end != len(body):
        raise NotRead(body[end : end + 40])
