"""Claims for too much, as findings at their rows."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.ledger.ledger import Ledger
from workspace.faults import Fault
from workspace.text import Text


def findings(found: Ledger, file: str) -> Iterator[Fault]:
    """One finding for each over-claim, with the amount that is too much."""
    for beyond in found.over:
        claim, event = beyond.claim, beyond.event
        asked = Text(
            "a claim {claim} of {amount:.2f}", claim=claim.claim, amount=claim.amount / 100
        )
        if event is None:
            expected = Text("an event that a plan has committed: {over:.2f} too much",
                            over=beyond.over / 100)  # fmt: skip
        else:
            expected = Text(
                "at most {left:.2f} for {event} of the plan {plan}: {over:.2f} too much",
                left=(claim.amount - beyond.over) / 100,
                event=event.event,
                plan=event.plan,
                over=beyond.over / 100,
            )
        yield Fault(file, claim.row, "amount", asked, expected)
