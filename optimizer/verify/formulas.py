"""What a spreadsheet makes of a formula: a small evaluator of the few functions that plans use.

It shares nothing with the writer of the workbook, and takes whatever a formula refers to from the
cells as they stand, so that cells which all come to what stands in them are right together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.spreadsheet import NotRead, Workbook, area_of

Floats = NDArray[np.float64]
Value = float | str | Floats
Lazy = Callable[[], Value]

EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
TOKEN = re.compile(
    r"""\s*(?:
      (?P<area>(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?(?![A-Za-z0-9(]))
    | (?P<name>[A-Z]+)(?=\()
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)
    | (?P<text>"[^"]*")
    | (?P<sign><=|>=|<>|[-+*/&=<>(),])
    )""",
    re.VERBOSE,
)


class Evaluator:
    """Evaluates formulas of a workbook from the cells as they stand."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def value(self, formula: str, page: str) -> float:
        """What a formula on a page comes to. Raises NotRead where it is of another kind."""
        found = _Parser(self._tokens(formula), page, self._cells).whole()
        if isinstance(found, str):
            raise NotRead(formula)
        return float(np.sum(found)) if isinstance(found, float) else _single(found)

    def _tokens(self, formula: str) -> list[tuple[str, str]]:
        found, at = [], 0
        while at < len(formula):
            token = TOKEN.match(formula, at)
            if token is None or token.lastgroup is None:
                raise NotRead(formula[at:])
            found.append((token.lastgroup, token[token.lastgroup]))
            at = token.end()
        return found

    def _cells(self, reference: str, page: str) -> Floats:
        """The numbers of a block of cells; empty cells and text are NaN."""
        area = area_of(reference, page)
        grid = self._book.pages.get(area.page)
        if grid is None or area.last_row >= len(grid.number):
            raise NotRead(reference)
        block = grid.number[area.row : area.last_row + 1, area.column : area.last_column + 1]
        if block.shape != (area.rows, area.columns):
            raise NotRead(reference)
        return block


class _Parser:
    """Recursive descent over the tokens of a formula; branches that are not taken cost nothing."""

    def __init__(
        self, tokens: list[tuple[str, str]], page: str, cells: Callable[[str, str], Floats]
    ) -> None:
        self._tokens = tokens
        self._page = page
        self._cells = cells
        self._at = 0

    def whole(self) -> Value:
        found = self._compared()
        if self._at != len(self._tokens):
            raise NotRead(self._tokens[self._at][1])
        return found()

    def _sign(self, *signs: str) -> str | None:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "sign" and text in signs:
                self._at += 1
                return text
        return None

    def _compared(self) -> Lazy:
        left = self._joined()
        while sign := self._sign("=", "<>", "<=", ">=", "<", ">"):
            left = _binary(sign, left, self._joined())
        return left

    def _joined(self) -> Lazy:
        left = self._sum()
        while self._sign("&"):
            left = _binary("&", left, self._sum())
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
            return lambda: -_numbers(inner())
        return self._atom()

    def _atom(self) -> Lazy:
        if self._at >= len(self._tokens):
            raise NotRead("a formula that does not end")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            number = float(text)
            return lambda: number
        if kind == "text":
            return lambda: text[1:-1]
        if kind == "area":
            return lambda: self._cells(text, self._page)
        if kind == "name":
            self._sign("(")
            return _called(text, self._arguments())
        if text == "(":
            inner = self._compared()
            if self._sign(")") is None:
                raise NotRead("an open bracket")
            return inner
        raise NotRead(text)

    def _arguments(self) -> list[Lazy]:
        found = [self._compared()]
        while self._sign(","):
            found.append(self._compared())
        if self._sign(")") is None:
            raise NotRead("an open bracket")
        return found


def _numbers(value: Value) -> Floats | float:
    """Numbers to reckon with: an empty cell is 0."""
    if isinstance(value, str):
        raise NotRead(value)
    if isinstance(value, float):
        return value
    return np.nan_to_num(value) if value.size > 1 else _single(value)


def _single(value: Value) -> float:
    if isinstance(value, str) or (not isinstance(value, float) and value.size != 1):
        raise NotRead("a block where one number belongs")
    return float(np.nan_to_num(value).reshape(-1)[0]) if isinstance(value, np.ndarray) else value


def _binary(sign: str, left: Lazy, right: Lazy) -> Lazy:
    def found() -> Value:
        if sign == "&":
            before, after = left(), right()
            return (before if isinstance(before, str) else f"{_single(before):.15g}") + (
                after if isinstance(after, str) else f"{_single(after):.15g}"
            )
        a, b = _numbers(left()), _numbers(right())
        if sign == "/" and np.any(np.equal(b, 0)):
            raise NotRead("a division by 0")
        return _reckoned(sign, a, b)

    return found


def _reckoned(sign: str, a: Floats | float, b: Floats | float) -> Floats | float:
    """One operation on numbers or blocks of them; comparisons come to 1 or 0."""
    result: Floats | float
    if sign == "+":
        result = a + b
    elif sign == "-":
        result = a - b
    elif sign == "*":
        result = a * b
    elif sign == "/":
        result = a / b
    else:
        compare = {
            "=": np.equal,
            "<>": np.not_equal,
            "<": np.less,
            ">": np.greater,
            "<=": np.less_equal,
            ">=": np.greater_equal,
        }[sign]
        result = np.asarray(compare(a, b), dtype=np.float64)
        result = result if result.ndim else float(result)
    return result if isinstance(result, np.ndarray) else float(result)


def _product_of(arguments: list[Lazy]) -> float:
    whole: Floats | float = 1.0
    for argument in arguments:
        whole = _reckoned("*", whole, _numbers(argument()))
    return float(np.nansum(whole))


def _called(name: str, arguments: list[Lazy]) -> Lazy:
    """A function applied to arguments that are worked out only when they are needed."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise NotRead(name)
    return lambda: function(arguments)


def _rounded(value: float, digits: int) -> float:
    """Halves away from zero, where a hair below a half counts as one."""
    scaled = abs(value) * 10.0**digits
    near = np.floor(scaled + 0.5 + 1e-9 * max(1.0, scaled * 1e-6))
    return float(np.copysign(near / 10.0**digits, value)) if near else 0.0


def _sumifs(arguments: list[Lazy]) -> float:
    summed = np.asarray(arguments[0]())
    keep = np.ones(summed.shape, dtype=bool)
    if len(arguments) % 2 == 0:
        raise NotRead("SUMIFS")
    for area, wanted in zip(arguments[1::2], arguments[2::2], strict=True):
        cells, condition = np.asarray(area()), wanted()
        sign, limit = "=", condition
        if isinstance(condition, str):
            parts = re.fullmatch(r"(<=|>=|<>|=|<|>)(-?[0-9.]+)", condition)
            if parts is None:
                raise NotRead(condition)
            sign, limit = parts[1], float(parts[2])
        if cells.shape != summed.shape:
            raise NotRead("SUMIFS over blocks of two sizes")
        number = _single(limit)
        keep &= {
            "=": cells == number,
            "<>": cells != number,
            "<=": cells <= number,
            ">=": cells >= number,
            "<": cells < number,
            ">": cells > number,
        }[sign]
    return float(np.nansum(summed[keep]))


def _if(arguments: list[Lazy]) -> Value:
    if len(arguments) != 3:
        raise NotRead("IF")
    return arguments[1]() if _single(arguments[0]()) else arguments[2]()


def _index(arguments: list[Lazy]) -> float:
    cells, place = np.asarray(arguments[0]()).reshape(-1), _single(arguments[1]())
    if not 1 <= place <= cells.size or place != int(place):
        raise NotRead("INDEX")
    return float(np.nan_to_num(cells[int(place) - 1]))


def _modulo(arguments: list[Lazy]) -> float:
    value, by = (_single(argument()) for argument in arguments)
    return value - by * float(np.floor(value / by))


def _day(arguments: list[Lazy]) -> date:
    """A cell's number as the day that spreadsheets mean by it."""
    (number,) = (_single(argument()) for argument in arguments)
    if not 1 <= number < 2_000_000:
        raise NotRead("a day")
    return EPOCH + timedelta(days=int(number))


def _date(arguments: list[Lazy]) -> float:
    year, month, day = (int(_single(argument())) for argument in arguments)
    try:
        return float((date(year, month, day) - EPOCH).days)
    except ValueError as error:
        raise NotRead("DATE") from error


FUNCTIONS: dict[str, Callable[[list[Lazy]], Value]] = {
    "SUM": lambda a: float(sum(float(np.nansum(np.asarray(_numbers(x())))) for x in a)),
    "SUMIFS": _sumifs,
    "SUMPRODUCT": _product_of,
    "ROUND": lambda a: _rounded(_single(a[0]()), int(_single(a[1]()))),
    "IF": _if,
    "AND": lambda a: float(all(_single(x()) for x in a)),
    "MIN": lambda a: min(_single(x()) for x in a),
    "MAX": lambda a: max(_single(x()) for x in a),
    "INT": lambda a: float(np.floor(_single(a[0]()))),
    "ABS": lambda a: abs(_single(a[0]())),
    "MOD": _modulo,
    "INDEX": _index,
    "DATE": _date,
    "YEAR": lambda a: float(_day(a).year),
    "MONTH": lambda a: float(_day(a).month),
}
