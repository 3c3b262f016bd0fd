"""The grammar of a plan's formulas: parsed once for all that differ in nothing but their rows.

A formula's shape is its text with the numbers of rows taken out. Thousands of formulas of a
workbook have a few hundred shapes; each shape becomes one function from the rows of many formulas
to what all of them come to. Branches that none of them takes are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.formula_functions import (
    FUNCTIONS,
    Values,
    joined,
    negated,
    number,
    reckoned,
    truth,
)
from optimizer.verify.spreadsheet import NotRead, Workbook, column_number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MARK = "\0"  # stands for the number of a row
# What is quoted is kept as it is; else digits after a letter or a dollar are a row, unless the
# letter is the exponent of a number.
PART = re.compile(r"""('[^']*'|"[^"]*")|(?<=[A-Z$])(?<![0-9.]E)([0-9]{1,7})(?![0-9])""")
REFERENCE = r"(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?\0(?::\$?[A-Z]{1,3}\$?\0)?"
AREA = re.compile(r"(?:'((?:[^']|'')+)'!)?\$?([A-Z]{1,3})\$?\0(?::\$?([A-Z]{1,3})\$?\0)?")
TOKEN = re.compile(
    rf"""\s*(?:
      (?P<area>{REFERENCE}(?![A-Za-z0-9(]))
    | (?P<name>[A-Z]+)(?=\()
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)
    | (?P<text>"[^"]*")
    | (?P<sign><=|>=|<>|[-+*/&=<>(),])
    )""",
    re.VERBOSE,
)
COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")


@dataclass(frozen=True)
class Reference:
    """A block of cells whose rows differ from formula to formula; columns count from 0."""

    page: str
    column: int
    last_column: int
    first: int  # which of the shape's rows is its first, and its last
    last: int


@dataclass(frozen=True)
class Batch:
    """Formulas of one shape: their rows as they are written, (formulas, rows of the shape)."""

    rows: Ints
    book: Workbook

    def part(self, kept: NDArray[np.bool_]) -> Batch:
        """Some of the formulas."""
        return Batch(self.rows[kept], self.book)

    def cells(self, area: Reference) -> Floats:
        """The block of each formula, (formulas, rows, columns); empty cells and text are NaN.

        (1, rows, columns) where all refer to the same. Raises NotRead where cells are missing, or
        blocks are not of one height.
        """
        grid = self.book.pages.get(area.page)
        if grid is None or area.last_column >= grid.number.shape[1]:
            raise NotRead(area.page)
        first, last = self.rows[:, area.first] - 1, self.rows[:, area.last] - 1
        height = int(last[0] - first[0]) + 1
        if (last - first + 1 != height).any() or height < 1:
            raise NotRead("a block that ends before it begins")
        if first.min() < 0 or last.max() >= len(grid.number):
            raise NotRead(area.page)
        columns = slice(area.column, area.last_column + 1)
        if (first == first[0]).all():
            return grid.number[None, first[0] : last[0] + 1, columns]
        return grid.number[first[:, None] + np.arange(height), columns]


Lazy = Callable[[Batch], Values]


@dataclass(frozen=True)
class Shape:
    """What formulas of one shape come to, and what they refer to."""

    values: Lazy
    references: tuple[Reference, ...]


def shape_of(formula: str) -> tuple[str, list[int]]:
    """A formula with its rows taken out, and the rows in their order."""
    if MARK in formula:
        raise NotRead(formula)
    parts: list[str | None] = PART.split(formula)  # text, quoted, row, text, quoted, row, ..
    rows = parts[2::3]
    parts[2::3] = [row and MARK for row in rows]
    return "".join(filter(None, parts)), [int(row) for row in rows if row]


def parse(shape: str, page: str) -> Shape:
    """The one reading of a shape on a page. Raises NotRead where it is of another kind."""
    return _Parser(_tokens(shape), page).whole()


def _tokens(shape: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(shape):
        token = TOKEN.match(shape, at)
        if token is None or token.lastgroup is None:
            raise NotRead(shape[at:])
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


class _Parser:
    """Recursive descent over the tokens of a shape."""

    def __init__(self, tokens: list[tuple[str, str]], page: str) -> None:
        self._tokens = tokens
        self._page = page
        self._at = 0
        self._rows = 0
        self._references: list[Reference] = []

    def whole(self) -> Shape:
        found = self._compared()
        if self._at != len(self._tokens):
            raise NotRead(self._tokens[self._at][1])
        return Shape(found, tuple(self._references))

    def _sign(self, *signs: str) -> str | None:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "sign" and text in signs:
                self._at += 1
                return text
        return None

    def _compared(self) -> Lazy:
        left = self._joined()
        while sign := self._sign(*COMPARISONS):
            left = _binary(sign, left, self._joined())
        return left

    def _joined(self) -> Lazy:
        left = self._sum()
        while self._sign("&"):
            left = _text(left, self._sum())
        return left

    def _sum(self) -> Lazy:
        left = self._product()
        while sign := self._sign("+", "-"):
            left = _binary(sign, left, self._product())
        return left

    def _product(self) -> Lazy:
        left = self._signed()
        while sign := self._sign("*", "/"):
            left = _binary(sign, left, self._signed())
        return left

    def _signed(self) -> Lazy:
        if self._sign("-"):
            inner = self._signed()
            return lambda batch: negated(inner(batch))
        return self._atom()

    def _atom(self) -> Lazy:
        if self._at >= len(self._tokens):
            raise NotRead("a formula that does not end")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            constant = number(float(text))
            return lambda _: constant
        if kind == "text":
            return lambda _: [text[1:-1]]
        if kind == "area":
            area = self._reference(text)
            return lambda batch: batch.cells(area)
        if kind == "name":
            self._sign("(")
            return _called(text, self._arguments())
        if text == "(":
            inner = self._compared()
            if self._sign(")") is None:
                raise NotRead("an open bracket")
            return inner
        raise NotRead(text)

    def _reference(self, text: str) -> Reference:
        parts = AREA.fullmatch(text)
        if parts is None:
            raise NotRead(text)
        page, letters, end = parts.groups()
        column, first = column_number(letters), self._rows
        last_column = column_number(end) if end else column
        if last_column < column:
            raise NotRead("a block that ends before it begins")
        self._rows += 2 if end else 1
        name = self._page if page is None else page.replace("''", "'")
        found = Reference(name, column, last_column, first, self._rows - 1)
        self._references.append(found)
        return found

    def _arguments(self) -> list[Lazy]:
        found = [self._compared()]
        while self._sign(","):
            found.append(self._compared())
        if self._sign(")") is None:
            raise NotRead("an open bracket")
        return found


def _binary(sign: str, left: Lazy, right: Lazy) -> Lazy:
    return lambda batch: reckoned(sign, left(batch), right(batch))


def _text(left: Lazy, right: Lazy) -> Lazy:
    return lambda batch: joined(left(batch), right(batch))


def _called(name: str, arguments: list[Lazy]) -> Lazy:
    if name == "IF":
        return _choice(arguments)
    function = FUNCTIONS.get(name)
    if function is None or not function.takes(len(arguments)):
        raise NotRead(name)
    work = function.work
    return lambda batch: work([argument(batch) for argument in arguments])


def _choice(arguments: list[Lazy]) -> Lazy:
    """IF: each branch is worked out for those formulas alone that take it."""
    if len(arguments) != 3:
        raise NotRead("IF")
    asked, yes, no = arguments

    def found(batch: Batch) -> Values:
        taken = truth(asked(batch))
        if taken.all():
            return yes(batch)
        if not taken.any():
            return no(batch)
        result = np.empty((len(taken), 1, 1))
        for kept, branch in ((taken, yes), (~taken, no)):
            value = branch(batch.part(kept))
            if isinstance(value, list) or value.shape[1:] != (1, 1):
                raise NotRead("IF")
            result[kept] = value
        return result

    return found
