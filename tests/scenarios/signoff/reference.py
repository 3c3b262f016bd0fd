"""What must be refused, by a model that fits on a page and knows nothing of stores.

Plans are names, versions and inputs numbers; amounts follow from name and version. It is written
from docs/sign-off.md alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIMIT = 190
THRESHOLD = 100
DAYS = 1
APPROVERS = ("ana", "bo", "cy", "di")  # "ed" may edit and submit, never approve


def amount_of(name: str, version: int) -> int:
    return 40 + (37 * version + 61 * (name == "q")) % 120


@dataclass
class Asked:
    version: int
    inputs: int
    day: int
    state: str = "submitted"
    yes: list[str] = field(default_factory=list)
    holds: int = 0


@dataclass
class Reference:
    """All that there is to know. Each step returns whether it is allowed."""

    inputs: int = 1
    day: int = 0
    version: dict[str, int] = field(default_factory=lambda: {"p": 1, "q": 1})
    hands: dict[str, set[str]] = field(default_factory=lambda: {"p": set(), "q": set()})
    now: dict[str, Asked] = field(default_factory=dict)  # the latest proposal
    kept: dict[str, Asked] = field(default_factory=dict)  # the locked one

    def people(self, name: str) -> int:
        return 2 if amount_of(name, self.version[name]) > THRESHOLD else 1

    def held(self) -> int:
        """Cents, once for each proposal."""
        every = {id(a): a.holds for a in (*self.now.values(), *self.kept.values())}
        return sum(every.values())

    def tick(self) -> None:
        for asked in self.now.values():
            if asked.state in ("submitted", "approved") and self.day >= asked.day + DAYS:
                asked.state, asked.holds = "expired", 0

    def same(self, name: str, asked: Asked | None) -> bool:
        here = (self.version[name], self.inputs)
        return asked is not None and (asked.version, asked.inputs) == here

    def kill(self, name: str, state: str) -> None:
        asked = self.now.get(name)
        if asked is not None and asked.state in ("submitted", "approved"):
            asked.state, asked.holds = state, 0

    def edit(self, who: str, name: str) -> bool:
        self.tick()
        self.version[name] += 1
        self.hands[name].add(who)
        self.kill(name, "void")
        return True

    def undo(self, who: str, name: str) -> bool:
        """The folder is put back by one version without telling anybody."""
        self.version[name] = max(1, self.version[name] - 1)
        return True

    def submit(self, who: str, name: str) -> bool:
        asked, kept = self.now.get(name), self.kept.get(name)
        expired = asked is not None and self.day >= asked.day + DAYS
        alive = asked is not None and asked.state in ("submitted", "approved") and not expired
        if (alive and self.same(name, asked)) or self.same(name, kept):
            return False
        self.tick()
        self.kill(name, "void")
        self.hands[name].add(who)
        self.now[name] = Asked(self.version[name], self.inputs, self.day)
        return True

    def approve(self, who: str, name: str) -> bool:
        asked = self.now.get(name)
        if asked is None or asked.state not in ("submitted", "approved"):
            return False
        if self.day >= asked.day + DAYS:
            return False
        if not self.same(name, asked):
            self.tick()
            self.kill(name, "void")
            return False
        if asked.state == "approved" or who in self.hands[name] or who in asked.yes:
            return False
        if who not in APPROVERS:
            return False
        amount = amount_of(name, asked.version)
        kept = self.kept.get(name)
        more = max(0, amount - (kept.holds if kept else 0))
        last = len(asked.yes) + 1 >= self.people(name)
        lapsed = sum(
            a.holds for a in self.now.values() if a.state == "approved" and self.day >= a.day + DAYS
        )
        if last and self.held() - lapsed + more > LIMIT:
            return False
        self.tick()
        asked.yes.append(who)
        if last:
            asked.state, asked.holds = "approved", more
        return True

    def lock(self, who: str, name: str) -> bool:
        asked = self.now.get(name)
        if asked is None or asked.state not in ("submitted", "approved"):
            return False
        if self.day >= asked.day + DAYS:
            return False
        if not self.same(name, asked):
            self.tick()
            self.kill(name, "void")
            return False
        if asked.state != "approved" or who in self.hands[name]:
            return False
        self.tick()
        kept = self.kept.get(name)
        if kept is not None:
            kept.state, kept.holds = "replaced", 0
        asked.state, asked.holds = "locked", amount_of(name, asked.version)
        self.kept[name] = asked
        return True

    def reject(self, who: str, name: str) -> bool:
        asked = self.now.get(name)
        alive = asked is not None and asked.state in ("submitted", "approved")
        if not alive or asked is None or self.day >= asked.day + DAYS:
            return False
        self.tick()
        self.kill(name, "rejected")
        return True

    def look(self, who: str, name: str) -> bool:
        if not self.same(name, self.now.get(name)):
            self.kill(name, "void")
        return True
