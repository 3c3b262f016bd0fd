"""The states of a plan on its way to being signed."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a version of a plan stands with those who have to sign it. Never submitted: a draft."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # by enough people; its money is reserved
    LOCKED = "locked"  # final; its money is committed
    REJECTED = "rejected"
    VOID = "void"  # the plan or its inputs have changed since, or another version was submitted
    EXPIRED = "expired"  # nobody finished the signing in time
    REPLACED = "replaced"  # was locked until a later version of the plan was

    @property
    def open(self) -> bool:
        """Whether people may still sign it or turn it down."""
        return self in (State.SUBMITTED, State.APPROVED)

    @property
    def holds_money(self) -> bool:
        """Whether funds are reserved for it."""
        return self in (State.APPROVED, State.LOCKED)
