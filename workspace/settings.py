"""workspace.yaml: what holds for every table of a workspace."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from workspace.document import read_document
from workspace.faults import Fault
from workspace.nearest import one_of
from workspace.text import Text
from workspace.validate import Code, Unacceptable, validate
from workspace.weeks import monday

FILE = "workspace.yaml"

_SEASON = re.compile(r"fourier-[1-6]|holidays|trend")
_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def day_of(value: object) -> object:
    """The Monday, as a date, of a week written in YAML; other objects are left to pydantic."""
    if not isinstance(value, str):
        return value
    try:
        return monday(value).astype(date)
    except ValueError as error:
        raise Unacceptable(Text("a week: YYYY-MM-DD or YYYY-Www")) from error


class History(BaseModel):
    """The weeks of `sales` that count, both included, as Mondays; None: as far as sales go."""

    model_config = _FROZEN

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    _days = field_validator("first", "last", mode="before")(day_of)

    @model_validator(mode="after")
    def _in_order(self) -> History:
        if self.first and self.last and self.last < self.first:
            raise Unacceptable(
                Text("a week not before {first}", first=self.first),
                Text("{last}", last=self.last),
                ("to",),
            )
        return self


class Approval(BaseModel):
    """Who has to say yes to a plan before its money is committed.

    A plan that spends more than `threshold` (currency, excl. VAT) needs `people` approvals, others
    one. `approvers`: who may approve at all, nobody named: anybody. What was submitted, or
    approved and not locked, lapses after `days`.
    """

    model_config = _FROZEN

    threshold: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    people: int = Field(default=2, ge=1, le=100)
    approvers: tuple[Code, ...] = Field(default=(), strict=False)
    days: int = Field(default=30, ge=1, le=3660)


class Peaks(BaseModel):
    """Which weeks of a product supply planning is to look at.

    A week is a peak where it sells at least `high` times an average week without promotion, or
    where more than the share `risk` of the draws sells more than there is.
    """

    model_config = _FROZEN

    high: float = Field(default=1.5, ge=1.0, allow_inf_nan=False)
    risk: float = Field(default=0.1, ge=0.0, lt=1.0, allow_inf_nan=False)


class Payment(BaseModel):
    """When what a plan owes is paid, in days; an account's own columns win over these.

    `scan_back`, `bill_back` and `fees`: after the last day of the event as the retailer has it.
    `rebates`: after the last day of the year, which ends with the month `year_ends`. A deal on the
    invoice is paid with the invoice.
    """

    model_config = _FROZEN

    scan_back: int = Field(default=30, ge=0, le=3660)
    bill_back: int = Field(default=60, ge=0, le=3660)
    fees: int = Field(default=30, ge=0, le=3660)
    rebates: int = Field(default=31, ge=0, le=3660)
    year_ends: int = Field(default=12, ge=1, le=12)


class Settings(BaseModel):
    """One workspace's settings. Money is in `currency`; `decimal` is the mark in text files."""

    model_config = _FROZEN

    name: str = Field(min_length=1, max_length=200)
    currency: str
    country: str
    decimal: Literal[".", ","] = "."
    history: History = History()
    season: tuple[str, ...] = Field(default=("fourier-2", "holidays"), strict=False)
    approval: Approval = Approval()
    peaks: Peaks = Peaks()
    payment: Payment = Payment()

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", value):
            raise Unacceptable(Text("three capital letters, such as EUR"))
        return value

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}", value):
            raise Unacceptable(Text("two capital letters, such as ES"))
        return value

    @field_validator("season")
    @classmethod
    def _season(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for i, word in enumerate(value):
            if not _SEASON.fullmatch(word):
                raise Unacceptable(
                    one_of(("fourier-1 .. fourier-6", "holidays", "trend")), f"'{word}'", (i,)
                )
            if word in value[:i]:
                raise Unacceptable(Text("each option once"), f"'{word}'", (i,))
        return value

    @property
    def history_from(self) -> date:
        """The Monday of the first week of history. After `load` there always is one."""
        return self.history.first or date.min

    @property
    def history_to(self) -> date:
        """The Monday of the last week of history. After `load` there always is one."""
        return self.history.last or date.max

    def over(self, first: np.datetime64, last: np.datetime64) -> Settings:
        """The same settings with the ends of the history that were not declared filled in."""
        history = History.model_construct(
            first=self.history.first or first.astype("datetime64[D]").astype(date),
            last=self.history.last or last.astype("datetime64[D]").astype(date),
        )
        return self.model_copy(update={"history": history})


def read_settings(folder: Path, faults: list[Fault]) -> tuple[Settings | None, str]:
    """A workspace's settings and its decimal mark; None, and faults, where they are bad.

    The mark is found even then, if it can be: tables read with the wrong one would seem full of
    faults that they do not have.
    """
    document = read_document(folder / FILE, faults)
    if document is None:
        return None, "."
    settings = validate(document, Settings, faults)
    return settings, "," if document.data.get("decimal") == "," else "."
