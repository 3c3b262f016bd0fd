"""Every rule that a scenario may ask for. Adding one is adding a file and naming it here."""

from __future__ import annotations

from optimizer.guardrails import (
    blackout,
    max_depth,
    max_events,
    max_weeks_on_deal,
    min_gap_weeks,
    price_ceiling,
    price_floor,
    required,
    retailer_margin_floor,
    slots,
    volume_floor,
)
from optimizer.guardrails.kind import Kind

RULES: dict[str, Kind] = {
    module.KIND.rule: module.KIND
    for module in (
        max_events,
        max_weeks_on_deal,
        min_gap_weeks,
        slots,
        blackout,
        required,
        max_depth,
        price_floor,
        price_ceiling,
        retailer_margin_floor,
        volume_floor,
    )
}
